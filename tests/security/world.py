"""The generated world of the rights tests: two practices, their people, patients and relatives, and who holds what.

Every person of the matrix is a column of `matrix.csv`; every thing somebody may ask for is named in `targets`.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client

from booking.answer_links import answer_path
from booking.enums import Status, TaskKind
from booking.models import AgendaFeed, Broadcast, ImportRun, NoShowMark, Referral, Rescue, Task
from booking.selectors.feeds import digest_of
from core import clock
from core.models import Job
from notifications.enums import ChannelName, MessageState
from notifications.models import Message
from notifications.services import notify
from notifications.stop_links import stop_path
from patients.data_notice import digest_of as notice_digest
from patients.data_notice import token_of as notice_token
from patients.enums import Level
from patients.models import DataNotice
from patients.services.file_links import token_of
from practitioners.enums import Role
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
from tests.security.world_books import BOOK_BODIES, book_targets
from tests.security.world_carnet import DOCUMENT_BODIES, document_targets
from tests.security.world_custody import custody_targets
from tests.security.world_health import HEALTH_BODIES, health_targets
from tests.security.world_invoices import INVOICE_BODIES, invoice_targets
from tests.security.world_joining import joining_targets
from tests.security.world_listing import listing_targets
from tests.security.world_payments import PAYMENT_BODIES, payment_targets
from tests.security.world_register import register_targets
from tests.security.world_subscription import SUBSCRIPTION_BODIES, subscription_targets
from tests.security.world_waitlist import waitlist_bodies, waitlist_targets

# Column of the matrix → space of the session, and whether a second factor was given.
ROLES: dict[str, tuple[str, bool]] = {
    "anonymous": ("", False),
    "alice": ("patient", False),
    "bob": ("patient", False),
    "charlie": ("patient", False),
    "martin": ("practice:lilas", True),
    "diallo": ("practice:diallo", True),
    "sophie": ("practice:lilas", True),
    "boris": ("patient", True),
    "admin": ("platform", True),
    "weak": ("practice:lilas", False),
    "locum": ("practice:lilas", True),
    "cover": ("practice:lilas", True),
    "clerk": ("billing", True),
}


@dataclass(frozen=True)
class Target:
    """What a line of the matrix asks for: the arguments of its address."""

    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    users: dict[str, Any]
    practices: dict[str, Any]
    targets: dict[str, Target]
    # Sent by (name of the address, method), as the query of a GET; methods that are not here send nothing.
    bodies: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)

    def client(self, role: str, **options: Any) -> Client:
        """A browser of that person, signed in to their space; each call gives a new one with the same session."""
        client = Client(raise_request_exception=options.pop("raise_request_exception", True), **options)
        if role == "anonymous":
            return client
        if role not in self.sessions:
            self.sessions[role] = self._sign_in(role)
        for name, value in self.sessions[role].items():
            client.cookies[name] = value
        return client

    def _sign_in(self, role: str) -> dict[str, str]:
        space, strong = ROLES[role]
        user = self.users[role]
        client = Client()
        client.force_login(user)
        session = client.session
        name, _, practice = space.partition(":")
        session["space"] = f"{name}:{self.practices[practice].uid}" if practice else name
        if strong:
            session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
            session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return {key: morsel.value for key, morsel in client.cookies.items()}


class undone(transaction.Atomic):  # noqa: N801  (reads as `with undone():`)
    """What happens inside is rolled back. Services may open their durable transactions in it, as in a test."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)
        self._from_testcase = True

    def __exit__(self, *failure: Any) -> None:
        transaction.set_rollback(True)
        super().__exit__(*failure)


def make_world() -> World:
    users = {name: UserFactory(email=f"{name}@prendsoin.example") for name in ROLES if name != "anonymous"}
    users["admin"].is_platform_staff = True
    users["admin"].save()
    for name in ("boris", "clerk"):
        users[name].is_billing_staff = True
        users[name].save()

    martin = PractitionerFactory(slug="dr-martin", user=users["martin"])
    diallo = PractitionerFactory(slug="dr-diallo", user=users["diallo"])
    lilas, other = BookableAgendaFactory(practitioner=martin), BookableAgendaFactory(practitioner=diallo)
    practices = {"lilas": lilas.practice, "diallo": other.practice}
    MembershipFactory(user=users["martin"], practice=lilas.practice, role=Role.OWNER)
    sophie = MembershipFactory(user=users["sophie"], practice=lilas.practice, role=Role.SECRETARY, all_agendas=True)
    MembershipFactory(user=users["weak"], practice=lilas.practice, role=Role.PRACTITIONER, all_agendas=True)
    MembershipFactory(user=users["diallo"], practice=other.practice, role=Role.OWNER)
    # Two who stand in for Dr Martin for a month: neither has another role in the practice.
    for role in (Role.LOCUM, Role.COVER):
        month = {"starts_at": clock.now() - timedelta(days=10), "ends_at": clock.now() + timedelta(days=30)}
        MembershipFactory(user=users[role.value], practice=lilas.practice, role=role, **month).agendas.set([lilas])

    people = {name: PatientFactory(user=users[name]) for name in ("alice", "bob", "charlie")}
    child = ChildFactory()
    right = GuardianshipFactory(user=users["alice"], patient=child, level=Level.GRANTED)
    shared = GuardianshipFactory(user=users["bob"], patient=people["alice"], level=Level.GRANTED)
    visits = {
        "alice_visit": AppointmentFactory(agenda=lilas, patient=people["alice"], booked_by=users["alice"]),
        "child_visit": AppointmentFactory(agenda=lilas, patient=child, booked_by=users["alice"], **_at(3)),
        "charlie_visit": AppointmentFactory(agenda=other, patient=people["charlie"], booked_by=users["charlie"]),
        "concealed_visit": AppointmentFactory(
            agenda=lilas, patient=people["alice"], booked_by=users["alice"], concealed=True, **_at(4)
        ),
    }
    missed = AppointmentFactory(
        agenda=lilas, patient=people["alice"], booked_by=users["alice"], status=Status.NO_SHOW, **_at(-3)
    )
    NoShowMark.objects.create(
        appointment=missed, record=missed.record, author=users["sophie"], expires_at=clock.now() + timedelta(days=300)
    )
    visits["missed_visit"] = missed
    hold = HoldFactory(agenda=lilas, booked_by=users["alice"], **_at(5))
    invitation = InvitationFactory(patient=people["alice"], email="bob@prendsoin.example")
    team_invitation = TeamInvitationFactory(
        practice=lilas.practice, invited_by=users["martin"], email="charlie@prendsoin.example"
    )
    targets = {
        "": Target(),
        "sample_letter": Target({"kind": "booking.confirmed", "number": 0, "language": "fr"}),
        **{name: Target({"uid": visit.uid}) for name, visit in visits.items()},
        "sophie_member": Target({"uid": sophie.uid}),
        "team_invitation": Target({"uid": team_invitation.uid}),
        "alice": Target({"uid": people["alice"].uid}),
        "child": Target({"uid": child.uid}),
        "charlie": Target({"uid": people["charlie"].uid}),
        "alice_hold": Target({"uid": hold.uid}),
        "alice_right": Target({"uid": right.uid}),
        "bob_right": Target({"uid": shared.uid}),
        "alice_invitation": Target({"uid": invitation.uid}),
        "dr_martin": Target({"slug": "dr-martin"}),
        "nobody": Target({"slug": "dr-nobody"}),
        "alice_bell": Target({"uid": _bell(users["alice"]).uid}),
        "sophie_bell": Target({"uid": _bell(users["sophie"], lilas.practice.pk).uid}),
        "alice_stop": Target({"token": stop_path("sms", user_id=users["alice"].pk).rstrip("/").rpartition("/")[2]}),
        "sms_receipts": Target({"provider": "sms"}),
        "dead_job": Target({"queue": "travaux", "pk": _dead_job()}),
        "unknown_work": Target({"queue": "messages", "pk": 999_999_999}),
        "brevo_events": Target({"service": "brevo"}),
        "forged_stop": Target({"token": "sms.u1:forged"}),
        "alice_answer": Target({"token": _answer(visits["alice_visit"], users["alice"].pk)}),
        "dead_answer": Target({"token": "a-link-nobody-had-0123"}),
        "lilas_notice": Target({"token": _notice(lilas.practice)}),
        "lilas": Target({"practice": lilas.practice.uid}),
        "alice_at_lilas": Target({"practice": lilas.practice.uid, "patient": people["alice"].uid}),
        "charlie_at_diallo": Target({"practice": other.practice.uid, "patient": people["charlie"].uid}),
        "missing": Target({"uid": UUID(int=0)}),
        "missing_practice": Target({"practice": UUID(int=0)}),
        "missing_pk": Target({"pk": 999_999}),
        "missing_letter": Target({"uid": UUID(int=0), "pk": 999_999}),
        "lilas_agenda": Target({"uid": lilas.uid}),
        "diallo_agenda": Target({"uid": other.uid}),
        "lilas_reason": Target({"uid": lilas.reasons.get().visit_reason.uid}),
        "diallo_reason": Target({"uid": other.reasons.get().visit_reason.uid}),
        "lilas_offer": Target({"uid": lilas.reasons.get().visit_reason.uid, "agenda": lilas.uid}),
        "diallo_offer": Target({"uid": other.reasons.get().visit_reason.uid, "agenda": other.uid}),
        "crossed_offer": Target({"uid": lilas.reasons.get().visit_reason.uid, "agenda": other.uid}),
        "lilas_opening": Target({"uid": lilas.opening_hours.get().uid}),
        "diallo_opening": Target({"uid": other.opening_hours.get().uid}),
        "lilas_absence": Target({"uid": AbsenceFactory(agenda=lilas).uid}),
        "diallo_absence": Target({"uid": AbsenceFactory(agenda=other).uid}),
        **_files(lilas.practice, other.practice, visits),
        "lilas_place": Target({"specialty": "medecin-generaliste", "place": lilas.location.place.slug}),
        "nowhere": Target({"specialty": "medecin-generaliste", "place": "nulle-part"}),
        "first_part": Target({"part": 1}),
        **_work(lilas, other, users["alice"]),
        **_beyond(lilas),
        **_sent(visits),
        **{name: Target(kwargs) for name, kwargs in health_targets(people["alice"]).items()},
        **{
            name: Target(kwargs)
            for name, kwargs in document_targets(
                people["alice"], users, lilas, other, visits["alice_visit"].record
            ).items()
        },
        **{name: Target(kwargs) for name, kwargs in custody_targets(people["alice"], lilas.practitioner).items()},
        **{name: Target(kwargs) for name, kwargs in register_targets(other.practitioner).items()},
        **{name: Target(kwargs) for name, kwargs in listing_targets(other.practitioner).items()},
        **{name: Target(kwargs) for name, kwargs in subscription_targets(lilas, other).items()},
        **{name: Target(kwargs) for name, kwargs in invoice_targets(lilas.practice, other.practice).items()},
        **{name: Target(kwargs) for name, kwargs in payment_targets(lilas.practice).items()},
        **{name: Target(kwargs) for name, kwargs in book_targets(lilas.practice).items()},
        **{name: Target(kwargs) for name, kwargs in waitlist_targets(lilas, other, people, users).items()},
        **{name: Target(kwargs) for name, kwargs in joining_targets(users).items()},
        "topic": Target({"topic": "proches"}),
        "token": Target({"token": "a-token-nobody-was-given"}),
        "rest": Target({"rest": "v1/nothing"}),
    }
    return World(
        users=users,
        practices=practices,
        targets=targets,
        bodies=_bodies(lilas, people, child, str(visits["alice_visit"].record.uid)),
    )


def _answer(visit: Any, user_id: int) -> str:
    """The link of the messages about a visit."""
    return answer_path(visit, user_id=user_id).rstrip("/").rpartition("/")[2]


def _notice(practice: Any) -> str:
    """The link of the first message to somebody without an account."""
    record = RecordFactory(practice=practice, email="lettre@prendsoin.example")
    DataNotice.objects.create(record=record, digest=notice_digest(notice_token(record)))
    return notice_token(record)


def _beyond(lilas: Any) -> dict[str, Target]:
    """A visit after the days of who stands in for Dr Martin, and the file of its patient."""
    visit = AppointmentFactory(agenda=lilas, record=RecordFactory(practice=lilas.practice), **_at(40))
    return {"later_visit": Target({"uid": visit.uid}), "later_file": Target({"uid": visit.record.uid})}


def _sent(visits: dict[str, Any]) -> dict[str, Target]:
    """A reason that a third practice keeps for colleagues, and what each of the two others booked elsewhere."""
    keeper = BookableAgendaFactory()
    offer = keeper.reasons.get()
    offer.online, offer.referrals = False, True
    offer.save()
    found = {"kept_offer": Target({"agenda": keeper.uid, "uid": offer.visit_reason.uid})}
    for name, of, at in (("lilas", "alice", "charlie"), ("diallo", "charlie", "alice")):
        file = visits[f"{of}_visit"].record
        referral = Referral.objects.create(practice=file.practice, record=file, appointment=visits[f"{at}_visit"])
        found[f"{name}_referral"] = Target({"uid": referral.uid})
    return found


def _work(lilas: Any, other: Any, alice: Any) -> dict[str, Target]:
    """Tasks, closed days and calendar addresses of both practices."""
    found = {}
    day = (clock.now() + timedelta(days=20)).date()
    for name, agenda in {"lilas": lilas, "diallo": other}.items():
        task = Task.objects.create(practice=agenda.practice, kind=TaskKind.CALL_BACK, about="Rappeler")
        rescue = Rescue.objects.create(
            practice=agenda.practice, agenda=agenda, day=day, ends_at=clock.now() + timedelta(days=1)
        )
        maker = agenda.practitioner.user
        feed = AgendaFeed.objects.create(agenda=agenda, digest=digest_of(f"{name}-token"), created_by=maker)
        found |= {
            f"{name}_task": Target({"uid": task.uid}),
            f"{name}_broadcast": Target({"uid": _broadcast(agenda, alice).uid}),
            f"{name}_rescue": Target({"uid": rescue.uid}),
            f"{name}_feed": Target({"uid": feed.uid}),
            f"{name}_day": Target({"agenda": agenda.uid, "day": day.isoformat()}),
            f"{name}_open_day": Target({"agenda": agenda.uid, "day": (day + timedelta(days=1)).isoformat()}),
        }
    return found | {
        "missing_day": Target({"agenda": UUID(int=0), "day": day.isoformat()}),
        "live_token": Target({"token": "lilas-token"}),
    }


def _broadcast(agenda: Any, reader: Any) -> Broadcast:
    """A message of a practice to its patients; that of the first practice was written to this account."""
    now = clock.now()
    row = Broadcast.objects.create(
        practice=agenda.practice, text="Fermé lundi.", timezone="Europe/Paris", starts_at=now, day=now.date()
    )
    if agenda.practitioner.slug == "dr-martin":
        notify(kind="booking.broadcast", channel="email", subject=f"broadcast:{row.pk}", user_id=reader.pk)
    return row


def _dead_job() -> int:
    """A job that was given up."""
    now = clock.now()
    return Job.objects.create(kind="tests.dead", state="dead", due_at=now, finished_at=now, attempts=8).pk


def _bodies(agenda: Any, people: dict[str, Any], child: Any, file: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Bodies that are right in form, so that the answer depends on the person and not on a missing field."""
    wished = {
        "agenda": str(agenda.uid),
        "visit_reason": str(agenda.reasons.get().visit_reason.uid),
        "start": _at(6)["start_at"].isoformat(),
    }
    identity = {"first_name": "Zoé", "birth_name": "Moreau", "birth_date": "2019-05-17", "sex": "F"}
    hours = {"agenda": wished["agenda"], "starts_on": "2026-11-02", "start_time": "09:00", "end_time": "12:00"}
    family = [str(people["alice"].uid), str(child.uid)]
    day = wished["start"][:10]
    dragged = {"agenda": wished["agenda"], "debut": f"{day}T10:00", "fin": f"{day}T10:20"}
    return {
        **HEALTH_BODIES,
        **DOCUMENT_BODIES,
        **SUBSCRIPTION_BODIES,
        **INVOICE_BODIES,
        **PAYMENT_BODIES,
        **BOOK_BODIES,
        **{(f"desk:grid_{act}", "POST"): dragged for act in ("move", "stretch", "hold")},
        ("practitioners:invite", "POST"): {
            "email": "nora@prendsoin.example",
            "role": "secretary",
            "agendas": [wished["agenda"]],
        },
        ("practitioners:member", "POST"): {"role": "secretary", "all_agendas": "on"},
        ("desk:refer_times", "GET"): {"fiche": file},
        ("desk:refer_times", "POST"): {"fiche": file},
        ("desk:feed_forget", "POST"): {"agenda": str(agenda.uid), "source": "Clinique"},
        ("booking_api:availabilities", "GET"): {"visit_reason": wished["visit_reason"]},
        ("booking_api:hidden_starts", "GET"): {"visit_reason": wished["visit_reason"], "date": wished["start"][:10]},
        ("booking_api:split_opening", "POST"): {"on": wished["start"][:10]},
        ("booking_api:opening_hours", "POST"): hours,
        ("booking_api:absences", "POST"): {**hours, "frequency": "once"},
        ("practitioners_api:agendas", "POST"): {"practitioner": "dr-martin", "location": str(agenda.location.uid)},
        ("practitioners_api:visit_reasons", "POST"): {"name": "Suivi", "specialty": agenda.practitioner.specialty.slug},
        ("practitioners_api:offer", "PUT"): {"duration_minutes": 20, "modes": ["office"]},
        ("booking_api:occurrence", "POST"): {"on": wished["start"][:10], "start_time": "10:00"},
        ("booking_api:holds", "POST"): wished,
        ("notifications:one_click", "POST"): {"List-Unsubscribe": "One-Click"},
        ("booking_api:appointments", "POST"): {**wished, "patient": str(people["alice"].uid)},
        ("booking_api:family", "POST"): {**wished, "patients": family},
        **waitlist_bodies(agenda, child),
        ("booking_api:reschedule", "POST"): {"start": wished["start"]},
        ("patients_api:patients", "POST"): {**identity, "relation": "child", "attested": True},
        ("patients_api:patient", "PATCH"): {"first_name": "Zoé"},
        ("patients_api:invitations", "POST"): {"email": "carer@prendsoin.example", "relation": "child"},
        ("patients_api:guardianship", "PATCH"): {"contact_hidden": True},
        ("patients_api:link_codes", "POST"): {"practice": str(agenda.practice.uid)},
        ("patients_api:link_code_confirm", "POST"): {"practice": str(agenda.practice.uid), "code": "000000"},
    }


def _files(lilas: Any, other: Any, visits: dict[str, Any]) -> dict[str, Target]:
    """Patients' files of two practices, one of them dead, two that are one person's, and files brought in."""
    alice, child, charlie = (visits[f"{name}_visit"].record for name in ("alice", "child", "charlie"))
    twin, unlinked = RecordFactory(practice=lilas), RecordFactory(practice=lilas, email="carer@prendsoin.example")
    dead = RecordFactory(practice=lilas, deceased_on=clock.now().date())
    read = {"kind": "patients", "content": "nom;prénom\nMartin;Zoé\n", "lines": 1, "done_lines": 1}
    runs = {practice: ImportRun.objects.create(practice=practice, **read) for practice in (lilas, other)}
    return {
        "lilas_file": Target({"uid": alice.uid}),
        "diallo_file": Target({"uid": charlie.uid}),
        "dead_file": Target({"uid": dead.uid}),
        "free_file": Target({"uid": unlinked.uid}),
        "lilas_twins": Target({"uid": alice.uid, "other": twin.uid}),
        "lilas_strangers": Target({"uid": alice.uid, "other": child.uid}),
        "crossed_files": Target({"uid": alice.uid, "other": charlie.uid}),
        "lilas_import": Target({"uid": runs[lilas].uid}),
        "diallo_import": Target({"uid": runs[other].uid}),
        "file_link": Target({"token": token_of(unlinked)}),
    }


def _bell(user: Any, practice_id: int | None = None) -> Message:
    """A notification already shown in the bell."""
    return Message.objects.create(
        key=f"tests:{user.pk}",
        kind="tests.bell",
        channel=ChannelName.BELL,
        subject="tests:1",
        user=user,
        practice_id=practice_id,
        state=MessageState.SENT,
        finished_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
        title="Un message",
    )


def _at(days: int) -> dict[str, Any]:
    start = (clock.now() + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)
    return {"start_at": start, "end_at": start + timedelta(minutes=20)}
