"""The one address of the floor."""

from django.urls import path

from bench.row import row

urlpatterns = [path("row/<int:pk>", row)]
