"""Addresses of the booking API."""

from django.urls import path

from booking.api import absences, directory, opening, views, waitlist

app_name = "booking_api"

urlpatterns = [
    path("specialties", directory.SpecialtiesView.as_view(), name="specialties"),
    path("places", directory.PlacesView.as_view(), name="places"),
    path("practitioners", directory.PractitionersView.as_view(), name="practitioners"),
    path("practitioners/<slug:slug>", directory.PractitionerView.as_view(), name="practitioner"),
    path("availabilities", views.AvailabilitiesView.as_view(), name="availabilities"),
    path("holds", views.HoldsView.as_view(), name="holds"),
    path("holds/<uuid:uid>", views.HoldView.as_view(), name="hold"),
    path("appointments", views.AppointmentsView.as_view(), name="appointments"),
    path("appointments/family", views.FamilyView.as_view(), name="family"),
    path("appointments/<uuid:uid>", views.AppointmentView.as_view(), name="appointment"),
    path("appointments/<uuid:uid>/cancel", views.CancelView.as_view(), name="cancel"),
    path("appointments/<uuid:uid>/reschedule", views.RescheduleView.as_view(), name="reschedule"),
    path("waitlist-entries", waitlist.WaitlistEntriesView.as_view(), name="waitlist_entries"),
    path("waitlist-entries/<uuid:uid>", waitlist.WaitlistEntryView.as_view(), name="waitlist_entry"),
    path("waitlist-offers/<uuid:uid>/accept", waitlist.AcceptOfferView.as_view(), name="waitlist_accept"),
    path("waitlist-offers/<uuid:uid>/decline", waitlist.DeclineOfferView.as_view(), name="waitlist_decline"),
    path("opening-hours", opening.OpeningHoursView.as_view(), name="opening_hours"),
    path("opening-hours/<uuid:uid>", opening.OpeningView.as_view(), name="opening"),
    path("opening-hours/<uuid:uid>/split", opening.SplitView.as_view(), name="split_opening"),
    path("opening-hours/<uuid:uid>/occurrences", opening.OccurrenceView.as_view(), name="occurrence"),
    path("absences", absences.AbsencesView.as_view(), name="absences"),
    path("absences/<uuid:uid>", absences.AbsenceView.as_view(), name="absence"),
    path("agendas/<uuid:uid>/hidden-starts", opening.HiddenStartsView.as_view(), name="hidden_starts"),
]
