"""Practices, practitioners and what their agendas offer, written in bulk: demo rows, not acts of anybody."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, time, timedelta
from itertools import cycle
from random import Random

from django.utils.text import slugify

from booking.models import Absence, OpeningHours
from booking.recurrence import Frequency
from core import clock
from core.text import fold
from portal.demo import names
from portal.demo.towns import SPECIALTIES, TOWNS
from practitioners.enums import Audience, Mode, PracticeKind, Sector, VerificationState
from practitioners.models import (
    Agenda,
    AgendaReason,
    Location,
    Place,
    Practice,
    Practitioner,
    ReasonKind,
    Specialty,
    VisitReason,
)

DOCTORS = {"10", "40"}
BEGAN_ON = date(2024, 1, 1)
MORNINGS = ((time(8, 30), time(12)), (time(9), time(12, 30)), (time(8), time(13)))
AFTERNOONS = ((time(14), time(18)), (time(13, 30), time(17, 30)), (time(14), time(19)))
PRICES = {"10": 3000, "40": 2300, "50": 2700, "60": 1200, "70": 1700}


def create_offices(random: Random) -> list[Agenda]:
    """At least three hundred bookable practitioners of thirty specialties; returns their agendas."""
    specialties = {row.slug: row for row in Specialty.objects.all()}
    places = Place.objects.in_bulk(TOWNS)
    wheel = cycle([slug for slug, weight in SPECIALTIES for _ in range(weight)])
    people: list[Practitioner] = []
    agendas: list[Agenda] = []
    locations: list[Location] = []
    practices: list[Practice] = []
    for insee, count in TOWNS.items():
        here = [_practice(random, places[insee], n) for n in range(max(1, count // 3))]
        practices += here
        spots = [_location(random, practice, places[insee]) for practice in here]
        locations += spots
        for n in range(count):
            person = _practitioner(random, specialties[next(wheel)], len(people))
            people.append(person)
            spot = spots[n % len(spots)]
            agendas.append(Agenda(practitioner=person, location=spot, practice=spot.practice))
    Practice.objects.bulk_create(practices)
    Location.objects.bulk_create(locations)
    Practitioner.objects.bulk_create(people)
    for agenda in agendas:
        if random.random() < 0.25:
            agenda.video_link = f"https://visio.prendsoin.example/{agenda.practitioner.slug}"
        agenda.accepts_new_patients = random.random() > 0.12
    Agenda.objects.bulk_create(agendas)
    offer_reasons(random, agendas)
    open_hours(random, agendas)
    return agendas


def _practice(random: Random, place: Place, number: int) -> Practice:
    kind = random.choice(list(PracticeKind))
    words = {
        PracticeKind.OFFICE: "Cabinet",
        PracticeKind.GROUP: "Maison de santé",
        PracticeKind.CENTRE: "Centre de santé",
    }
    name = f"{words[kind]} {random.choice(names.STREETS).split(' ', 1)[1].removeprefix('de la ').capitalize()}"
    return Practice(
        name=name,
        slug=f"{slugify(fold(f'{name} {place.name}'))}-{place.insee.lower()}-{number}",
        kind=kind,
        phone=names.phone(random.randrange(100_000)),
        phone_hours="de 8 h à 12 h et de 14 h à 18 h",
        email=f"cabinet-{place.insee.lower()}-{number}@prendsoin.example",
    )


def _location(random: Random, practice: Practice, place: Place) -> Location:
    latitude, longitude = place.latitude, place.longitude
    return Location(
        practice=practice,
        name=practice.name,
        street=f"{random.randrange(1, 120)} {random.choice(names.STREETS)}",
        postcode=random.choice(place.postcodes),
        place=place,
        latitude=None if latitude is None else latitude + random.uniform(-0.02, 0.02),
        longitude=None if longitude is None else longitude + random.uniform(-0.025, 0.025),
        timezone=place.timezone,
        wheelchair_accessible=random.random() < 0.6,
        access_notes=random.choice(["Rez-de-chaussée", "1er étage, ascenseur", "Entrée par la cour", ""]),
        transit=random.choice(names.TRANSIT),
    )


def _practitioner(random: Random, specialty: Specialty, number: int) -> Practitioner:
    first, last = random.choice(names.FIRST_NAMES), random.choice(names.LAST_NAMES)
    title = "Dr" if specialty.profession in DOCTORS else ""
    return Practitioner(
        slug=f"{slugify(fold(f'{title} {first} {last}'))}-{number}",
        rpps=names.rpps(number + 1000),
        title=title,
        first_name=first,
        last_name=last,
        name_key=fold(f"{last} {first}"),
        specialty=specialty,
        sector=random.choice([Sector.SECTOR_1, Sector.SECTOR_1, Sector.SECTOR_2]) if title else Sector.SECTOR_1,
        sector_declared_on=date(2026, 11, 2),
        languages=["fr", *random.sample(["en", "es", "it", "de", "ar", "pt"], random.choice([0, 1, 1, 2]))],
        payment_means="Carte bancaire, chèque, espèces.",
        presentation=f"{first} {last} reçoit sur rendez-vous, enfants et adultes.",
        verification=VerificationState.PUBLISHED,
    )


def offer_reasons(random: Random, agendas: list[Agenda]) -> None:
    """Three or four reasons of the catalogue of each specialty, shared by the practice, offered by each agenda."""
    kinds: dict[int, list[ReasonKind]] = defaultdict(list)
    for kind in ReasonKind.objects.order_by("specialty", "position"):
        kinds[kind.specialty_id].append(kind)
    reasons: dict[tuple[int, int], VisitReason] = {}
    for agenda in agendas:
        for kind in kinds[agenda.practitioner.specialty_id][:4]:
            reasons.setdefault(
                (agenda.practice_id, kind.pk),
                VisitReason(
                    practice=agenda.practice,
                    specialty=agenda.practitioner.specialty,
                    kind=kind,
                    name=kind.name,
                    tint=kind.position % 6 + 1,
                    position=kind.position,
                    instructions="Apportez votre carte Vitale et vos derniers résultats.",
                ),
            )
    VisitReason.objects.bulk_create(reasons.values())
    AgendaReason.objects.bulk_create(
        [
            _offer(random, agenda, kind, reasons[agenda.practice_id, kind.pk])
            for agenda in agendas
            for kind in kinds[agenda.practitioner.specialty_id][:4]
        ]
    )


def _offer(random: Random, agenda: Agenda, kind: ReasonKind, reason: VisitReason) -> AgendaReason:
    return AgendaReason(
        agenda=agenda,
        visit_reason=reason,
        duration_minutes=kind.duration_minutes,
        step_minutes=min(kind.duration_minutes, 20),
        notice_minutes=random.choice([30, 60, 120]),
        horizon_days=90,
        price_cents=PRICES.get(agenda.practitioner.specialty.profession, 5000),
        modes=[mode for mode in kind.modes if mode in (Mode.OFFICE, Mode.VIDEO)] or [Mode.OFFICE],
        audience=Audience.KNOWN if "suivi" in kind.slug and random.random() < 0.3 else Audience.EVERYONE,
    )


def open_hours(random: Random, agendas: list[Agenda]) -> None:
    """Usual weeks with a day off, some Saturdays every other week, and now and then a leave ahead."""
    windows, absences = [], []
    for agenda in agendas:
        morning, afternoon, off = random.choice(MORNINGS), random.choice(AFTERNOONS), random.randrange(1, 6)
        days = [day for day in range(1, 6) if day != off]
        windows.append(_window(agenda, morning, days))
        windows.append(_window(agenda, afternoon, days[:-1] if random.random() < 0.3 else days))
        if random.random() < 0.3:
            windows.append(_window(agenda, (time(9), time(12)), [6], interval=2))
        if random.random() < 0.15:
            absences.append(_leave(agenda, random))
    OpeningHours.objects.bulk_create(windows)
    Absence.objects.bulk_create(absences)


def _window(agenda: Agenda, hours: tuple[time, time], days: list[int], interval: int = 1) -> OpeningHours:
    return OpeningHours(
        agenda=agenda,
        frequency=Frequency.WEEKLY,
        starts_on=BEGAN_ON,
        interval=interval,
        weekdays=days,
        start_time=hours[0],
        end_time=hours[1],
    )


def _leave(agenda: Agenda, random: Random) -> Absence:
    first = clock.now().date() + timedelta(days=random.randrange(3, 30))
    return Absence(
        agenda=agenda,
        frequency=Frequency.ONCE,
        starts_on=first,
        start_time=time(0),
        end_time=time(0),
        span_days=random.choice([2, 5, 7]),
        label="Congés",
    )
