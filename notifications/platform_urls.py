"""Addresses of the platform's staff."""

from django.urls import path

from notifications import platform_views as views

app_name = "platform"

urlpatterns = [
    path("", views.home, name="home"),
    path("files/", views.queues, name="queues"),
    path("files/<slug:queue>/<int:pk>/reessayer/", views.retry, name="retry"),
    path("files/<slug:queue>/<int:pk>/abandonner/", views.let_go, name="let_go"),
]
