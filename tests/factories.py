"""Rows for tests, each valid by itself: a factory fills what a test does not care about.

`AppointmentFactory(patient=identity, agenda=agenda)` finds or makes the practice's file on that person;
`BookableAgendaFactory()` is open every day from 9 to 17 for one reason of twenty minutes.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.conf import settings
from factory.django import DjangoModelFactory

from booking.enums import Channel, Status
from booking.models import Absence, Appointment, OpeningHours
from booking.recurrence import Frequency
from core import clock
from core.text import fold
from patients.enums import Level, LinkOrigin, Relation, Sex
from patients.models import GuardianInvitation, Guardianship, Patient, PatientRecord
from patients.naming import name_key
from practitioners.enums import Mode, Role, VerificationState
from practitioners.models import (
    Agenda,
    AgendaReason,
    Location,
    Membership,
    Place,
    Practice,
    Practitioner,
    Specialty,
    TeamInvitation,
    VisitReason,
)

PASSWORD = "demo-Prendsoin-2026"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    """An account with a verified e-mail address; `verified=False` leaves it unproven, `password=…` sets one."""

    class Meta:
        model = settings.AUTH_USER_MODEL
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@prendsoin.example")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, verified: bool = True, **kwargs: Any) -> Any:
        user = model_class.objects.create_user(**kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user


class PatientFactory(DjangoModelFactory):
    """A person without an account; `user=…` makes it the account's own identity."""

    class Meta:
        model = Patient

    first_name = factory.Sequence(lambda n: f"Prénom{n}")
    birth_name = factory.Sequence(lambda n: f"Nom{n}")
    birth_date = date(1980, 5, 17)
    sex = Sex.FEMALE


class ChildFactory(PatientFactory):
    """Born eight years ago."""

    birth_date = factory.LazyFunction(lambda: clock.now().date() - timedelta(days=8 * 365))


class GuardianshipFactory(DjangoModelFactory):
    """A live right to act, attested, without end; `level=Level.GRANTED` may also read."""

    class Meta:
        model = Guardianship

    user = factory.SubFactory(UserFactory)
    patient = factory.SubFactory(PatientFactory)
    relation = Relation.OTHER
    level = Level.DECLARED
    attested_at = LONG_AGO
    accepted_at = LONG_AGO
    starts_at = LONG_AGO


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = GuardianInvitation

    patient = factory.SubFactory(PatientFactory, user=factory.SubFactory(UserFactory))
    invited_by = factory.SelfAttribute("patient.user")
    email = factory.Sequence(lambda n: f"invitee{n}@prendsoin.example")
    relation = Relation.CHILD
    level = Level.GRANTED
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))


class PlaceFactory(DjangoModelFactory):
    """Les Lilas, unless another INSEE code is given."""

    class Meta:
        model = Place
        django_get_or_create = ("insee",)

    insee = "93045"
    name = "Les Lilas"
    slug = factory.LazyAttribute(lambda place: fold(place.name).replace(" ", "-") + f"-{place.insee}")
    postcodes = ["93260"]
    department = "93"
    region = "11"
    latitude = 48.880
    longitude = 2.416
    population = 23_000
    timezone = "Europe/Paris"


class SpecialtyFactory(DjangoModelFactory):
    """General practice, unless another slug is given."""

    class Meta:
        model = Specialty
        django_get_or_create = ("slug",)

    slug = "medecin-generaliste"
    name = "Médecin généraliste"
    name_en = "General practitioner"
    profession = "10"
    group = "medicine"


class PracticeFactory(DjangoModelFactory):
    class Meta:
        model = Practice

    name = factory.Sequence(lambda n: f"Cabinet {n}")
    slug = factory.Sequence(lambda n: f"cabinet-{n}")
    phone = "+33199001234"
    email = factory.Sequence(lambda n: f"cabinet{n}@prendsoin.example")


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location

    practice = factory.SubFactory(PracticeFactory)
    name = factory.SelfAttribute("practice.name")
    street = "12 rue de Paris"
    postcode = "93260"
    place = factory.SubFactory(PlaceFactory)
    latitude = 48.880
    longitude = 2.416
    timezone = factory.SelfAttribute("place.timezone")


class PractitionerFactory(DjangoModelFactory):
    """A published practitioner."""

    class Meta:
        model = Practitioner

    slug = factory.Sequence(lambda n: f"dr-claire-martin-{n}")
    title = "Dr"
    first_name = "Claire"
    last_name = factory.Sequence(lambda n: f"Martin{n}")
    name_key = factory.LazyAttribute(lambda person: fold(f"{person.last_name} {person.first_name}"))
    specialty = factory.SubFactory(SpecialtyFactory)
    languages = ["fr"]
    verification = VerificationState.PUBLISHED


class MembershipFactory(DjangoModelFactory):
    """A live membership; the owner runs every agenda of the practice."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    practice = factory.SubFactory(PracticeFactory)
    role = Role.OWNER
    starts_at = LONG_AGO
    accepted_at = LONG_AGO


class TeamInvitationFactory(DjangoModelFactory):
    """An invitation as secretary that waits for its answer; the inviter owns the practice."""

    class Meta:
        model = TeamInvitation

    practice = factory.SubFactory(PracticeFactory)
    invited_by = factory.SubFactory(UserFactory)
    email = factory.Sequence(lambda n: f"colleague{n}@prendsoin.example")
    role = Role.SECRETARY
    all_agendas = True
    starts_at = LONG_AGO
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))


class AgendaFactory(DjangoModelFactory):
    class Meta:
        model = Agenda

    practice = factory.SubFactory(PracticeFactory)
    practitioner = factory.SubFactory(PractitionerFactory)
    location = factory.SubFactory(LocationFactory, practice=factory.SelfAttribute("..practice"))


class VisitReasonFactory(DjangoModelFactory):
    class Meta:
        model = VisitReason

    practice = factory.SubFactory(PracticeFactory)
    specialty = factory.SubFactory(SpecialtyFactory)
    name = "Consultation"


class AgendaReasonFactory(DjangoModelFactory):
    """Twenty minutes at the office, one hour of notice, ninety days ahead."""

    class Meta:
        model = AgendaReason

    agenda = factory.SubFactory(AgendaFactory)
    visit_reason = factory.SubFactory(
        VisitReasonFactory,
        practice=factory.SelfAttribute("..agenda.practice"),
        specialty=factory.SelfAttribute("..agenda.practitioner.specialty"),
    )
    modes = [Mode.OFFICE]


class OpeningHoursFactory(DjangoModelFactory):
    """Every day from 9 to 17, holidays included, so that tests do not depend on the day they run."""

    class Meta:
        model = OpeningHours

    agenda = factory.SubFactory(AgendaFactory)
    frequency = Frequency.WEEKLY
    starts_on = date(2020, 1, 6)
    weekdays = [1, 2, 3, 4, 5, 6, 7]
    start_time = time(9)
    end_time = time(17)
    open_on_holidays = True


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    agenda = factory.SubFactory(AgendaFactory)
    frequency = Frequency.ONCE
    starts_on = date(2020, 1, 6)
    start_time = time(0)
    end_time = time(0)
    span_days = 1


class BookableAgendaFactory(AgendaFactory):
    """An agenda with opening hours and one reason: `agenda.reasons.get()` is the offer."""

    class Meta:
        model = Agenda
        skip_postgeneration_save = True

    hours = factory.RelatedFactory(OpeningHoursFactory, factory_related_name="agenda")
    offer = factory.RelatedFactory(AgendaReasonFactory, factory_related_name="agenda")


class RecordFactory(DjangoModelFactory):
    """A practice's file; with `patient=…` it copies the identity and is linked as by an online booking."""

    class Meta:
        model = PatientRecord

    class Params:
        linked = factory.LazyAttribute(lambda record: record.patient is not None)

    practice = factory.SubFactory(PracticeFactory)
    patient = None
    first_name = factory.LazyAttribute(lambda record: record.patient.first_name if record.linked else "Alice")
    birth_name = factory.LazyAttribute(lambda record: record.patient.birth_name if record.linked else "Moreau")
    used_name = factory.LazyAttribute(lambda record: record.patient.used_name if record.linked else "")
    name_key = factory.LazyAttribute(lambda record: name_key(record.birth_name, record.first_name, record.used_name))
    birth_date = factory.LazyAttribute(lambda record: record.patient.birth_date if record.linked else date(1980, 5, 17))
    linked_by = factory.LazyAttribute(lambda record: LinkOrigin.BOOKING if record.linked else "")


class AppointmentFactory(DjangoModelFactory):
    """A booked visit of twenty minutes, tomorrow at 10:00 UTC; give `patient=…` or `record=…` for a given person."""

    class Meta:
        model = Appointment

    class Params:
        patient = None

    agenda = factory.SubFactory(AgendaFactory)
    practice = factory.SelfAttribute("agenda.practice")
    performer = factory.SelfAttribute("agenda.practitioner")
    specialty = factory.SelfAttribute("performer.specialty")
    visit_reason = factory.SubFactory(
        VisitReasonFactory, practice=factory.SelfAttribute("..practice"), specialty=factory.SelfAttribute("..specialty")
    )
    reason_name = factory.SelfAttribute("visit_reason.name")
    record = factory.LazyAttribute(lambda visit: _record_of(visit.practice, visit.patient))
    start_at = factory.LazyFunction(lambda: _tomorrow_at(10))
    end_at = factory.LazyAttribute(lambda visit: visit.start_at + timedelta(minutes=20))
    status = Status.BOOKED
    channel = Channel.WEB


class HoldFactory(AppointmentFactory):
    """A slot kept for a visitor who has ten minutes left."""

    record = None
    status = Status.HELD
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=10))


def _record_of(practice: Practice, patient: Patient | None) -> PatientRecord:
    if patient is None:
        return RecordFactory(practice=practice, patient=PatientFactory())
    found = PatientRecord.objects.filter(practice=practice, patient=patient, merged_into=None).first()
    return found or RecordFactory(practice=practice, patient=patient)


def _tomorrow_at(hour: int) -> datetime:
    return datetime.combine(clock.now().date() + timedelta(days=1), time(hour), UTC)
