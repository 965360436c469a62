"""The pages of a practice's subscription: before, during a change, and after leaving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from billing.models import Subscription
from billing.services.subscribing import cancel
from core.access import system_actor
from tests.factories import BookableAgendaFactory
from tests.security.world import World

_WITH_FORM = ("start", "seat", "seat_add", "seat_remove", "payer", "payer_add", "pause", "leave", "addons")
SUBSCRIPTION_PAGES = {"subscription:home", *(f"subscription:{name}" for name in _WITH_FORM)}
SUBSCRIPTION_NOT_PAGES = dict.fromkeys(
    (f"subscription:{name}" for name in ("stay", "payer_usual", "payer_close", "pause_end")), "answers POST alone"
)


def subscription_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, cookies_of, submit

    owner, newcomer = cookies_of(world.client("martin")), cookies_of(world.client("diallo"))
    BookableAgendaFactory(practice=world.practices["lilas"])

    def at(name: str, target: str = "", cookies: dict[str, str] = owner, **more: Any) -> Stop:
        path = reverse(f"subscription:{name}", kwargs=world.targets[target].kwargs)
        return Stop(f"subscription:{name}", path, cookies, **more)

    yield at("home", cookies=newcomer, state="before")
    yield at("start", cookies=newcomer)
    yield at("start", cookies=newcomer, state="refused", act=submit)
    yield at("home")
    yield at("seat_add", state="preview", act=submit)
    yield at("seat", "lilas_seat")
    yield at("seat_remove", "lilas_seat", state="refused", act=submit)
    yield at("addons", state="preview", act=submit)
    yield at("payer_add", state="refused", act=submit)
    yield at("payer", "lilas_payer")
    yield at("pause", state="refused", act=submit)
    yield at("leave")
    subscription = Subscription.objects.get(practice=world.practices["lilas"])
    cancel(actor=system_actor("tests"), subscription=subscription.uid, when="term")
    yield at("home", state="ending")
    cancel(actor=system_actor("tests"), subscription=subscription.uid, when="now")
    yield at("home", state="ended")
