"""The demo people of the contract: accounts, identities, relatives, practices and memberships."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.services.second_factor import enrol_totp
from booking.models import OpeningHours
from booking.recurrence import Frequency
from core import clock
from core.access import Space
from core.text import fold
from patients.enums import Level, Relation, Sex
from patients.models import Guardianship, Patient
from portal.demo import names
from portal.demo.offices import BEGAN_ON, offer_reasons
from portal.demo_people import DEMO_PASSWORD, DEMO_PEOPLE, DEMO_TOTP_SECRET
from practitioners.enums import Mode, PracticeKind, Role, Sector, VerificationState
from practitioners.models import (
    Agenda,
    AgendaReason,
    Location,
    Membership,
    Place,
    Practice,
    Practitioner,
    Specialty,
    VisitQuestion,
    VisitReason,
)


def create_cast(random: Random) -> list[Agenda]:
    """Create every demo person; returns the agendas of the two demo practices."""
    users = {person.login: _account(person.login, person.email, person.space) for person in DEMO_PEOPLE}
    _families(users)
    agendas = [*_lilas(users), *_reunion(users)]
    offer_reasons(random, agendas)
    for agenda in agendas:
        _week(agenda)
    _details(agendas)
    return agendas


def _account(login: str, email: str, space: Space) -> User:
    name = login.replace(".", " ").title()  # « Dr Martin », « Sophie »
    user = User.objects.create_user(email=email, password=DEMO_PASSWORD, display_name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if space != Space.PATIENT:
        enrol_totp(user, DEMO_TOTP_SECRET)
    user.is_platform_staff = space == Space.PLATFORM
    user.is_billing_staff = space == Space.BILLING
    user.save()
    return user


def _families(users: dict[str, User]) -> None:
    """Alice with her child and her father, Bob who reads the child's visits with her, Charlie alone."""
    now = clock.now()
    identities = (
        ("alice", "Alice", "Fontaine", date(1987, 5, 4), Sex.FEMALE),
        ("bob", "Bob", "Fontaine", date(1985, 9, 12), Sex.MALE),
        ("charlie", "Charlie", "Vasseur", date(1994, 2, 27), Sex.MALE),
    )
    for login, first, last, born, sex in identities:
        Patient.objects.create(user=users[login], first_name=first, birth_name=last, birth_date=born, sex=sex)
    child = Patient.objects.create(
        first_name="Léo", birth_name="Fontaine", birth_date=date(now.year - 6, 3, 17), sex=Sex.MALE
    )
    father = Patient.objects.create(
        first_name="Henri", birth_name="Fontaine", birth_date=date(1948, 1, 30), sex=Sex.MALE
    )
    adult = date(child.birth_date.year + 18, 3, 17)
    comes_of_age = clock.combine(adult, time.min, ZoneInfo("Europe/Paris"))
    rows = (
        ("alice", child, Relation.CHILD, Level.GRANTED, comes_of_age),
        ("bob", child, Relation.CHILD, Level.GRANTED, comes_of_age),
        ("alice", father, Relation.PARENT, Level.DECLARED, None),
    )
    for login, patient, relation, level, ends_at in rows:
        Guardianship.objects.create(
            user=users[login],
            patient=patient,
            relation=relation,
            level=level,
            attested_at=now,
            accepted_at=now,
            starts_at=now - timedelta(days=1),
            ends_at=ends_at,
        )


def _office(insee: str, name: str, slug: str, street: str, transit: str) -> Location:
    place = Place.objects.get(pk=insee)
    practice = Practice.objects.create(
        name=name,
        slug=slug,
        kind=PracticeKind.GROUP,
        phone=names.phone(len(slug)),
        phone_hours="de 8 h à 12 h et de 14 h à 18 h",
        email=f"{slug}@prendsoin.example",
    )
    return Location.objects.create(
        practice=practice,
        name=name,
        street=street,
        postcode=place.postcodes[0],
        place=place,
        latitude=place.latitude,
        longitude=place.longitude,
        timezone=place.timezone,
        wheelchair_accessible=True,
        access_notes="Rez-de-chaussée, porte de 90 cm",
        transit=transit,
    )


def _person(slug: str, first: str, last: str, specialty: str, number: int, user: User | None = None) -> Practitioner:
    return Practitioner.objects.create(
        slug=slug,
        user=user,
        rpps=names.rpps(number),
        title="Dr",
        first_name=first,
        last_name=last,
        name_key=fold(f"{last} {first}"),
        specialty=Specialty.objects.get(slug=specialty),
        sector=Sector.SECTOR_1,
        sector_declared_on=date(2026, 11, 2),
        languages=["fr", "en", "pt"],
        payment_means="Carte bancaire, chèque, espèces. Tiers payant possible.",
        presentation=f"{first} {last} suit les enfants comme les grands-parents.",
        verification=VerificationState.PUBLISHED,
    )


def _join(user: User, location: Location, role: Role, *, everything: bool = True) -> Membership:
    return Membership.objects.create(
        user=user,
        practice=location.practice,
        role=role,
        all_agendas=everything,
        starts_at=clock.now() - timedelta(days=1),
        accepted_at=clock.now() - timedelta(days=1),
    )


def _lilas(users: dict[str, User]) -> list[Agenda]:
    """The Lilas: Dr Martin owns it, two colleagues work there, Sophie answers for all three."""
    location = _office(
        "93045",
        "Maison de santé des Lilas",
        "maison-de-sante-des-lilas",
        "14 rue de Paris",
        "Métro 11, Mairie des Lilas, à 4 minutes à pied",
    )
    people = [
        _person("dr-claire-martin", "Claire", "Martin", "medecin-generaliste", 1, users["dr.martin"]),
        _person("dr-vincent-roux", "Vincent", "Roux", "medecin-generaliste", 2),
        _person("dr-nadia-benali", "Nadia", "Benali", "pediatre", 3),
    ]
    _join(users["dr.martin"], location, Role.OWNER)
    _join(users["sophie"], location, Role.SECRETARY)
    return [
        Agenda.objects.create(
            practitioner=person,
            location=location,
            practice=location.practice,
            video_link=f"https://visio.prendsoin.example/{person.slug}",
        )
        for person in people
    ]


def _reunion(users: dict[str, User]) -> list[Agenda]:
    location = _office(
        "97411",
        "Cabinet de dermatologie du Barachois",
        "cabinet-du-barachois",
        "6 rue de Nice",
        "Bus, arrêt Hôtel de Ville",
    )
    person = _person("dr-aissatou-diallo", "Aïssatou", "Diallo", "dermatologue", 4, users["dr.diallo"])
    _join(users["dr.diallo"], location, Role.OWNER)
    return [Agenda.objects.create(practitioner=person, location=location, practice=location.practice)]


def _week(agenda: Agenda) -> None:
    for start, end in ((time(8), time(12)), (time(14), time(18))):
        OpeningHours.objects.create(
            agenda=agenda,
            frequency=Frequency.WEEKLY,
            starts_on=BEGAN_ON,
            weekdays=[1, 2, 3, 4, 5],
            start_time=start,
            end_time=end,
        )


def _details(agendas: list[Agenda]) -> None:
    """A question that redirects, an urgent-care window that opens the day before, and a visit by video."""
    martin = agendas[0]
    urgent = VisitReason.objects.create(
        practice=martin.practice,
        specialty=martin.practitioner.specialty,
        name="Consultation urgente",
        position=90,
        tint=5,
        before_booking="Pour une douleur dans la poitrine ou une gêne pour respirer, appelez le 15.",
    )
    offer = AgendaReason.objects.create(
        agenda=martin, visit_reason=urgent, duration_minutes=15, step_minutes=15, notice_minutes=30, horizon_days=3,
        modes=[Mode.OFFICE], price_cents=3000,
    )  # fmt: skip
    window = OpeningHours.objects.create(
        agenda=martin,
        frequency=Frequency.WEEKLY,
        starts_on=BEGAN_ON,
        weekdays=[1, 2, 3, 4, 5, 6],
        start_time=time(18),
        end_time=time(19),
        accepts_all_reasons=False,
        released_minutes=24 * 60,
    )
    window.reasons.set([offer])
    usual = VisitReason.objects.filter(practice=martin.practice, kind__isnull=False).order_by("position").first()
    VisitQuestion.objects.create(
        visit_reason=urgent,
        position=1,
        text="Avez-vous une douleur dans la poitrine ou du mal à respirer en ce moment ?",
        refuse_on=True,
        refusal="Appelez le 15 ou le 112 maintenant : n’attendez pas un rendez-vous.",
    )
    VisitQuestion.objects.create(
        visit_reason=urgent,
        position=2,
        text="Est-ce pour un renouvellement d’ordonnance ?",
        refuse_on=True,
        refusal="Un renouvellement se prend sur une consultation ordinaire.",
        redirect_to=usual,
    )
