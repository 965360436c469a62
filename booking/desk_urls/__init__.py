"""Addresses of the practice's side, all under /cabinet/. The team's own pages are in `practitioners.urls`."""

from booking.desk_urls import agenda, figures, files, referral, setup, telling, todo, visits

app_name = "desk"

urlpatterns = [
    *agenda.urlpatterns,
    *visits.urlpatterns,
    *files.urlpatterns,
    *setup.urlpatterns,
    *telling.urlpatterns,
    *referral.urlpatterns,
    *todo.urlpatterns,
    *figures.urlpatterns,
]
