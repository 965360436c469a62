"""Fixtures of a small directory: `listed(...)` makes a bookable practitioner and writes their row."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from booking.search.refresh import refresh_all
from core.access import ANONYMOUS
from core.text import fold
from practitioners.models import Agenda, Practitioner, RegisterSite
from tests.factories import (
    AgendaReasonFactory,
    BookableAgendaFactory,
    LocationFactory,
    PlaceFactory,
    PracticeFactory,
    PractitionerFactory,
    SpecialtyFactory,
)

# A Monday at ten in Paris; the offers of the factories have one hour of notice, so the first hour is 11:00.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LILAS = (48.880, 2.416)
KM = 1 / 111.195


@pytest.fixture
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dermatology():
    return SpecialtyFactory(
        slug="dermatologue", name="Dermatologue", name_en="Dermatologist", synonyms=["dermato", "peau"], position=3
    )


@pytest.fixture
def general_practice():
    return SpecialtyFactory(synonyms=["medecin", "docteur", "generaliste"], position=1)


@pytest.fixture
def lyon():
    return PlaceFactory(
        insee="69123",
        name="Lyon",
        slug="lyon",
        postcodes=["69001", "69002"],
        department="69",
        region="84",
        latitude=45.764,
        longitude=4.8357,
        population=522_000,
    )


@pytest.fixture
def listed(general_practice) -> Callable[..., Agenda]:
    """Makes a practitioner so many kilometres north of Les Lilas (or of `place`), open every day from 9 to 17."""

    def make(
        name: str = "Claire Martin",
        *,
        km: float = 0.0,
        specialty=None,
        place=None,
        practice: str = "Cabinet du parc",
        practitioner=None,
        offer: dict | None = None,
        person: dict | None = None,
        location: dict | None = None,
        bookable: bool = True,
        **agenda,
    ) -> Agenda:
        first, _, last = name.partition(" ")
        who = practitioner or PractitionerFactory(
            first_name=first,
            last_name=last,
            name_key=fold(f"{last} {first}"),
            specialty=specialty or general_practice,
            **(person or {}),
        )
        town = place or PlaceFactory()
        office = PracticeFactory(name=practice)
        where = LocationFactory(
            practice=office,
            place=town,
            latitude=None if town.latitude is None else town.latitude + km * KM,
            longitude=town.longitude,
            **(location or {}),
        )
        made = BookableAgendaFactory(practitioner=who, practice=office, location=where, offer=None, **agenda)
        if bookable:
            AgendaReasonFactory(agenda=made, **(offer or {}))
        refresh_all([who.pk])
        return made

    return make


@pytest.fixture
def visitor():
    return ANONYMOUS


@pytest.fixture
def stated(general_practice) -> Callable[..., Practitioner]:
    """Makes somebody of the national register who has not joined, at each of `sites`, and writes their rows.

    `sites` holds kilometres north of the place, or mappings of fields of a site.
    """

    def make(
        name: str = "Claire Martin", *, sites: Sequence[Any] = (0.0,), place=None, specialty=None, **person
    ) -> Practitioner:
        first, _, last = name.partition(" ")
        town = place or PlaceFactory()
        who = PractitionerFactory(
            **{
                "first_name": first,
                "last_name": last,
                "name_key": fold(f"{last} {first}"),
                "specialty": specialty or general_practice,
                "verification": "register",
                "user": None,
                **person,
            }
        )
        for site in sites:
            given = (
                site if isinstance(site, dict) else {"latitude": town.latitude + site * KM, "longitude": town.longitude}
            )
            RegisterSite.objects.create(
                **{
                    "practitioner": who,
                    "key": uuid4().hex,
                    "street": "3 rue Haute",
                    "postcode": town.postcodes[0],
                    "place": town,
                    "phone": "+33199001234",
                    "first_seen_on": NOW.date(),
                    **given,
                }
            )
        refresh_all([who.pk])
        return who

    return make
