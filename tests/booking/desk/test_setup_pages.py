"""The set-up pages: agendas in words, switches, rules, reasons and offers, the public page, the first-time guide."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from booking.models import OpeningHours
from core import clock
from practitioners.enums import BlockCause, VerificationState
from practitioners.models import Agenda, AgendaReason, OnlineBlock, ReasonKind, VisitReason
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, everything_written, new_location, statements
from tests.factories import AgendaFactory, AppointmentFactory, BookableAgendaFactory, SpecialtyFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def martin(desk):
    return browser_of(desk, "martin")


@pytest.fixture
def kinds(db):
    specialty = SpecialtyFactory()
    rows = [("consultation", 20, ["office", "video"]), ("premiere", 30, ["office"]), ("vaccin", 10, ["office"])]
    return [
        ReasonKind.objects.create(
            specialty=specialty, slug=slug, name=slug.title(), name_en=slug, duration_minutes=minutes, modes=modes
        )
        for slug, minutes, modes in rows
    ]


def page(name, *args):
    return reverse(f"desk:{name}", args=args)


def as_sent(form, **more):
    values = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False and value != "":
            values[bound.html_name] = "on" if value is True else value
    return {**values, **more}


def test_the_overview_takes_the_same_statements_whatever_the_agendas(desk, martin):
    url = page("setup")
    AppointmentFactory(agenda=desk.second, start_at=clock.now() + timedelta(days=9))
    martin.get(url)
    _, few = statements(lambda: martin.get(url))
    for _ in range(2):
        more = BookableAgendaFactory(practice=desk.practice)
        AppointmentFactory(agenda=more, start_at=clock.now() + timedelta(days=9))
    response, many = statements(lambda: martin.get(url))
    assert len(response.context["states"]) == 4
    assert few == many


def test_each_one_sees_the_agendas_they_arrange(desk):
    def names(who):
        states = browser_of(desk, who).get(page("setup")).context["states"]
        return {state.agenda.pk for state, _ in states}

    assert names("martin") == {desk.agenda.pk, desk.second.pk}
    assert names("sophie") == {desk.agenda.pk}
    assert names("paul") == {desk.second.pk}
    assert names("lea") == set()
    assert names("diallo") == {desk.elsewhere.pk}


def test_an_agenda_says_what_it_lacks_to_be_booked(desk, martin):
    bare = AgendaFactory(
        practice=desk.practice, practitioner=desk.agenda.practitioner, location=new_location(desk.practice)
    )
    OnlineBlock.objects.create(agenda=bare, cause=BlockCause.OWNER)
    response = martin.get(page("setup_agenda", bare.uid))
    assert [step.done for step in response.context["checklist"]] == [False, False, False, True]
    ready = martin.get(page("setup_agenda", desk.agenda.uid))
    assert all(step.done for step in ready.context["checklist"])
    assert ready.context["state"].is_bookable
    assert ready.context["state"].first_free


def test_the_switches_open_and_close_in_one_click(desk, martin):
    online, strangers = page("setup_online", desk.agenda.uid), page("setup_new_patients", desk.agenda.uid)
    open_blocks = OnlineBlock.objects.filter(agenda=desk.agenda, closed_at=None)
    assert martin.get(online).status_code == 405
    martin.post(online, {"on": "0"})
    martin.post(online, {"on": "0"})
    assert open_blocks.count() == 1
    martin.post(online, {"on": "1"})
    assert not open_blocks.exists()
    martin.post(strangers, {"on": "0"})
    desk.agenda.refresh_from_db()
    assert not desk.agenda.accepts_new_patients
    assert browser_of(desk, "sophie").post(page("setup_online", desk.second.uid), {"on": "0"}).status_code == 404


def test_the_practice_does_not_lift_the_blocks_of_others(desk, martin):
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.BILLING)
    martin.post(page("setup_online", desk.agenda.uid), {"on": "1"})
    state = martin.get(page("setup_agenda", desk.agenda.uid)).context["state"]
    assert not state.is_bookable
    assert [block.cause for block in state.other_blocks] == [BlockCause.BILLING]


@pytest.mark.parametrize(
    "more",
    [
        {"repeat_limit_days": "-1"},
        {"repeat_limit_days": "367"},
        {"upcoming_limit": "0"},
        {"upcoming_limit": "51"},
        {"video_link": "http://visio.example/salle"},
        {"video_link": "https://bank.example@visio.example/"},
        {"video_link": "javascript:alert(1)"},
    ],
)
def test_rules_out_of_bounds_are_refused(desk, martin, more):
    url = page("setup_rules", desk.agenda.uid)
    body = as_sent(martin.get(url).context["form"], **more)
    before = everything_written()
    response = martin.post(url, body)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert everything_written() == before


def test_rules_are_written_once_read(desk, martin):
    url = page("setup_rules", desk.agenda.uid)
    body = as_sent(martin.get(url).context["form"], upcoming_limit="3", video_link="https://visio.example/salle")
    Agenda.objects.filter(pk=desk.agenda.pk).update(repeat_limit_days=0)
    stale = martin.post(url, body)
    assert stale.status_code == 409
    assert stale.context["form"]["repeat_limit_days"].value() == 0
    body = as_sent(martin.get(url).context["form"], upcoming_limit="3")
    assert martin.post(url, body).status_code == 302
    desk.agenda.refresh_from_db()
    assert desk.agenda.upcoming_limit == 3


def test_reasons_start_from_the_catalogue_all_or_none(desk, martin, kinds):
    url = page("setup_kinds", desk.agenda.uid)
    before = everything_written()
    assert martin.post(url, {"form_token": "t1", "kinds": ["vaccin", "inconnu"]}).status_code == 422
    assert martin.post(url, {"form_token": "t1"}).status_code == 422
    assert everything_written() == before
    assert martin.post(url, {"form_token": "t2", "kinds": ["consultation", "vaccin"]}).status_code == 302
    assert martin.post(url, {"form_token": "t2", "kinds": ["consultation", "vaccin"]}).status_code in (302, 422)
    made = AgendaReason.objects.filter(agenda=desk.agenda, visit_reason__kind__isnull=False).order_by(
        "duration_minutes"
    )
    assert [(one.duration_minutes, one.step_minutes, one.modes) for one in made] == [
        (10, 10, ["office"]),
        (20, 20, ["office"]),
    ]
    # The reason is the practice's: a colleague takes the same one.
    assert (
        martin.post(page("setup_kinds", desk.second.uid), {"form_token": "t3", "kinds": ["vaccin"]}).status_code == 302
    )
    assert VisitReason.objects.filter(practice=desk.practice, kind__slug="vaccin").count() == 1


def test_a_reason_is_written_with_its_questions_and_archived(desk, martin):
    body = {"form_token": "r1", "name": "Suivi", "discretion": "normal", "tint": "2", "position": "3", "version": ""}
    body |= {"question_1": "Êtes-vous enceinte ?", "stop_1": "yes", "refusal_1": "Appelez le cabinet."}
    response = martin.post(page("setup_reason_add"), body)
    made = VisitReason.objects.get(name="Suivi")
    assert response["Location"] == page("setup_reason", made.uid)
    question = made.questions.get()
    assert (question.refuse_on, question.refusal) == (True, "Appelez le cabinet.")

    url = page("setup_reason", made.uid)
    sent = as_sent(
        martin.get(url).context["form"], name="Suivi annuel", question_2="Venez-vous pour la première fois ?"
    )
    assert martin.post(url, sent).status_code == 302
    made.refresh_from_db()
    assert made.name == "Suivi annuel"
    assert next(row.uid for row in made.questions.all()) == question.uid
    assert martin.post(url, {**sent, "form_token": "r9"}).status_code == 409

    martin.post(page("setup_reason_archive", made.uid), {"on": "1"})
    made.refresh_from_db()
    assert made.archived_at
    assert b"archiv" in martin.get(page("setup_reasons")).content


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"tint": "7"}, "tint"),
        ({"position": "1001"}, "position"),
        ({"discretion": "secret"}, "discretion"),
        ({"target_1": "00000000-0000-0000-0000-000000000000", "question_1": "?"}, "target_1"),
    ],
)
def test_reasons_that_cannot_be_are_refused(desk, martin, more, field):
    url = page("setup_reason", desk.offer.visit_reason.uid)
    before = everything_written()
    response = martin.post(url, as_sent(martin.get(url).context["form"], **more))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert everything_written() == before


def test_reasons_and_offers_of_others_are_like_none(desk, martin):
    foreign = desk.elsewhere.reasons.get().visit_reason
    own = desk.offer.visit_reason
    for url in (
        page("setup_reason", foreign.uid),
        page("setup_offer", foreign.uid, desk.agenda.uid),
        page("setup_offer", own.uid, desk.elsewhere.uid),
        page("setup_profile", desk.elsewhere.uid),
        page("setup_kinds", desk.elsewhere.uid),
        page("setup_start_agenda", desk.elsewhere.uid),
        page("setup_why", desk.elsewhere.uid),
        f"{page('setup_why', desk.agenda.uid)}?motif={foreign.uid}",
    ):
        assert martin.get(url).status_code == 404, url
    for name, args in (("setup_reason_archive", (foreign.uid,)), ("setup_offer_remove", (own.uid, desk.elsewhere.uid))):
        assert martin.post(page(name, *args), {"on": "1"}).status_code == 404


def test_the_terms_of_an_offer_show_what_they_change(desk, martin):
    url = page("setup_offer", desk.offer.visit_reason.uid, desk.agenda.uid)
    body = as_sent(martin.get(url).context["form"], duration_minutes="40", step_minutes="40", price="26,50")
    first = martin.post(url, body)
    (change,) = first.context["weighed"].consequences.reasons
    assert change.vanishing > 0
    assert not change.appearing
    assert desk.offer.duration_minutes == 20
    assert martin.post(url, {**body, "seen": first.context["weighed"].consequences.seen}).status_code == 302
    assert (desk.offer.duration_minutes, desk.offer.price_cents) == (40, 2650)
    assert martin.post(url, {**body, "seen": "x"}).status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"duration_minutes": "0"}, "duration_minutes"),
        ({"duration_minutes": "10080"}, "duration_minutes"),
        ({"step_minutes": "1"}, "step_minutes"),
        ({"horizon_days": "0"}, "horizon_days"),
        ({"buffer_after_minutes": "-5"}, "buffer_after_minutes"),
        ({"daily_quota": "0"}, "daily_quota"),
        ({"price": "-1"}, "price"),
        ({"price": "10.999"}, "price"),
        ({"modes": []}, "modes"),
        ({"modes": ["teleport"]}, "modes"),
        ({"audience": "nobody"}, "audience"),
    ],
)
def test_terms_that_cannot_be_are_refused(desk, martin, more, field):
    url = page("setup_offer", desk.offer.visit_reason.uid, desk.agenda.uid)
    before = everything_written()
    response = martin.post(url, as_sent(martin.get(url).context["form"], **more))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert everything_written() == before


def test_video_asks_for_a_link_first(desk, martin):
    url = page("setup_offer", desk.offer.visit_reason.uid, desk.agenda.uid)
    body = as_sent(martin.get(url).context["form"], modes=["office", "video"])
    seen = martin.post(url, body).context["weighed"].consequences.seen
    response = martin.post(url, {**body, "seen": seen})
    assert response.status_code == 422
    assert "modes" in response.context["form"].errors


def test_the_public_page_is_previewed_then_written(desk, martin):
    url = page("setup_profile", desk.agenda.uid)
    form = martin.get(url).context["form"]
    body = as_sent(
        form, languages=["fr", "lsf"], presentation="Suivi de l’enfant.", transit="Métro 11", phone="01 99 00 55 55"
    )
    preview = martin.post(url, body)
    shown = preview.content.decode().partition('id="apercu"')[2]
    assert "Suivi de l’enfant." in shown
    assert "Métro 11" in shown
    assert "langue des signes" in shown
    desk.agenda.practitioner.refresh_from_db()
    assert desk.agenda.practitioner.presentation == ""

    assert martin.post(url, {**body, "save": "1"}).status_code == 302
    public = martin.get(reverse("booking:practitioner", args=["dr-martin"])).content.decode()
    assert "Suivi de l’enfant." in public
    assert "Métro 11" in public
    assert re.search(r"01\W*99\W*00\W*55\W*55", public)
    stale = martin.post(url, {**body, "presentation": "Autre chose.", "save": "1"})
    assert stale.status_code == 409


def test_each_one_writes_what_is_theirs_on_the_public_page(desk):
    def fields(who, agenda):
        return browser_of(desk, who).get(page("setup_profile", agenda.uid)).context["form"].fields.keys()

    assert {"presentation", "transit", "phone"} <= fields("martin", desk.second)
    assert {"presentation", "transit"} <= fields("paul", desk.second)
    assert "phone" not in fields("paul", desk.second)
    assert "transit" in fields("sophie", desk.agenda)
    assert "presentation" not in fields("sophie", desk.agenda)
    sophie, url = browser_of(desk, "sophie"), page("setup_profile", desk.agenda.uid)
    body = as_sent(sophie.get(url).context["form"], presentation="Charlatan", phone="01 99 00 66 66", save="1")
    assert sophie.post(url, body).status_code == 302
    desk.agenda.practitioner.refresh_from_db()
    assert desk.agenda.practitioner.presentation == ""


@pytest.mark.parametrize(
    "more", [{"languages": ["xx"]}, {"presentation": "x" * 2001}, {"phone": "12"}, {"sector": "9"}]
)
def test_public_words_that_cannot_be_are_refused(desk, martin, more):
    url = page("setup_profile", desk.agenda.uid)
    response = martin.post(url, as_sent(martin.get(url).context["form"], **more, save="1"))
    assert response.status_code == 422
    assert more.keys() <= response.context["form"].errors.keys()


def test_the_guide_leads_from_nothing_to_online(desk, martin, kinds):
    made = martin.post(
        page("setup_agenda_add"),
        {"form_token": "a", "practitioner": "dr-martin", "location": str(new_location(desk.practice).uid)},
    )
    assert martin.get(page("setup_start"))["Location"] == made["Location"]
    guide = made["Location"]
    assert martin.post(guide, {"form_token": "g1", "step": "1"}).status_code == 422
    assert martin.post(guide, {"form_token": "g1", "step": "1", "kinds": ["consultation"]}).status_code == 302
    assert martin.get(guide).context["step"] == 2
    week = {"form_token": "g2", "step": "2", "weekdays": ["1", "2", "3", "4", "5", "6", "7"]}
    for wrong in (
        {"morning_start": "12:00", "morning_end": "09:00"},
        {"morning_start": "09:00"},
        {"afternoon_start": "14:00", "afternoon_end": "14:00"},
        {},
    ):
        assert martin.post(guide, {**week, **wrong}).status_code == 422, wrong
    agenda = Agenda.objects.latest("pk")
    assert not OpeningHours.objects.filter(agenda=agenda).exists()
    halves = {"morning_start": "09:00", "morning_end": "12:00", "afternoon_start": "14:00", "afternoon_end": "18:00"}
    assert martin.post(guide, {**week, **halves}).status_code == 302
    last = martin.get(guide)
    assert last.context["step"] == 3
    assert last.context["days"]
    assert OnlineBlock.objects.filter(agenda=agenda, closed_at=None).exists()
    assert martin.post(guide, {"step": "3"}).status_code == 302
    assert not OnlineBlock.objects.filter(agenda=agenda, closed_at=None).exists()
    public = martin.get(reverse("booking:practitioner", args=["dr-martin"]) + f"?cabinet={agenda.uid}")
    assert "09" in public.content.decode()
    assert not public.context["window"].is_empty


def test_an_agenda_is_added_by_the_owner_alone(desk):
    body = {"form_token": "a", "practitioner": "dr-martin", "location": str(desk.agenda.location.uid)}
    before = Agenda.objects.count()
    for name in ("sophie", "paul", "diallo"):
        assert browser_of(desk, name).post(page("setup_agenda_add"), body).status_code == 422
    assert browser_of(desk, "martin").post(page("setup_agenda_add"), body).status_code == 409
    assert Agenda.objects.count() == before


def test_a_person_not_verified_yet_previews_a_page_that_is_not_public(desk, martin):
    person = desk.agenda.practitioner
    person.verification = VerificationState.CONTROLLED
    person.save()
    response = martin.get(page("setup_profile", desk.agenda.uid))
    assert "pas encore publique" in response.content.decode()
    assert not martin.get(page("setup_agenda", desk.agenda.uid)).context["state"].is_bookable
