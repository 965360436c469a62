"""The states of a claim and the register's word, without a database."""

from datetime import date

import pytest

from practitioners.claim_states import ENDED, ROAD, WAYS, ClaimState, may_go
from practitioners.models import Practitioner, Specialty
from practitioners.professional_identity import NotProfessional, read_identity
from practitioners.register_match import mismatch_of

PERSON = Practitioner(
    first_name="Anne-Marie",
    last_name="de La Rivière",
    register_first_name="ANNE-MARIE",
    register_last_name="DE LA RIVIERE",
    register_profession="10",
    register_since=date(2026, 1, 1),
    specialty=Specialty(slug="x", profession="10"),
)


def test_only_the_next_step_or_an_end_can_follow():
    """Every pair of states, against the road typed by hand."""
    for at, here in enumerate(ROAD):
        follows = {there for there in ClaimState if may_go(here, there)}
        expected = {*ROAD[at + 1 : at + 2], *ENDED} if here != ClaimState.PUBLISHED else set()
        assert follows == expected, here
    assert [may_go(end, there) for end in ENDED for there in ClaimState] == [False] * 14
    assert set(WAYS) == set(ClaimState)


@pytest.mark.parametrize(
    ("last", "first", "profession", "found"),
    [
        ("de La Rivière", "Anne-Marie", "10", ""),
        ("RIVIERE", "anne marie", "10", ""),
        ("Rivière-Martin", "Anne", "10", ""),
        ("Rivière", "Annemarie", "10", ""),
        ("Martin", "Anne-Marie", "10", "name"),
        ("Rivière", "Marie", "10", "name"),
        ("La", "Anne", "10", "name"),
        ("", "Anne", "10", "name"),
        ("Rivière", "Anne", "40", "profession"),
    ],
)
def test_spelling_is_forgiven_and_persons_are_not_confused(last, first, profession, found):
    assert mismatch_of(PERSON, last_name=last, first_name=first, profession=profession) == found


def test_who_left_or_is_unknown_is_not_found():
    gone = Practitioner(**{f: getattr(PERSON, f) for f in ("last_name", "first_name", "register_since")})
    gone.struck_off_on = date(2026, 5, 1)
    words = {"last_name": "Rivière", "first_name": "Anne", "profession": "10"}

    assert mismatch_of(gone, **words) == "left"
    assert mismatch_of(None, **words) == "unknown"
    assert mismatch_of(Practitioner(last_name="Rivière"), **words) == "unknown"


CLAIMS = {
    "sub": "f:1",
    "SubjectNameID": "810002909371",
    "preferred_username": "810002909371",
    "family_name": "LE GUEN",
    "given_name": "Anne",
    "SubjectRefPro": {"exercices": [{"codeProfession": "10"}, {"codeProfession": "171"}, {"codeProfession": "zz"}]},
}


def test_identity_is_read_from_the_claims():
    found = read_identity("https://psc", CLAIMS)

    assert (found.rpps, found.last_name, found.professions) == ("10002909371", "LE GUEN", {"10", "71"})
    assert read_identity("x", {"sub": "s", "preferred_username": "810002909371"}).professions == frozenset()


@pytest.mark.parametrize(
    "changed",
    [
        {"SubjectNameID": "810101215225"},
        {"SubjectNameID": "", "preferred_username": ""},
        {"SubjectNameID": "010002909371", "preferred_username": "010002909371"},
        {"SubjectNameID": "810002909372", "preferred_username": "810002909372"},
        {"SubjectNameID": "10002909371", "preferred_username": "10002909371"},
        {"sub": ""},
    ],
)
def test_claims_that_do_not_hold_are_no_identity(changed):
    with pytest.raises(NotProfessional):
        read_identity("https://psc", CLAIMS | changed)
