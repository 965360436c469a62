"""Objecting, hiding the phone, correcting and reporting, without an account; and the staff who answer."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Listing
from booking.search.asked import Asked
from booking.search.refresh import refresh_all
from booking.search.results import search
from booking.search.understanding import understand
from core.access import ANONYMOUS, Actor, Space
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent
from notifications import registry
from notifications.models import Message
from practitioners.enums import ListingState, ReportReason
from practitioners.models import ListingRequest, ListingWish, Practitioner, RegisterSite
from practitioners.selectors.listing_requests import masked, queue
from practitioners.services.listing_requests import (
    ask_by_code,
    ask_staff,
    decide_request,
    prove_request,
    report_listing,
    restore_listing,
)
from tests.directory import general_practice, listed, monday, stated
from tests.factories import AgendaFactory, PlaceFactory, UserFactory

__all__ = ["general_practice", "listed", "monday", "stated"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

RPPS = "10002909371"
MAIL = "cabinet.martin@exemple.fr"


@pytest.fixture
def person(stated):
    return stated("Claire Martin", rpps=RPPS, slug="claire-martin", sites=[{"email": MAIL, "name": "Cabinet du parc"}])


@pytest.fixture
def staff():
    user = UserFactory(is_platform_staff=True)
    return Actor(user_id=user.pk, space=Space.PLATFORM, strong=True)


def site_of(person) -> RegisterSite:
    return person.register_sites.get()


def sent() -> tuple[str, str]:
    """The last message, as it leaves: to whom, and its text."""
    message = Message.objects.order_by("-pk").first()
    envelope = registry.composer(message.kind)(message)
    return envelope.to, envelope.text


def prove(request) -> ListingRequest:
    return prove_request(actor=ANONYMOUS, request=request.uid, code=re.search(r"\b\d{6}\b", sent()[1])[0])


def refused(call, **kwargs) -> str:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value.code


def found(q="martin") -> list[str]:
    return [one.practitioner.last_name for one in search(ANONYMOUS, understand(Asked(q=q)).query).results]


def reimported(person) -> Practitioner:
    """What an import does to somebody whose row had gone: another row, of the same number."""
    fields = {"slug": f"{person.slug}-2", "first_name": person.first_name, "last_name": person.last_name, "rpps": RPPS}
    place, key = PlaceFactory(), site_of(person).key
    person.delete()
    again = Practitioner.objects.create(
        **fields, name_key="martin claire", specialty=person.specialty, verification="register"
    )
    RegisterSite.objects.create(
        practitioner=again, key=key, place=place, postcode="93260", phone="+33199001234", first_seen_on="2026-11-23"
    )
    refresh_all([again.pk])
    return again


def test_objection_is_two_clicks_and_a_code_and_survives_every_import(person):
    client = Client()
    page = client.get("/praticien/claire-martin/").content.decode()
    assert 'href="/praticien/claire-martin/fiche/"' in page
    form = client.get("/praticien/claire-martin/fiche/")
    shown = form.content.decode()
    assert "c•••@e•••.fr" in shown
    assert MAIL not in shown
    assert form["Cache-Control"].startswith("max-age=0")

    asked = client.post("/praticien/claire-martin/fiche/", {"wish": "objection", "proof": str(site_of(person).uid)})
    to, text = sent()
    code = re.search(r"\b\d{6}\b", text)[0]
    assert (asked.status_code, to) == (302, MAIL)
    assert client.get("/praticien/claire-martin/").status_code == 200
    done = client.post(asked["Location"], {"code": code}, follow=True)

    assert "La fiche ne paraît plus" in done.content.decode()
    assert client.get("/praticien/claire-martin/").status_code == 404
    assert found() == []
    assert client.get("/api/v1/practitioners/claire-martin").status_code == 404
    assert sent()[0] == MAIL

    refresh_all([person.pk])
    assert Listing.objects.count() == 0
    # An import that knew nothing of the flag.
    Practitioner.objects.update(unlisted=False)
    refresh_all([person.pk])
    assert (client.get("/praticien/claire-martin/").status_code, found()) == (404, [])

    again = reimported(person)
    assert (client.get(f"/praticien/{again.slug}/").status_code, found(), Listing.objects.count()) == (404, [], 0)


def test_hidden_phone_is_hidden_everywhere_and_stays_so(person):
    prove(ask_by_code(actor=ANONYMOUS, slug=person.slug, kind="hide_phone", site=site_of(person).uid))
    again = reimported(person)

    client = Client()
    for address in (f"/praticien/{again.slug}/", "/recherche/?q=martin", f"/api/v1/practitioners/{again.slug}"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "99001234" not in answer.content.decode().replace(" ", "").replace("\xa0", "")


def test_correction_replaces_the_register_for_good(person):
    changes = {"street": "12 rue Neuve", "phone": "01 99 00 55 55"}
    prove(ask_by_code(actor=ANONYMOUS, slug=person.slug, kind="correction", site=site_of(person).uid, changes=changes))
    again = reimported(person)

    html = Client().get(f"/praticien/{again.slug}/").content.decode()
    assert "12 rue Neuve" in html
    assert "tel:+33199005555" in html

    site = site_of(again)
    closed = (
        ask_by_code(actor=ANONYMOUS, slug=again.slug, kind="correction", site=site.uid, changes={"closed": True})
        if site.email
        else None
    )
    assert closed is None
    RegisterSite.objects.update(email=MAIL)
    prove(ask_by_code(actor=ANONYMOUS, slug=again.slug, kind="correction", site=site.uid, changes={"closed": True}))
    assert found() == []
    assert ListingWish.objects.get().corrections[site.key]["street"] == "12 rue Neuve"


def test_name_and_specialty_are_never_corrected_here(person):
    changes = {"last_name": "Autre", "specialty": "dermatologue", "title": "Pr"}

    code = refused(
        ask_by_code, actor=ANONYMOUS, slug=person.slug, kind="correction", site=site_of(person).uid, changes=changes
    )

    assert code == "nothing_asked"


def test_wrong_codes_are_counted_and_five_close_the_request(person):
    request = ask_by_code(actor=ANONYMOUS, slug=person.slug, kind="objection", site=site_of(person).uid)
    code = re.search(r"\b\d{6}\b", sent()[1])[0]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    for _ in range(5):
        assert refused(prove_request, actor=ANONYMOUS, request=request.uid, code=wrong) == "listing_code_wrong"
    assert refused(prove_request, actor=ANONYMOUS, request=request.uid, code=code) == "listing_code_wrong"

    assert (found(), ListingWish.objects.count()) == (["Martin"], 0)
    request.refresh_from_db()
    assert (request.state, request.tries_left, code in request.digest) == (ListingState.PROVING, 0, False)


def test_code_dies_after_a_quarter_of_an_hour(person, monkeypatch):
    request = ask_by_code(actor=ANONYMOUS, slug=person.slug, kind="objection", site=site_of(person).uid)
    code = re.search(r"\b\d{6}\b", sent()[1])[0]
    ListingRequest.objects.update(expires_at="2026-11-23T08:59Z")

    assert refused(prove_request, actor=ANONYMOUS, request=request.uid, code=code) == "listing_code_wrong"


def test_codes_about_one_listing_are_few(person):
    site = site_of(person).uid
    for _ in range(3):
        ask_by_code(actor=ANONYMOUS, slug=person.slug, kind="objection", site=site)

    assert refused(ask_by_code, actor=ANONYMOUS, slug=person.slug, kind="objection", site=site) == "too_many_requests"


def test_code_goes_to_no_site_of_somebody_else(person, stated):
    other = stated("Ana Autre", sites=[{"email": "autre@exemple.fr"}], rpps="10101215225")

    code = refused(ask_by_code, actor=ANONYMOUS, slug=person.slug, kind="objection", site=site_of(other).uid)

    assert (code, Message.objects.count()) == ("contact_unknown", 0)


def test_who_has_no_address_in_the_register_asks_the_staff(stated, staff):
    person = stated("Claire Martin", rpps=RPPS, slug="claire-martin")
    client = Client()
    shown = client.get("/praticien/claire-martin/fiche/").content.decode()
    assert "Demander à notre équipe" in shown
    assert "Recevoir un code" not in shown
    given = {"wish": "objection", "proof": "staff", "words": "C’est moi."}
    assert client.post("/praticien/claire-martin/fiche/", given).status_code == 422
    answer = client.post("/praticien/claire-martin/fiche/", given | {"contact": "claire@exemple.fr"}, follow=True)
    assert "Votre demande est transmise" in answer.content.decode()
    assert found() == ["Martin"]

    request = queue(staff).waiting[0]
    assert refused(decide_request, actor=staff, request=request.uid, accept=True, answer=" ") == "answer_missing"
    decide_request(actor=staff, request=request.uid, accept=True, answer="C’est fait.")

    assert (found(), person.slug) == ([], "claire-martin")
    to, text = sent()
    assert to == "claire@exemple.fr"
    assert "C’est fait." in text
    assert refused(decide_request, actor=staff, request=request.uid, accept=True, answer="x") == "already_decided"
    restore_listing(actor=staff, request=request.uid)
    assert client.get("/praticien/claire-martin/").status_code == 200
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "practitioners.ask_listing_change",
        "practitioners.decide_listing_request",
        "practitioners.restore_listing",
    ]


def test_refused_request_changes_nothing_and_says_why(person, staff):
    request = ask_staff(actor=ANONYMOUS, slug=person.slug, kind="hide_phone", contact="x@exemple.fr")

    decide_request(actor=staff, request=request.uid, accept=False, answer="Nous n’avons pas pu vérifier.")

    assert ListingWish.objects.count() == 0
    assert "Nous n’avons pas pu vérifier." in sent()[1]
    shown = Client().get(f"/fiches/demandes/{request.uid}/").content.decode()
    assert "Nous n’avons pas pu vérifier." in shown


@pytest.mark.parametrize(
    ("step", "listed_still", "phone_shown"),
    [("", True, True), ("hide_phone", True, False), ("correction", False, None), ("objection", False, None)],
)
def test_report_is_answered_and_may_lead_to_a_measure(person, staff, step, listed_still, phone_shown):
    asked = Client().post(
        "/praticien/claire-martin/signaler/", {"reason": "moved", "words": "Parti en juin.", "contact": "a@exemple.fr"}
    )
    assert asked.status_code == 302
    request = ListingRequest.objects.get()
    key = site_of(person).key if step == "correction" else ""

    decide_request(actor=staff, request=request.uid, accept=True, answer="Merci, c’est vérifié.", step=step, site=key)

    to, text = sent()
    assert to == "a@exemple.fr"
    assert "Merci, c’est vérifié." in text
    assert (found() == ["Martin"]) is listed_still
    if phone_shown is not None:
        assert ("+33199001234" in Client().get("/praticien/claire-martin/").content.decode()) is phone_shown


def test_report_without_an_address_sends_nothing(person, staff):
    request = report_listing(actor=ANONYMOUS, slug=person.slug, reason=ReportReason.OTHER)

    decide_request(actor=staff, request=request.uid, accept=True, answer="Vu.")

    assert Message.objects.count() == 0


def test_who_has_joined_keeps_the_page_and_may_be_reported(listed):
    agenda = listed("Bea Martin", person={"slug": "bea-martin", "rpps": RPPS})

    assert (
        refused(ask_staff, actor=ANONYMOUS, slug="bea-martin", kind="objection", contact="x@exemple.fr")
        == "listing_joined"
    )
    assert report_listing(actor=ANONYMOUS, slug="bea-martin", reason="phone").practitioner == agenda.practitioner
    assert "tenue par le soignant" in Client().get("/praticien/bea-martin/fiche/").content.decode()


def test_objection_asked_before_joining_takes_no_page_away_from_who_keeps_it(person, staff):
    asked = ask_by_code(actor=ANONYMOUS, slug=person.slug, kind="objection", site=site_of(person).uid)
    waiting = ask_staff(actor=ANONYMOUS, slug=person.slug, kind="objection", contact="x@exemple.fr")
    AgendaFactory(practitioner=person)
    Practitioner.objects.filter(pk=person.pk).update(verification="published")

    code = re.search(r"\b\d{6}\b", sent()[1])[0]
    assert refused(prove_request, actor=ANONYMOUS, request=asked.uid, code=code) == "listing_joined"
    decision = {"actor": staff, "request": waiting.uid, "accept": True, "answer": "Oui."}
    assert refused(decide_request, **decision) == "listing_joined"
    assert not ListingWish.objects.filter(objected=True).exists()


def test_requests_are_handled_by_platform_staff_alone(person):
    request = report_listing(actor=ANONYMOUS, slug=person.slug, reason="other")
    stranger = Actor(user_id=UserFactory().pk, space=Space.PATIENT)

    assert queue(stranger).waiting == []
    with pytest.raises(NotForYou):
        decide_request(actor=stranger, request=request.uid, accept=True, answer="x")
    assert Client().get(f"/fiches/demandes/{uuid4()}/").status_code == 404


def test_lists_of_staff_ask_as_many_questions_for_three_as_for_one(person, stated, staff):
    counts = []
    for n in (1, 2):
        report_listing(actor=ANONYMOUS, slug=person.slug, reason="other")
        done = report_listing(actor=ANONYMOUS, slug=person.slug, reason="phone")
        decide_request(actor=staff, request=done.uid, accept=False, answer="Non.")
        with CaptureQueriesContext(connection) as captured:
            work = queue(staff)
            assert [one.practitioner.specialty.label for one in work.waiting] == ["Médecin généraliste"] * n
            assert [one.decided_by.display_name for one in work.decided]
        counts.append(len(captured))

    assert counts == [2, 2]


def test_masked_address_tells_nobody_what_it_is():
    assert [masked(one) for one in ("claire.martin@exemple.fr", "a@b", "", "x@sub.domaine.fr")] == [
        "c•••@e•••.fr",
        "•••",
        "•••",
        "x•••@s•••.fr",
    ]
