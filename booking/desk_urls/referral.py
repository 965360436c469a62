"""Addresses of sending a patient to a colleague."""

from django.urls import URLPattern, path

from booking.views.desk import referral

urlpatterns: list[URLPattern] = [
    path("adresser/", referral.find, name="refer"),
    path("adresser/<uuid:uid>/retour/", referral.withdraw, name="refer_undo"),
    path("adresser/<uuid:agenda>/<uuid:uid>/", referral.times, name="refer_times"),
]
