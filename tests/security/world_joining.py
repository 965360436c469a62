"""What the table of rights asks for about information pages and claims: boris claims a page, and so does charlie."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from core.access import Actor, Space, system_actor
from portal.health_text import HealthText
from portal.models import HealthPage
from portal.services.health_pages import open_page, publish_version, write_version
from practitioners.services.claims import declare_claim, inspect_document, send_document
from tests.factories import PractitionerFactory

NUMBERS = {"boris": "10777000018", "charlie": "10777000026"}
TEXT = HealthText(
    title="Qui appeler",
    summary="Une phrase.",
    body="## Vie en danger\n\n- **15** : le SAMU",
    keywords="urgence",
    sources=(("Service Public", "https://www.service-public.fr"),),
    reviewed_on=date(2026, 11, 1),
)


def health_page(slug: str = "qui-appeler-ici") -> HealthPage:
    """A page that is shown, with a draft written after it."""
    staff = system_actor("tests")
    page = open_page(actor=staff, slug=slug, language="fr", position=1, text=TEXT)
    publish_version(actor=staff, page=page.uid, number=1)
    write_version(actor=staff, page=page.uid, text=TEXT, expected=1)
    page.refresh_from_db()
    return page


def joining_targets(users: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Keyword arguments of the addresses, by the name of the target."""
    page = health_page()
    found: dict[str, dict[str, Any]] = {
        "health_page": {"slug": page.slug},
        "no_health_page": {"slug": "rien-de-tel"},
        "kept_page": {"uid": page.uid},
        "kept_draft": {"uid": page.uid, "number": 2},
        "missing_version": {"uid": UUID(int=0), "number": 1},
        "registered": {"slug": "du-repertoire-boris"},
    }
    for name, rpps in NUMBERS.items():
        PractitionerFactory(
            slug=f"du-repertoire-{name}",
            rpps=rpps,
            last_name="Rivière",
            verification="register",
            register_last_name="RIVIERE",
            register_first_name="CLAIRE",
            register_profession="10",
            register_since=date(2026, 1, 1),
        )
        actor = Actor(user_id=users[name].pk, space=Space.PATIENT, strong=True)
        claim = declare_claim(actor=actor, rpps=rpps, last_name="Rivière", first_name="Claire", profession="10")
        piece = send_document(actor=actor, claim=claim.uid, name="carte.pdf", content=b"%PDF-1.7 x")
        inspect_document(actor=system_actor("tests"), document=piece.pk)
        found[f"{name}_claim"] = {"uid": claim.uid}
        found[f"{name}_piece"] = {"uid": claim.uid, "document": piece.uid}
    return found | {"missing_piece": {"uid": found["boris_claim"]["uid"], "document": UUID(int=0)}}
