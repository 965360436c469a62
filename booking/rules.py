"""Who may see, move and cancel appointments, and who writes an agenda's hours: one Q-builder per (model, action)."""

from django.db.models import Exists, OuterRef, Q

from booking.enums import Status
from booking.models import Absence, AgendaFeed, Appointment, ImportRun, OpeningHours, Rescue, Task
from core import clock
from core.access import Actor, Space, rule
from patients.enums import Level
from patients.models import Guardianship
from practitioners.models import Agenda
from practitioners.rules import (
    NOBODY,
    NOTE_ROLES,
    arranged_agendas,
    managed_agendas,
    memberships_of,
    runs_practice,
)


def _of_patient_space(actor: Actor) -> Q:
    """Visits a person may see: their own; those of the people they act for.

    A granted guardian sees every visit of the person but the concealed ones; a declared one only what they
    booked themselves. A concealed visit is shown to the person and to who booked it, as long as they may act.
    """
    live = Guardianship.objects.active(clock.now()).filter(
        user_id=actor.user_id or 0, patient_id=OuterRef("record__patient_id")
    )
    own = Q(record__patient__user_id=actor.user_id)
    granted = Q(Exists(live.filter(level=Level.GRANTED))) & Q(concealed=False)
    booked = Q(booked_by_id=actor.user_id) & Q(Exists(live))
    return (own | granted | booked) & Q(record__patient__removed_at__isnull=True)


@rule(Appointment, "read")
def read_appointment(actor: Actor) -> Q:
    if actor.user_id is None:
        return NOBODY
    if actor.space == Space.PRACTICE:
        return managed_agendas(actor, "agenda__") & ~Q(status=Status.HELD)
    if actor.space == Space.PATIENT:
        return _of_patient_space(actor) & ~Q(status=Status.HELD)
    return NOBODY


@rule(Appointment, "change")
def change_appointment(actor: Actor) -> Q:
    """Moving and cancelling: the same people as reading, in either space."""
    return read_appointment(actor)


@rule(Appointment, "restore")
def restore_appointment(actor: Actor) -> Q:
    """Only the practice brings back a cancelled visit."""
    return read_appointment(actor) if actor.space == Space.PRACTICE else NOBODY


@rule(Appointment, "read_internal_note")
def read_internal_note(actor: Actor) -> Q:
    """What the practice notes for itself: those who run the agenda, but for a colleague who covers it."""
    return managed_agendas(actor, "agenda__", NOTE_ROLES) & ~Q(status=Status.HELD)


@rule(Appointment, "hold")
def own_hold(actor: Actor) -> Q:
    """A hold belongs to the visitor who took it, signed in or not; once signed in, to the account as well."""
    if not actor.session and actor.user_id is None:
        return NOBODY
    mine = NOBODY
    if actor.session:
        mine |= Q(holder=actor.session)
    if actor.user_id is not None:
        mine |= Q(booked_by_id=actor.user_id)
    return mine & Q(status=Status.HELD)


@rule(OpeningHours, "manage")
def manage_opening_hours(actor: Actor) -> Q:
    return arranged_agendas(actor, "agenda__")


@rule(Absence, "manage")
def manage_absence(actor: Actor) -> Q:
    return arranged_agendas(actor, "agenda__")


@rule(Task, "work")
def work_on_task(actor: Actor) -> Q:
    """Who reads the practice's notes shares its list; a task about a visit is for who may read that visit."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    team = Exists(memberships_of(actor).filter(role__in=NOTE_ROLES))
    of_visits = managed_agendas(actor, "appointment__agenda__", NOTE_ROLES)
    return Q(practice_id=actor.practice_id) & ((Q(appointment__isnull=True) & Q(team)) | of_visits)


@rule(Rescue, "manage")
def manage_rescue(actor: Actor) -> Q:
    return arranged_agendas(actor, "agenda__")


@rule(AgendaFeed, "manage")
def manage_feed(actor: Actor) -> Q:
    """An address outlives a session: only who writes the agenda's hours hands one out."""
    return arranged_agendas(actor, "agenda__")


@rule(Agenda, "overbook")
def overbook_agenda(actor: Actor) -> Q:
    """Two visits at one time are put by who writes the hours of the agenda: not by a locum or a cover."""
    return arranged_agendas(actor)


@rule(ImportRun, "work")
def work_on_import(actor: Actor) -> Q:
    """The files that the practice brought in, for those who run it."""
    return runs_practice(actor)
