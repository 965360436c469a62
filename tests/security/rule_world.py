"""The world of the rules: every kind of live and dead relation, in rows that have a name.

The rules are asked directly here, without HTTP, so that people whose session could not even enter a space (an ended
secretary, a member who has not accepted) are asked about too. Each way of having a right exists in five lives: without
end, until later, ended, not begun, not accepted; only the first two count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Model, QuerySet

from booking.enums import ImportKind, TaskKind
from booking.models import (
    AgendaFeed,
    Appointment,
    Broadcast,
    CallerFile,
    ImportRun,
    Referral,
    ReminderPlan,
    Rescue,
    Task,
)
from core import clock
from core.access import ANONYMOUS, Actor, Space
from notifications.enums import ChannelName, MessageState
from notifications.models import Message
from patients.enums import Level
from patients.models import Patient, PatientRecord
from practitioners.enums import BlockCause, Role, VerificationState
from practitioners.models import Agenda, AgendaReason, OnlineBlock, Practice, VisitReason
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    BookableAgendaFactory,
    ChildFactory,
    GuardianshipFactory,
    HoldFactory,
    InvitationFactory,
    MembershipFactory,
    PatientFactory,
    PractitionerFactory,
    RecordFactory,
    TeamInvitationFactory,
    UserFactory,
)
from tests.security.rule_world_books import add_books
from tests.security.rule_world_custody import add_archives
from tests.security.rule_world_documents import add_documents
from tests.security.rule_world_health import add_health
from tests.security.rule_world_invoices import add_runs
from tests.security.rule_world_joining import add_claims_and_pages
from tests.security.rule_world_listing import add_listings
from tests.security.rule_world_payments import add_payments
from tests.security.rule_world_register import add_register
from tests.security.rule_world_subscription import add_subscriptions
from tests.security.rule_world_waitlist import add_waitlist

MARK = "f" * 64
PERSONS = ("alice", "bob", "charlie", "teen", "zoe", "yan")
LIVES: dict[str, dict[str, int | None]] = {
    "": {},
    "_until": {"ends_at": 30},
    "_ended": {"ends_at": -1},
    "_future": {"starts_at": 1},
    "_invited": {"accepted_at": None},
}
# Who stands in for somebody has two lives more, that leave out a visit before their first day and those after the last.
DATES = {**LIVES, "_since": {"starts_at": -1}, "_soon": {"ends_at": 3}}
# Ways of belonging to the Lilas: role, agendas in reach, and whether an agenda there is one's own.
WAYS = {
    "owner": (Role.OWNER, "none", False),
    "practitioner": (Role.PRACTITIONER, "none", True),
    "newcomer": (Role.PRACTITIONER, "none", False),
    "secretary": (Role.SECRETARY, "all", False),
    "listed": (Role.SECRETARY, "listed", False),
}
STAND_INS = {
    "locum": (Role.LOCUM, "listed", False),
    "locum_all": (Role.LOCUM, "all", False),
    "cover": (Role.COVER, "listed", False),
}
ONCE = {
    "accountant": (Role.ACCOUNTANT, "all", True),
    "accountant_listed": (Role.ACCOUNTANT, "listed", False),
}
TEAM = {f"{way}{life}": (*kind, dates) for way, kind in WAYS.items() for life, dates in LIVES.items()} | {
    **{f"{way}{life}": (*kind, dates) for way, kind in STAND_INS.items() for life, dates in DATES.items()},
    **{name: (*kind, {}) for name, kind in ONCE.items()},
}
# Guardians of the child, who may read or (declared) may only book.
GUARDIANS = [f"guardian{life}" for life in LIVES] + ["declared", "declared_until"]
# Members of the other practice, whose sessions claim to be at the Lilas.
ELSEWHERE = {
    "other_owner": (Role.OWNER, "none"),
    "other_practitioner": (Role.PRACTITIONER, "none"),
    "other_secretary": (Role.SECRETARY, "all"),
    "other_listed": (Role.SECRETARY, "listed"),
    "other_locum": (Role.LOCUM, "listed"),
    "other_locum_all": (Role.LOCUM, "all"),
}


# Whose task of no visit it is, and who took the call of the person of one file.
GIVEN = ("locum", "locum_ended", "locum_future", "locum_invited", "cover", "accountant", "other_locum")
CALLED = (*GIVEN[:4], "cover", "accountant", "other_locum")


@dataclass
class RuleWorld:
    """`rows`: model → name → row. `actors`: role → actor. `users`: name → account."""

    rows: dict[type[Model], dict[str, Any]]
    actors: dict[str, Actor]
    users: dict[str, Any]

    def add(self, **named: Model) -> None:
        for name, row in named.items():
            self.rows.setdefault(type(row), {})[name] = row

    def get(self, model: type[Model], name: str) -> Any:
        return self.rows[model][name]

    def names(self, model: type[Model], found: QuerySet[Any]) -> list[str]:
        return self.named(model, found.values_list("pk", flat=True))

    def named(self, model: type[Model], keys: Iterable[Any]) -> list[str]:
        """The names of the rows with these keys, in order."""
        names = {row.pk: name for name, row in self.rows[model].items()}
        return sorted(names.get(key, f"unnamed-{key}") for key in keys)


def make_rule_world() -> RuleWorld:
    names = (*PERSONS, *GUARDIANS, *TEAM, *ELSEWHERE, "admin", "clerk")
    world = RuleWorld({}, {}, {name: UserFactory(email=f"{name}@prendsoin.example") for name in names})
    EmailAddress.objects.create(user=world.users["yan"], email="zoe@prendsoin.example", verified=False)
    _people(world)
    _practices(world)
    _team(world)
    _relays(world)
    _files(world)
    _visits(world)
    _work(world)
    _written(world)
    add_waitlist(world, GUARDIANS)
    add_health(world)
    add_documents(world)
    add_archives(world)
    add_claims_and_pages(world)
    add_subscriptions(world)
    add_payments(world)
    add_runs(world)
    add_books(world)
    add_register(world)
    add_listings(world)
    _bells(world)
    _actors(world)
    return world


def _dates(life: dict[str, int | None]) -> dict[str, Any]:
    """Instants at ten o'clock of those days, when the visits of the world begin."""
    return {key: days if days is None else _on(days)["start_at"] for key, days in life.items()}


def _people(world: RuleWorld) -> None:
    now, users = clock.now(), world.users
    world.add(
        alice=PatientFactory(user=users["alice"]),
        charlie=PatientFactory(user=users["charlie"]),
        teen=ChildFactory(user=users["teen"]),
        child=ChildFactory(),
        elder=PatientFactory(),
        stranger_child=ChildFactory(),
        removed=ChildFactory(removed_at=now),
        deceased=ChildFactory(deceased_on=now.date()),
        moved=PatientFactory(),
    )
    rights = {f"{name}_child": (name, "child", Level.GRANTED, LIVES[name[8:]]) for name in GUARDIANS[:5]} | {
        "declared_child": ("declared", "child", Level.DECLARED, {}),
        "declared_until_child": ("declared_until", "child", Level.DECLARED, {"ends_at": 30}),
        "declared_alice": ("declared", "alice", Level.DECLARED, {}),
        "bob_alice": ("bob", "alice", Level.GRANTED, {}),
        "alice_teen": ("alice", "teen", Level.GRANTED, {}),
        "alice_elder": ("alice", "elder", Level.GRANTED, {}),
        "alice_removed": ("alice", "removed", Level.GRANTED, {}),
        "alice_deceased": ("alice", "deceased", Level.GRANTED, {}),
        "alice_moved": ("alice", "moved", Level.GRANTED, {}),
    }
    for name, (guardian, patient, level, life) in rights.items():
        person = world.get(Patient, patient)
        right = GuardianshipFactory(user=users[guardian], patient=person, level=level, **_dates(life))
        world.add(**{name: right})
    invitations = {
        "alice_for_alice": ("alice", "alice", {}),
        "alice_for_teen": ("alice", "teen", {}),
        "alice_for_elder": ("alice", "elder", {}),
        "alice_for_removed": ("alice", "removed", {}),
        "alice_for_deceased": ("alice", "deceased", {}),
        "alice_for_stranger_child": ("alice", "stranger_child", {}),
        "bob_for_alice": ("bob", "alice", {}),
        "declared_for_child": ("declared", "child", {}),
        "expired": ("alice", "alice", {"expires_at": now - timedelta(minutes=1)}),
        "accepted": ("alice", "alice", {"accepted_at": now}),
        **{f"{name}_for_child": (name, "child", {}) for name in GUARDIANS[:5]},
    }
    for name, (inviter, patient, dates) in invitations.items():
        person = world.get(Patient, patient)
        row = InvitationFactory(patient=person, invited_by=users[inviter], email="ZOE@prendsoin.example", **dates)
        world.add(**{name: row})


def _practices(world: RuleWorld) -> None:
    lilas = BookableAgendaFactory(practitioner=PractitionerFactory(user=world.users["owner"]))
    other = BookableAgendaFactory(practitioner=PractitionerFactory(user=world.users["other_owner"]))
    hidden = BookableAgendaFactory(practitioner=PractitionerFactory(verification=VerificationState.CONTROLLED))
    places = {"lilas": lilas, "other": other, "third": hidden}
    for name, agenda in places.items():
        world.add(**{name: agenda.practice})
        world.add(**{name: agenda.location})
    own = [name for name, (_, _, own_agenda, _) in TEAM.items() if own_agenda]
    agendas = {"owner": lilas, "other": other, "hidden": hidden}
    for name in own:
        doctor = PractitionerFactory(user=world.users[name])
        agendas[name] = BookableAgendaFactory(practitioner=doctor, practice=lilas.practice, location=lilas.location)
    for name, agenda in agendas.items():
        offer = agenda.reasons.get()
        world.add(**{name: agenda})
        world.add(**{name: agenda.practitioner})
        world.add(**{name: offer})
        world.add(**{name: offer.visit_reason})
        world.add(**{name: agenda.opening_hours.get()})
        world.add(**{name: AbsenceFactory(agenda=agenda)})
    archived = world.get(VisitReason, "practitioner_ended")
    archived.archived_at = clock.now()
    archived.save()
    _kept_for_colleagues(world)


def _kept_for_colleagues(world: RuleWorld) -> None:
    """Offers that colleagues book: open, of who is not published, put away, closed today, and closed until yesterday."""
    for name in ("other", "hidden", "practitioner", "practitioner_ended", "accountant"):
        offer = world.get(AgendaReason, name)
        offer.online, offer.referrals = False, True
        offer.save()
    OnlineBlock.objects.create(agenda=world.get(Agenda, "accountant"), cause=BlockCause.OWNER)
    OnlineBlock.objects.create(
        agenda=world.get(Agenda, "practitioner"), cause=BlockCause.OWNER, closed_at=clock.now() - timedelta(days=1)
    )


def _team(world: RuleWorld) -> None:
    lilas, first = world.get(Practice, "lilas"), world.get(Agenda, "owner")
    for name, (role, reach, _, life) in TEAM.items():
        everything = reach == "all"
        member = MembershipFactory(
            user=world.users[name], practice=lilas, role=role, all_agendas=everything, **_dates(life)
        )
        if reach == "listed":
            member.agendas.set([first])
        world.add(**{name: member})
        if name.startswith(("newcomer", "secretary")):
            world.add(**{name: PractitionerFactory(user=world.users[name])})
    for name, (role, reach) in ELSEWHERE.items():
        member = MembershipFactory(
            user=world.users[name], practice=world.get(Practice, "other"), role=role, all_agendas=reach == "all"
        )
        if reach == "listed":
            # A row that no service would write: the rule must not lean on there being none.
            member.agendas.set([first, world.get(Agenda, "other")])
        world.add(**{name: member})
    # Works at the other practice, and still has an agenda at the Lilas.
    world.add(
        practitioner_ended_elsewhere=MembershipFactory(
            user=world.users["practitioner_ended"], practice=world.get(Practice, "other"), role=Role.PRACTITIONER
        )
    )


def _relays(world: RuleWorld) -> None:
    """Who stands in for whom, and who is invited: yan relays everybody, and is a secretary of the same agendas."""
    lilas = world.get(Practice, "lilas")
    own = [agenda for name, agenda in world.rows[Agenda].items() if agenda.practice_id == lilas.pk and name != "owner"]
    for name, role in {"yan_cover": Role.COVER, "yan_secretary": Role.SECRETARY}.items():
        member = MembershipFactory(user=world.users["yan"], practice=lilas, role=role)
        member.agendas.set(own)
        world.add(**{name: member})
    ended = MembershipFactory(
        user=world.users["yan"], practice=lilas, role=Role.COVER, ends_at=clock.now() - timedelta(days=1)
    )
    ended.agendas.set(own)
    world.add(yan_cover_ended=ended)
    now = clock.now()
    invitations = {f"by_{name}": (name, {}) for name in ("owner", *(f"owner{life}" for life in LIVES if life))} | {
        "by_practitioner": ("practitioner", {}),
        "by_other_owner": ("other_owner", {}),
        "team_expired": ("owner", {"expires_at": now - timedelta(minutes=1)}),
        "team_accepted": ("owner", {"accepted_at": now}),
        "team_withdrawn": ("owner", {"withdrawn_at": now}),
        "team_elsewhere": ("other_owner", {"practice": world.get(Practice, "other")}),
    }
    for name, (inviter, more) in invitations.items():
        row = TeamInvitationFactory(
            **{"practice": lilas, "invited_by": world.users[inviter], "email": "ZOE@prendsoin.example", **more}
        )
        world.add(**{name: row})


def _files(world: RuleWorld) -> None:
    lilas, other = world.get(Practice, "lilas"), world.get(Practice, "other")
    for name, practice in {"alice": lilas, "child": lilas, "removed": lilas, "elder": other}.items():
        world.add(**{f"{name}_file": RecordFactory(practice=practice, patient=world.get(Patient, name))})
    world.add(charlie_file=RecordFactory(practice=lilas, patient=world.get(Patient, "charlie")))
    world.add(charlie_elsewhere=RecordFactory(practice=other, patient=world.get(Patient, "charlie")))
    kept = world.get(PatientRecord, "child_file")
    world.add(dead_file=RecordFactory(practice=lilas, deceased_on=clock.now().date()))
    world.add(dead_elsewhere=RecordFactory(practice=other, deceased_on=clock.now().date()))
    for name, practice in {"lilas": lilas, "other": other}.items():
        world.add(**{name: ImportRun.objects.create(practice=practice, kind=ImportKind.PATIENTS)})
    # A file with nothing but a hold, one that was made for a caller, and one of another practice that a visit of this one
    # names, as no service would.
    world.add(held_file=RecordFactory(practice=lilas), called_file=RecordFactory(practice=lilas))
    world.add(stray_file=RecordFactory(practice=other))
    _calls(world)
    world.add(dead_merged=RecordFactory(practice=lilas, deceased_on=clock.now().date(), merged_into=kept))
    world.add(merged_file=RecordFactory(practice=lilas, patient=world.get(Patient, "moved"), merged_into=kept))


def _calls(world: RuleWorld) -> None:
    """Who answered when the person of one file called; one of them before her replacement began."""
    called = world.get(PatientRecord, "called_file")
    for name in CALLED:
        CallerFile.objects.create(record=called, user=world.users[name])
    CallerFile.objects.create(
        record=called, user=world.users["locum_since"], created_at=clock.now() - timedelta(days=3)
    )


def _visits(world: RuleWorld) -> None:
    visits = {
        "alice_visit": ("owner", "alice", "alice", {}),
        "alice_hidden": ("owner", "alice", "alice", {"concealed": True}),
        "alice_by_bob": ("owner", "alice", "bob", {"concealed": True}),
        "alice_by_declared": ("owner", "alice", "declared", {}),
        "child_visit": ("owner", "child", "charlie", {}),
        "child_hidden": ("owner", "child", "charlie", {"concealed": True}),
        **{f"child_by_{name}": ("owner", "child", name, {"concealed": True}) for name in GUARDIANS},
        # Bob acts for alice and never for the child: that he booked it once gives him nothing.
        "child_by_bob": ("owner", "child", "bob", {"concealed": True}),
        "removed_visit": ("owner", "removed", "alice", {}),
        "other": ("other", "charlie", "charlie", {}),
        "past_visit": ("owner", "alice", "alice", _on(-3)),
        **{name: (name, "charlie", "charlie", {}) for name in TEAM if name in world.rows[Agenda] and name != "owner"},
    }
    for day, (name, (where, patient, booker, more)) in enumerate(visits.items(), start=2):
        row = AppointmentFactory(
            agenda=world.get(Agenda, where),
            visit_reason=world.get(VisitReason, where),
            patient=world.get(Patient, patient),
            booked_by=world.users[booker],
            **{**_on(day), **more},
        )
        world.add(**{name: row})
    held = {"agenda": world.get(Agenda, "owner"), "visit_reason": world.get(VisitReason, "owner")}
    world.add(
        alice_hold=HoldFactory(**held, booked_by=world.users["alice"], **_on(60)),
        visitor_hold=HoldFactory(**held, holder=MARK, **_on(61)),
        # A hold that already says for whom is still nobody's visit.
        file_hold=HoldFactory(**held, record=world.get(PatientRecord, "alice_file"), **_on(62)),
        lone_hold=HoldFactory(**held, record=world.get(PatientRecord, "held_file"), **_on(63)),
        early_hold=HoldFactory(**held, **_on(2, hour=12)),
        **{
            f"{name}_hold": HoldFactory(
                agenda=world.get(Agenda, name), visit_reason=world.get(VisitReason, name), **_on(64)
            )
            for name in world.rows[Agenda]
            if name not in ("owner", "hidden")
        },
        stray_visit=AppointmentFactory(**held, record=world.get(PatientRecord, "stray_file"), **_on(25)),
    )
    _referrals(world)


def _referrals(world: RuleWorld) -> None:
    """What each practice booked elsewhere; the visits are any, as a referral names one only once."""
    sent = {
        "alice_away": ("lilas", "alice_file"),
        "charlie_away": ("lilas", "charlie_file"),
        "called_away": ("lilas", "called_file"),
        "merged_away": ("lilas", "merged_file"),
        "elder_away": ("other", "elder_file"),
        # Rows that no service would write.
        "crossed_away": ("lilas", "charlie_elsewhere"),
        "stray_away": ("lilas", "stray_file"),
    }
    visits = [visit for visit in world.rows[Appointment].values() if visit.record_id]
    for visit, (name, (practice, file)) in zip(visits, sent.items(), strict=False):
        row = Referral.objects.create(
            appointment=visit, practice=world.get(Practice, practice), record=world.get(PatientRecord, file)
        )
        world.add(**{name: row})


def _work(world: RuleWorld) -> None:
    """Tasks, rescued days and calendar addresses: one of each agenda, named after it, and tasks about no visit."""
    lilas, other = world.get(Practice, "lilas"), world.get(Practice, "other")
    visits = world.rows[Appointment] | {"owner": world.get(Appointment, "alice_visit")}
    for name, agenda in world.rows[Agenda].items():
        day = clock.now().date()
        rescue = Rescue.objects.create(practice=agenda.practice, agenda=agenda, day=day, ends_at=clock.now())
        world.add(**{name: rescue})
        world.add(**{name: AgendaFeed.objects.create(agenda=agenda, digest=f"{agenda.pk:064x}")})
        if name in visits:
            visit = visits[name]
            task = Task.objects.create(practice=agenda.practice, kind=TaskKind.TELL, appointment=visit)
            world.add(**{name: task})
    after = world.get(Appointment, "alice_hidden")
    world.add(after=Task.objects.create(practice=lilas, kind=TaskKind.TELL, appointment=after))
    for name in GIVEN:
        user = world.users[name]
        world.add(**{f"for_{name}": Task.objects.create(practice=lilas, kind=TaskKind.OTHER, assignee=user)})
    world.add(
        by_locum_soon=Task.objects.create(practice=lilas, kind=TaskKind.OTHER, created_by=world.users["locum_soon"]),
        shared=Task.objects.create(practice=lilas, kind=TaskKind.OTHER),
        other_shared=Task.objects.create(practice=other, kind=TaskKind.OTHER),
        # A row that no service would write: the list of one practice, a visit of another.
        crossed=Task.objects.create(practice=lilas, kind=TaskKind.SIGN, appointment=visits["other"]),
    )


def _written(world: RuleWorld) -> None:
    """Plans of reminders, messages to many patients, and one of these as alice has it."""
    lilas, other = world.get(Practice, "lilas"), world.get(Practice, "other")
    for name, agenda in world.rows[Agenda].items():
        world.add(**{name: ReminderPlan.objects.create(practice=agenda.practice, agenda=agenda)})
    world.add(lilas_common=ReminderPlan.objects.create(practice=lilas))
    world.add(other_common=ReminderPlan.objects.create(practice=other))
    now = clock.now()
    terms = {"text": "Fermé lundi.", "timezone": "Europe/Paris", "starts_at": now, "day": now.date()}
    rows = {
        "lilas": Broadcast.objects.create(practice=lilas, **terms),
        "lilas_void": Broadcast.objects.create(practice=lilas, void=True, stopped_at=now, **terms),
        "other": Broadcast.objects.create(practice=other, **terms),
    }
    world.add(**rows)
    for name in ("lilas", "lilas_void"):
        row = Message.objects.create(
            key=f"broadcast:{rows[name].pk}|0|booking.broadcast|email|user:{world.users['alice'].pk}",
            kind="booking.broadcast",
            channel=ChannelName.EMAIL,
            subject=f"broadcast:{rows[name].pk}",
            user=world.users["alice"],
            state=MessageState.SENT,
            finished_at=now,
            expires_at=now + timedelta(days=1),
        )
        world.add(**{f"alice_{name}": row})


def _bells(world: RuleWorld) -> None:
    lilas, other = world.get(Practice, "lilas").pk, world.get(Practice, "other").pk
    bells = {
        "alice": ("alice", None, ChannelName.BELL),
        "alice_mail": ("alice", None, ChannelName.EMAIL),
        "secretary": ("secretary", None, ChannelName.BELL),
        "secretary_at_lilas": ("secretary", lilas, ChannelName.BELL),
        "secretary_mail_at_lilas": ("secretary", lilas, ChannelName.EMAIL),
        "secretary_at_other": ("secretary", other, ChannelName.BELL),
        "owner_at_lilas": ("owner", lilas, ChannelName.BELL),
    }
    now = clock.now()
    for name, (person, practice_id, channel) in bells.items():
        row = Message.objects.create(
            key=name,
            kind="tests.bell",
            channel=channel,
            subject="tests:1",
            user=world.users[person],
            practice_id=practice_id,
            state=MessageState.SENT,
            finished_at=now,
            expires_at=now + timedelta(days=1),
        )
        world.add(**{name: row})


def _on(days: int, hour: int = 10) -> dict[str, Any]:
    start = (clock.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return {"start_at": start, "end_at": start + timedelta(minutes=20)}


def _actors(world: RuleWorld) -> None:
    lilas, other = world.get(Practice, "lilas").pk, world.get(Practice, "other").pk
    ids = {name: user.pk for name, user in world.users.items()}
    found = {name: Actor(user_id=ids[name], space=Space.PATIENT) for name in (*PERSONS, *GUARDIANS)}
    for name in TEAM:
        found[name] = Actor(user_id=ids[name], space=Space.PRACTICE, practice_id=lilas, strong=True)
    for name in ELSEWHERE:
        found[name] = Actor(user_id=ids[name], space=Space.PRACTICE, practice_id=other)
        found[f"{name}_at_lilas"] = Actor(user_id=ids[name], space=Space.PRACTICE, practice_id=lilas)
    found["alice_at_lilas"] = Actor(user_id=ids["alice"], space=Space.PRACTICE, practice_id=lilas)
    found["secretary_nowhere"] = Actor(user_id=ids["secretary"], space=Space.PRACTICE)
    found["secretary_at_home"] = Actor(user_id=ids["secretary"], space=Space.PATIENT)
    found["alice_with_hold"] = Actor(user_id=ids["alice"], space=Space.PATIENT, session=MARK)
    found["holder"] = Actor(user_id=None, space=None, session=MARK)
    found["visitor"] = Actor(user_id=None, space=None, session="0" * 64)
    found["nobody"] = ANONYMOUS
    found["admin"] = Actor(user_id=ids["admin"], space=Space.PLATFORM, strong=True)
    found["clerk"] = Actor(user_id=ids["clerk"], space=Space.BILLING, strong=True)
    found["clerk_at_home"] = Actor(user_id=ids["clerk"], space=Space.PATIENT, strong=True)
    world.actors = found
