"""Claims at the same instant: one page has one holder, one document two different judges."""

from __future__ import annotations

import pytest

from practitioners.claim_states import ClaimState
from practitioners.models import Claim
from practitioners.services.claims import prove_by_identity, review_claim
from tests.concurrency.rivals import outcomes, race
from tests.practitioners.claims.people import claimant, declared, identity, registered, sent, staff

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_prove_themselves_at_once_one_holds_the_page():
    registered()
    actors = [claimant() for _ in range(4)]
    claims = [(actor, declared(actor)) for actor in actors]

    found = outcomes(
        race([lambda a=a, c=c: prove_by_identity(actor=a, claim=c.uid, identity=identity()) for a, c in claims])
    )

    assert found["claim_contested"] == 3
    assert Claim.objects.filter(state=ClaimState.CONTROLLED).count() == 1
    assert Claim.objects.filter(state=ClaimState.REGISTER_MATCH, contested=True).count() == 3


def test_one_judge_clicking_twice_at_once_is_still_one_judge():
    registered()
    actor, judge = claimant(), staff()
    claim = declared(actor)
    sent(actor, claim)

    found = outcomes(race([lambda: review_claim(actor=judge, claim=claim.uid, approved=True)] * 4))

    claim.refresh_from_db()
    assert found["review_twice"] == 3
    assert (claim.state, claim.reviews.count()) == (ClaimState.REGISTER_MATCH, 1)
