"""The claims and information pages of the people of the rules."""

from typing import Any

from portal.models import HealthPage
from practitioners.models import Claim
from tests.security.world_joining import health_page


def add_claims_and_pages(world: Any) -> None:
    world.rows[Claim] = {
        name: Claim.objects.create(
            user=world.users[name], rpps="10777000018", last_name="Rivière", first_name="Claire", profession="10"
        )
        for name in ("alice", "charlie", "admin")
    }
    world.rows[HealthPage] = {"page": health_page()}
