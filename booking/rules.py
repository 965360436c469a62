"""Who may see, move and cancel appointments, and who writes an agenda's hours: one Q-builder per (model, action)."""

from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Q

from booking.enums import Status
from booking.models import (
    Absence,
    AgendaFeed,
    Appointment,
    CallerFile,
    ImportRun,
    Listing,
    OpeningHours,
    Referral,
    Rescue,
    Task,
)
from core import clock
from core.access import Actor, Space, rule
from patients.enums import Level
from patients.models import Guardianship, PatientRecord
from patients.rules import open_files_to, work_on_record
from practitioners.enums import Role, VerificationState
from practitioners.models import Agenda, Membership
from practitioners.rules import (
    ARRANGING_ROLES,
    NOBODY,
    NOTE_ROLES,
    arranged_agendas,
    dated_times,
    managed_times,
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
        return managed_times(actor) & ~Q(status=Status.HELD)
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
    return managed_times(actor, roles=NOTE_ROLES) & ~Q(status=Status.HELD)


@rule(Appointment, "read_hold")
def read_hold(actor: Actor) -> Q:
    """Time that somebody keeps on the agendas one runs: shown as taken, with no patient."""
    return managed_times(actor) & Q(status=Status.HELD)


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
    """Who works for the practice shares its list; a task about a visit is for who may read that visit.

    A locum works on what was given to them or written by them, beside the visits of their dates; a cover on none.
    """
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    mine = memberships_of(actor)
    team = Q(Exists(mine.filter(role__in=ARRANGING_ROLES)))
    own = Q(Exists(mine.filter(role=Role.LOCUM))) & (Q(assignee_id=actor.user_id) | Q(created_by_id=actor.user_id))
    of_visits = managed_times(actor, "appointment__", NOTE_ROLES)
    return Q(practice_id=actor.practice_id) & ((Q(appointment__isnull=True) & (team | own)) | of_visits)


def files_of_dates(actor: Actor, roles: Sequence[str]) -> Q:
    """Files that a replacement opens: of who has a visit in its agendas and dates, and those made for a caller in them."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    visits = Appointment.objects.filter(dated_times(actor, roles=roles), record=OuterRef("pk"))
    dates = memberships_of(actor).filter(role__in=roles, starts_at__lte=OuterRef("created_at"))
    calls = CallerFile.objects.filter(Exists(dates), user_id=actor.user_id or 0, record=OuterRef("pk"))
    return Q(Exists(visits.exclude(status=Status.HELD))) | Q(Exists(calls))


open_files_to("booking", files_of_dates)


@rule(Rescue, "manage")
def manage_rescue(actor: Actor) -> Q:
    return arranged_agendas(actor, "agenda__")


@rule(AgendaFeed, "manage")
def manage_feed(actor: Actor) -> Q:
    """An address outlives a session: only who writes the agenda's hours hands one out."""
    return arranged_agendas(actor, "agenda__")


def made_by_who_still_arranges() -> Q:
    """Feeds whose maker writes the hours of the agenda today: an address ends with the right it was made from."""
    mine = Membership.objects.active(clock.now()).filter(
        user_id=OuterRef("created_by_id"),
        practice_id=OuterRef("agenda__practice_id"),
        role__in=ARRANGING_ROLES,
        user__is_active=True,
    )
    reach = Q(role=Role.OWNER) | Q(all_agendas=True) | Q(agendas=OuterRef("agenda_id"))
    own = Q(agenda__practitioner__user_id=F("created_by_id")) & Q(Exists(mine.filter(role=Role.PRACTITIONER)))
    return Q(Exists(mine.filter(reach))) | own


@rule(Agenda, "overbook")
def overbook_agenda(actor: Actor) -> Q:
    """Two visits at one time are put by who writes the hours of the agenda: not by a locum or a cover."""
    return arranged_agendas(actor)


@rule(Referral, "read")
def read_referral(actor: Actor) -> Q:
    """What the practice booked at a colleague's, for who opens the file of the person."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    files = PatientRecord.objects.filter(work_on_record(actor), pk=OuterRef("record_id"))
    return Q(practice_id=actor.practice_id) & Q(Exists(files))


@rule(ImportRun, "work")
def work_on_import(actor: Actor) -> Q:
    """The files that the practice brought in, for those who run it."""
    return runs_practice(actor)


@rule(Listing, "read")
def read_listing(actor: Actor) -> Q:
    """The directory is public; a row written before somebody left it, or objected, is not in it."""
    joined = Q(agenda__isnull=False, practitioner__verification=VerificationState.PUBLISHED)
    stated = Q(site__gone=False, practitioner__struck_off_on__isnull=True, practitioner__unlisted=False)
    return joined | stated
