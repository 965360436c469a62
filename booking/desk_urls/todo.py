"""Addresses of tasks and calls, sick-day rescue, calendar feeds."""

from django.urls import URLPattern, path

from booking.views.desk import todo

urlpatterns: list[URLPattern] = [
    path("taches/", todo.tasks, name="tasks"),
    path("taches/<uuid:uid>/", todo.change, name="task"),
    path("taches/<uuid:uid>/fait/", todo.done, name="task_done"),
    path("taches/<uuid:uid>/a-refaire/", todo.reopen, name="task_reopen"),
]
