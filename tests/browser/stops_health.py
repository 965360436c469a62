"""The pages of health, vaccines and prevention, empty and filled, as alice sees them once her second factor is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from carnet.models import Grant, HealthItem, PreventionDigest, PreventionNotice
from carnet.services import health, prevention
from carnet.stop_links import stop_path
from core import clock
from core.access import Actor, Space
from patients.majority import PARIS
from tests.security.world import World

OF_A_PERSON = (
    "profile",
    "doctor",
    "add_measure",
    "add_contact",
    "vaccines",
    "prevention",
    "questions",
    "themes",
    "checkup",
)
HEALTH_PAGES = {
    f"health:{name}"
    for name in (
        *OF_A_PERSON,
        "add_item",
        "add_doses",
        "item",
        "dose",
        "advice",
        "digest",
        "stop",
        "shared",
        "give_doses",
    )
}
HEALTH_NOT_PAGES = {
    "health:home": "leads to one's own profile",
    "health:prevention_home": "leads to one's own calendar",
    "health:sheet": "a PDF",
    "health:agenda_file": "a calendar file",
    "health:checkup_paper": "a PDF",
    **{
        f"health:{name}": "answers POST alone"
        for name in (
            *(
                "remove_measure",
                "remove_contact",
                "end_item",
                "remove_item",
                "remove_dose",
                "prove_dose",
                "confirm_dose",
                "undo",
                "done",
                "refuse",
            ),
            *("checkup_save", "checkup_join", "checkup_erase"),
        )
    },
}


def health_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, cookies_of, submit

    user, person = world.users["alice"], world.users["alice"].patient
    person.birth_date = clock.today(PARIS).replace(year=clock.today(PARIS).year - 46, day=1)
    person.save()
    client = world.client("alice")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    cookies = cookies_of(client)

    def at(name: str, *args: Any, **more: Any) -> Stop:
        return Stop(f"health:{name}", reverse(f"health:{name}", args=args), cookies, **more)

    child = world.targets["child"].kwargs["uid"]
    for name in OF_A_PERSON:
        yield at(name, person.uid)
    for name in ("profile", "vaccines", "prevention"):
        yield at(name, child, state="of a child")
    for kind in ("allergie", "traitement", "antecedent"):
        yield at("add_item", person.uid, kind, state=kind)
    yield at("add_item", person.uid, "allergie", state="refused", act=submit)
    yield at("add_doses", child, "2-mois", state="of a visit")
    yield at("add_doses", person.uid, "autre", state="refused", act=submit)
    for name in ("item", "dose"):
        yield at(name, world.targets[f"alice_{'health_item' if name == 'item' else name}"].kwargs["uid"])
    actor = Actor(user_id=user.pk, space=Space.PATIENT, strong=True)
    prevention.refuse_rule(actor=actor, patient=person.uid, code="MBP-45")
    HealthItem.objects.filter(patient=person).update(severity="severe")
    health.answer_conditions(actor=actor, patient=person.uid, answers={"diabetes": True})
    yield at("profile", person.uid, state="filled")
    yield at("prevention", person.uid, state="with choices made")
    yield at("advice", person.uid, "VAC-DTP-A")
    yield at("advice", person.uid, "MBP-45", state="set aside")
    yield at("advice", person.uid, "DEP-VIH", state="done")
    digest = PreventionDigest.objects.get(user=user)
    yield at("digest", digest.uid, state="empty")
    PreventionNotice.objects.create(
        digest=digest, user=user, patient=person, code="VAC-DTP-A", opens_on=clock.today(PARIS)
    )
    yield at("digest", digest.uid)
    yield Stop("health:stop", stop_path(user.pk))
    performer = world.users["martin"].practitioner
    now = clock.now()
    Grant.objects.create(patient=person, practitioner=performer, starts_at=now, ends_at=now + timedelta(days=30))
    martin = cookies_of(world.client("martin"))
    yield Stop("health:shared", reverse("health:shared", args=[person.uid]), martin)
    Grant.objects.filter(patient=person).update(level="add")
    yield Stop("health:give_doses", reverse("health:give_doses", args=[person.uid]), martin)
