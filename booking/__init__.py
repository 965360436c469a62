"""Opening hours, slots, appointments and the search of bookable practitioners."""
