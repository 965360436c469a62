"""Public words about a practitioner, a place and a practice: who writes them, the journal, what others wrote meanwhile."""

import pytest

from core.exceptions import NotForYou
from practitioners.changes import version_of
from practitioners.exceptions import Refusal
from practitioners.models import Agenda, Practitioner
from practitioners.services.profile import (
    Described,
    describe_location,
    describe_page,
    describe_practice,
    describe_practitioner,
)
from tests.desk import desk, events, everything_written, refreshed

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def describe(desk, who, person=None, **changes):
    person = person or desk.agenda.practitioner
    return describe_practitioner(actor=desk.actor(who), practitioner=person.uid, changes=changes)


def test_a_change_is_written_noted_without_its_text_and_told(desk):
    person = describe(desk, "martin", presentation="Suivi de l’enfant.", languages=["fr", "lsf", "fr"], sector="c1")
    assert (person.presentation, person.languages, person.sector) == ("Suivi de l’enfant.", ["fr", "lsf"], "c1")
    assert person.sector_declared_on is not None
    (event,) = events("practitioners.describe_practitioner")
    assert "enfant" not in str(event.facts)
    assert refreshed() == [person.pk]
    before = everything_written()
    describe(desk, "martin", presentation="Suivi de l’enfant.")
    assert everything_written() == before


def test_a_practitioner_writes_of_themself_and_the_owner_of_all(desk):
    paul = desk.second.practitioner
    assert describe(desk, "paul", paul, payment_means="Carte").payment_means == "Carte"
    assert describe(desk, "martin", paul, payment_means="Chèque").payment_means == "Chèque"
    for who in ("sophie", "lea", "diallo", "ended", "pending", "later", "alice"):
        with pytest.raises(NotForYou):
            describe(desk, who, paul, payment_means="Or")
    with pytest.raises(NotForYou):
        describe(desk, "paul", desk.agenda.practitioner, payment_means="Or")


def test_an_unknown_language_is_refused(desk):
    with pytest.raises(Refusal) as refused:
        describe(desk, "martin", languages=["fr", "klingon"])
    assert refused.value.code == "language_unknown"


def test_what_somebody_wrote_meanwhile_is_not_overwritten(desk):
    person = Practitioner.objects.get(pk=desk.agenda.practitioner_id)
    seen = version_of(person)
    describe(desk, "martin", vitale=False)
    with pytest.raises(Refusal) as refused:
        describe_practitioner(
            actor=desk.actor("martin"), practitioner=person.uid, changes={"presentation": "x"}, expected=seen
        )
    assert refused.value.code == "changed_meanwhile"
    assert refused.value.status == 409


def test_the_place_and_the_practice_have_their_own_writers(desk):
    place, practice = desk.agenda.location, desk.practice
    changed = describe_location(actor=desk.actor("sophie"), location=place.uid, changes={"transit": "Métro 11"})
    assert changed.transit == "Métro 11"
    assert describe_practice(actor=desk.actor("martin"), practice=practice.uid, changes={"phone_hours": "9-12"})
    for who in ("sophie", "paul", "diallo"):
        with pytest.raises(NotForYou):
            describe_practice(actor=desk.actor(who), practice=practice.uid, changes={"phone_hours": "0-24"})
    with pytest.raises(NotForYou):
        describe_location(actor=desk.actor("diallo"), location=place.uid, changes={"transit": "Bateau"})


def test_three_groups_are_written_together(desk):
    agenda = Agenda.objects.select_related("practitioner", "location", "practice").get(pk=desk.agenda.pk)
    describe_page(
        actor=desk.actor("martin"),
        person=Described(agenda.practitioner.uid, {"presentation": "Suivi."}, version_of(agenda.practitioner)),
        place=Described(agenda.location.uid, {"transit": "Métro 2"}, version_of(agenda.location)),
        practice=Described(agenda.practice.uid, {"phone_hours": "9 h à 12 h"}, version_of(agenda.practice)),
    )
    for row in (agenda.practitioner, agenda.location, agenda.practice):
        row.refresh_from_db()
    assert (agenda.practitioner.presentation, agenda.location.transit) == ("Suivi.", "Métro 2")
    assert agenda.practice.phone_hours == "9 h à 12 h"


@pytest.mark.parametrize("stale", ["person", "place", "practice"])
def test_one_group_that_is_out_of_date_keeps_the_others_from_being_written(desk, stale):
    agenda = Agenda.objects.select_related("practitioner", "location", "practice").get(pk=desk.agenda.pk)
    rows = {
        "person": (agenda.practitioner, {"presentation": "Suivi."}),
        "place": (agenda.location, {"transit": "Métro 2"}),
        "practice": (agenda.practice, {"phone_hours": "9 h"}),
    }
    wishes = {
        name: Described(row.uid, changes, "0" * 16 if name == stale else version_of(row))
        for name, (row, changes) in rows.items()
    }
    before = everything_written()

    with pytest.raises(Refusal) as refused:
        describe_page(actor=desk.actor("martin"), **wishes)

    assert refused.value.code == "changed_meanwhile"
    assert everything_written() == before
    for row in (agenda.practitioner, agenda.location, agenda.practice):
        row.refresh_from_db()
    assert "Suivi." not in agenda.practitioner.presentation
    assert agenda.location.transit != "Métro 2"
    assert agenda.practice.phone_hours != "9 h"
