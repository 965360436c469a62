"""The pages of « Mes données » as alice sees them: with a copy that is ready, one that waits, none; and the public table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from core import clock
from custody.models import DataArchive
from tests.security.world import World

CUSTODY_PAGES = {f"custody:{name}" for name in ("home", "agreements", "kept", "erase")}
CUSTODY_NOT_PAGES = {
    "custody:copy": "a ZIP",
    **dict.fromkeys((f"custody:{name}" for name in ("request_copy", "forget_copy", "withdraw")), "answers POST alone"),
}


def custody_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, cookies_of, submit

    user = world.users["alice"]
    client = world.client("alice")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    cookies = cookies_of(client)

    def at(name: str, *args: Any, **more: Any) -> Stop:
        return Stop(f"custody:{name}", reverse(f"custody:{name}", args=args), cookies, **more)

    yield at("home", state="ready")
    DataArchive.objects.filter(user=user).update(state="waiting")
    yield at("home", state="waiting")
    DataArchive.objects.filter(user=user).delete()
    yield at("home")
    yield at("agreements")
    yield at("kept")
    yield at("erase", user.patient.uid)
    yield at("erase", user.patient.uid, state="refused", act=submit)
