"""Information pages and claims: as everybody, a claimant and the staff see them, with their states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from config.settings._auth import pro_sante_connect
from practitioners.claim_states import ClaimProof, ClaimState
from practitioners.models import Claim, Practitioner
from tests.practitioners.claims.people import registered
from tests.security.world import World

JOINING_PAGES = {
    *(f"portal:{name}" for name in ("health", "health_page")),
    *(f"portal:{name}" for name in ("contents", "content_new", "content_edit", "content_history", "content_version")),
    *(f"practitioners:{name}" for name in ("claim_page", "claim_new", "claim", "claim_practice")),
    *(f"practitioners:{name}" for name in ("verification", "verification_claim")),
    "demo:identity_authorize",
}
JOINING_NOT_PAGES = {
    **dict.fromkeys(
        (
            *(f"portal:content_{name}" for name in ("publish", "restore", "withdraw")),
            *(f"practitioners:claim_{name}" for name in ("identify", "document", "withdraw", "team")),
        ),
        "answers POST alone",
    ),
    "practitioners:identity_return": "leads to the claim",
    "practitioners:verification_document": "a document that somebody sent in",
    **dict.fromkeys(
        (f"demo:identity_{name}" for name in ("discovery", "keys", "token", "person")), "JSON for OpenID Connect"
    ),
}


def joining_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, at, cookies_of, submit

    yield at("portal:health", world)
    yield at("portal:health_page", world, "health_page")
    for name in ("contents", "content_new"):
        yield at(f"portal:{name}", world, role="admin")
    yield at("portal:content_new", world, role="admin", state="refused", act=submit)
    for name in ("content_edit", "content_history"):
        yield at(f"portal:{name}", world, "kept_page", "admin")
    yield at("portal:content_version", world, "kept_draft", "admin")
    strong = cookies_of(world.client("boris"))
    settings.SOCIALACCOUNT_PROVIDERS = pro_sante_connect("http://localhost/demo/pro-sante-connect", "demo", "x")
    yield at("practitioners:claim", world, "boris_claim", "boris", state="found in the register")
    yield at("practitioners:claim", world, "boris_claim", "boris", state="no document chosen", act=_send_nothing)
    for name in ("verification", "verification_claim"):
        yield at(f"practitioners:{name}", world, *(["boris_claim"] if name != "verification" else [""]), "admin")
    yield at("practitioners:verification_claim", world, "boris_claim", "admin", state="refused", act=submit)
    mine = Claim.objects.filter(user=world.users["boris"])
    mine.update(contested=True)
    yield at("practitioners:claim", world, "boris_claim", "boris", state="contested")
    mine.update(state=ClaimState.ID_VALID)
    yield at("practitioners:claim", world, "boris_claim", "boris", state="not in the register")
    mine.update(state=ClaimState.CONTROLLED, proof=ClaimProof.IDENTITY, contested=False)
    yield at("practitioners:claim", world, "boris_claim", "boris", state="controlled")
    yield at("practitioners:claim_practice", world, "boris_claim", "boris")
    yield at("practitioners:claim_practice", world, "boris_claim", "boris", state="refused", act=submit)
    yield at("practitioners:verification", world, role="admin", state="decided")
    mine.update(state=ClaimState.REFUSED, refusal="La pièce est illisible.")
    yield at("practitioners:claim", world, "boris_claim", "boris", state="over")
    yield at("practitioners:claim_new", world, role="boris")
    yield at("practitioners:claim_new", world, role="boris", state="refused", act=submit)
    Practitioner.objects.filter(rpps="10777000018").update(rpps=None)
    person = registered()
    yield Stop("practitioners:claim_page", reverse("practitioners:claim_page", args=[person.slug]), strong)
    back = reverse("practitioners:identity_return")
    query = "client_id=demo&code_challenge_method=S256&redirect_uri="
    there = reverse("demo:identity_authorize")
    # Asked by nobody it is not there; its form is what is looked at.
    yield Stop("demo:identity_authorize", there, status=404, act=lambda page: _authorize(page, there, query, back))


def _send_nothing(page: Any) -> int:
    with page.expect_navigation() as answer:
        page.locator("form[enctype] [type=submit]").click()
    return int(answer.value.status)


def _authorize(page: Any, there: str, query: str, back: str) -> int:
    """The double wants the address of the site it answers: known once there is a browser."""
    origin = page.evaluate("location.origin")
    answer = page.goto(f"{origin}{there}?{query}{origin}{back}")
    return int(answer.status)
