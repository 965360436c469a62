"""Pages of booking: the practitioner's calendar, the steps of a booking, and the patient's visits."""
