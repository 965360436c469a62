"""Addresses of the platform's staff about the national register: `/plateforme/registre/`."""

from django.urls import path

from booking.views import platform_register as views

app_name = "register"

urlpatterns = [
    path("", views.register, name="runs"),
    path("sorties/<uuid:uid>/prevenir/", views.tell, name="tell"),
]
