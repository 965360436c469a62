"""The pages of documents, of shares and of the journal, as alice sees them, and as Dr Martin does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from carnet.models import Grant
from carnet.services import filing
from core import clock
from core.access import Actor, Space
from tests.security.world import World

DOCUMENT_PAGES = {
    f"carnet:{name}" for name in ("documents", "add", "bin", "shares", "share", "journal", "document")
} | {f"records:{name}" for name in ("records", "record", "document", "send")}
DOCUMENT_NOT_PAGES = {
    "carnet:home": "leads to one's own record",
    **{f"{side}:file": "the bytes of a document" for side in ("carnet", "records")},
    **{f"{side}:page": "an image" for side in ("carnet", "records")},
    **dict.fromkeys(
        (
            *(
                "carnet:replace",
                "carnet:remove",
                "carnet:restore",
                "carnet:hide",
                "carnet:conceal",
                "carnet:revoke",
                "carnet:block",
            ),
            *("carnet:unblock", "records:withdraw", "records:replace", "records:invite"),
        ),
        "answers POST alone",
    ),
}


def document_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, cookies_of, submit

    user, person = world.users["alice"], world.users["alice"].patient
    client = world.client("alice")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    cookies, martin = cookies_of(client), cookies_of(world.client("martin"))
    now = clock.now()
    Grant.objects.create(
        patient=person,
        practitioner=world.users["martin"].practitioner,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=30),
    )

    def at(name: str, *args: Any, **more: Any) -> Stop:
        return Stop(f"carnet:{name}", reverse(f"carnet:{name}", args=args), cookies, **more)

    def desk(name: str, *args: Any, **more: Any) -> Stop:
        return Stop(f"records:{name}", reverse(f"records:{name}", args=args), martin, **more)

    mine = world.targets["alice_document"].kwargs["uid"]
    for name in ("documents", "add", "shares", "share", "journal", "bin"):
        yield at(name, person.uid)
    yield at("add", person.uid, state="refused", act=submit)
    yield at("document", mine)
    yield at("document", world.targets["martin_document"].kwargs["uid"], state="of a practice")
    yield desk("records")
    yield desk("record", person.uid)
    yield desk("document", mine)
    for name in ("alice_note_file",):
        yield desk("send", world.targets[name].kwargs["record"])
    filing.remove_document(actor=Actor(user_id=user.pk, space=Space.PATIENT, strong=True), document=mine)
    yield at("bin", person.uid, state="with a document")
    yield at("document", mine, state="in the bin")
