"""The day of some agendas as a file that leaves the site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.agenda_pdf import agenda_pdf
from booking.selectors.desk_agenda import desk_window
from core import audit
from core.access import Actor
from core.exceptions import DomainError
from practitioners.models import Agenda


def print_day_as_pdf(*, actor: Actor, agendas: Sequence[Agenda], day: date) -> bytes:
    """The PDF of a local day of agendas that the actor runs; the journal says which and who took it.

    `agendas` come from `agendas_run` or `chosen_agendas`. Raises `no_agenda` (422) when there is none.
    """
    if not agendas:
        raise DomainError("no_agenda", _("Aucun agenda ne vous est confié."))
    practice = agendas[0].practice
    content = agenda_pdf(desk_window(actor, agendas, first_day=day, last_day=day), practice=practice.name)
    with transaction.atomic():
        audit.record(
            actor,
            "booking.print_day",
            practice,
            practice_id=practice.pk,
            day=day.isoformat(),
            agendas=[agenda.pk for agenda in agendas],
        )
    return content
