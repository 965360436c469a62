"""The floor: one row by its key, as JSON, in plain Django."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest, HttpResponseBase, JsonResponse


class Row(models.Model):
    """A plain table that nothing else uses; `people.sql` makes and fills it."""

    id = models.BigAutoField(primary_key=True)
    agenda_id = models.BigIntegerField()
    start_at = models.DateTimeField()
    label = models.TextField()

    objects = models.Manager["Row"]()

    class Meta:
        app_label = "bench"
        db_table = "bench_row"
        managed = False

    def __str__(self) -> str:
        return self.label


def row(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = Row.objects.get(pk=pk)
    return JsonResponse({"id": found.pk, "agenda": found.agenda_id, "start": found.start_at, "label": found.label})
