"""Addresses of the agenda and its acts."""

from django.urls import path

from booking.views.desk import agenda, agenda_acts, agenda_grid, agenda_print, late

urlpatterns = [
    path("", agenda.agenda, name="agenda"),
    path("agenda/evenements/", agenda.events, name="events"),
    path("agenda/statut/<uuid:uid>/", agenda_acts.status, name="status"),
    path("agenda/bloquer/<uuid:uid>/", agenda_acts.block, name="block"),
    path("agenda/cloturer/", agenda_acts.close_day, name="close_day"),
    path("agenda/retard/<uuid:uid>/", late.late, name="late"),
    path("agenda/retard/<uuid:uid>/a-l-heure/", late.on_time, name="on_time"),
    path("agenda/imprimer/", agenda_print.print_day, name="print_day"),
    path("agenda/pdf/", agenda_print.print_day_pdf, name="print_day_pdf"),
    path("agenda/deplacer/<uuid:uid>/", agenda_grid.move, name="grid_move"),
    path("agenda/allonger/<uuid:uid>/", agenda_grid.stretch, name="grid_stretch"),
    path("agenda/garder/", agenda_grid.hold, name="grid_hold"),
    path("agenda/revenir/<uuid:uid>/", agenda_grid.undo, name="grid_undo"),
]
