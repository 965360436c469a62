"""The template tags of the design system: what they draw, what they refuse, and what a reader of screens hears."""

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from core.presentation import Chip, PractitionerCard, SlotDay, SlotWindow, Suggestion, SuggestionGroup, tint_of
from core.ui import navigation, signs

NB = "\u00a0"
START = datetime(2026, 12, 1, 9, 20, tzinfo=UTC)
ZONE = "Europe/Paris"


@pytest.fixture(autouse=True)
def _french_autumn():
    with translation.override("fr"), time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        yield


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


class Words(HTMLParser):
    """The text a sighted reader sees, elements hidden from the eye left out."""

    def __init__(self, html):
        super().__init__()
        self.words, self.hidden = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if self.hidden or "visually-hidden" in (dict(attrs).get("class") or ""):
            self.hidden += tag not in {"input", "img", "br"}

    def handle_endtag(self, tag):
        self.hidden -= bool(self.hidden)

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def seen(html):
    return " ".join("".join(Words(html).words).split(" ")).split()


class Form(forms.Form):
    email = forms.EmailField(label="Adresse", help_text="Celle que vous lisez.")
    note = forms.CharField(label="Mot", required=False)
    mode = forms.ChoiceField(label="Lieu", choices=[("a", "Au cabinet"), ("v", "En vidéo")], widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mode"].option_hints = {"v": "Depuis un téléphone"}


def test_when_raises_the_first_of_the_month_and_marks_the_instant():
    assert draw("{% when start zone %}", start=START, zone=ZONE) == (
        f'<time datetime="2026-12-01T10:20:00+01:00">mardi 1<sup>er</sup> décembre à 10{NB}h{NB}20</time>'
    )


def test_icon_is_hidden_unless_it_has_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "check" %}')
    labelled = draw('{% icon "check" label=word %}', word="<b>")
    assert 'role="img" aria-label="&lt;b&gt;"' in labelled


def test_button_escapes_its_label_and_takes_attributes():
    html = draw('{% button word kind="primary" name="go" hx_get="/x" %}', word="<b>")
    assert html == '<button class="button button--primary" type="submit" name="go" hx-get="/x">&lt;b&gt;</button>'


def test_unavailable_button_sends_nothing():
    assert draw('{% button "Aller" unavailable=True href="/x" %}') == (
        '<button class="button" type="button" aria-disabled="true">Aller</button>'
    )


def test_field_links_hint_and_error_to_its_control():
    html = draw("{% field form.email autocomplete='email' %}", form=Form({"email": "alice.exemple.fr"}))
    assert '<label class="field__label" for="id_email">' in html
    assert 'aria-describedby="id_email-error id_email-hint"' in html
    assert 'id="id_email-error"' in html
    assert 'id="id_email-hint"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="email"' in html


def test_field_says_optional_and_nothing_when_required():
    form = Form()
    assert "(facultatif)" in draw("{% field form.note %}", form=form)
    assert "(facultatif)" not in draw("{% field form.email %}", form=form)


def test_radios_are_cards_in_a_group_and_none_is_ticked():
    html = draw("{% field form.mode %}", form=Form())
    assert html.count("choice--card") == 2
    assert "<legend" in html
    assert "Depuis un téléphone" in html
    assert "checked" not in html


def test_error_summary_leads_to_each_field():
    html = draw("{% form_errors form %}", form=Form({"email": "x"}))
    assert 'href="#id_email"' in html
    assert 'href="#id_mode_0"' in html
    assert "autofocus" in html


def test_error_summary_is_absent_from_a_form_not_sent():
    assert draw("{% form_errors form %}", form=Form()).strip() == ""


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize(
    "status", ["booked", "arrived", "seen", "no_show", "excused", "cancelled_by_patient", "cancelled_by_practice"]
)
def test_every_status_has_a_sign_for_both_readers(status, practice):
    sign = signs.sign_of(status, practice=practice)
    assert sign.icon
    assert str(sign.word)


def test_late_sign_tells_the_minutes():
    assert seen(draw('{% sign "late" minutes=20 %}'))[-2:] == ["20", "min"]


def test_carton_of_the_day_says_today_to_the_eye_and_the_date_to_the_ear():
    with time_machine.travel(START - timedelta(hours=2), tick=False):
        html = draw('{% carton start zone who="Dr Claire Martin" %}{% endcarton %}', start=START, zone=ZONE)
    assert "carton--today" in html
    assert "Aujourd’hui" in html
    assert '<span class="visually-hidden">mardi 1er décembre à </span>' in html


def test_carton_keeps_its_buttons_and_escapes_its_lines():
    html = draw(
        '{% carton start zone who=who %}{% button "Déplacer" %}{% endcarton %}', start=START, zone=ZONE, who="<i>"
    )
    assert '<div class="actions"><button' in html
    assert "&lt;i&gt;" in html
    assert "carton--normal" in html


def test_carton_refuses_a_state_or_a_line_it_does_not_know():
    with pytest.raises(ValueError, match="perdu"):
        draw('{% carton start zone state="perdu" %}{% endcarton %}', start=START, zone=ZONE)
    with pytest.raises(TypeError, match="docteur"):
        draw('{% carton start zone docteur="x" %}{% endcarton %}', start=START, zone=ZONE)


def test_component_sees_no_variable_of_the_page():
    assert "secret" not in draw('{% banner title="Fait." %}Suite{% endbanner %}', role="secret", icon="secret")


def test_banner_of_danger_is_an_alert_and_a_quiet_one_is_not():
    assert 'role="alert"' in draw('{% banner kind="danger" %}x{% endbanner %}')
    assert "role=" not in draw('{% banner kind="danger" quiet=True %}x{% endbanner %}')


def window(**options):
    day = date(2026, 12, 1)
    chips = [Chip(START, ZONE, who="Dr Claire Martin", **options)]
    return SlotWindow([SlotDay(day, chips), SlotDay(day + timedelta(days=1))], field="slot")


def test_slot_link_has_its_whole_name():
    html = draw("{% slot_grid window %}", window=window(url="/rdv"))
    assert f'aria-label="mardi 1er décembre à 10{NB}h{NB}20, Dr Claire Martin"' in html
    assert 'href="/rdv"' in html
    assert "Aucun créneau ce jour" in html


def test_slot_to_choose_is_a_radio_button_of_the_form():
    html = draw("{% slot_grid window %}", window=window(value="a/1", state="chosen"))
    assert '<input type="radio" name="slot" value="a/1"' in html
    assert " checked>" in html


def test_taken_slot_can_be_neither_followed_nor_chosen():
    html = draw("{% slot_grid window %}", window=window(url="/rdv", state="taken"))
    assert "/rdv" not in html
    assert "déjà pris" in html


def test_practitioner_card_shows_hours_then_next_slot_then_phone():
    card = {"name": "Dr Claire Martin", "url": "/praticien/x/", "phone": "+33148972014"}
    later = Chip(START, ZONE, url="/plus-tard")
    assert "chip" in draw("{% practitioner_card card %}", card=PractitionerCard(**card, window=window(url="/rdv")))
    next_one = draw("{% practitioner_card card %}", card=PractitionerCard(**card, next_slot=later))
    assert "/plus-tard" in next_one
    assert "tel:" not in next_one
    assert 'href="tel:+33148972014"' in draw(
        "{% practitioner_card card %}", card=PractitionerCard(**card, bookable=False)
    )


def test_countdown_shows_the_time_left_and_a_way_to_extend():
    html = Template("{% load ui %}{% hold_countdown at extend_url='/plus' %}{% endhold_countdown %}").render(
        Context({"at": datetime(2026, 11, 20, 12, 9, 40, tzinfo=UTC), "csrf_token": "jeton"})
    )
    assert 'data-seconds="580"' in html
    assert f"<span data-left>9{NB}min{NB}40</span>" in html
    assert 'action="/plus"' in html
    assert 'value="jeton"' in html


def test_countdown_without_renewal_has_no_form():
    html = draw("{% hold_countdown at %}{% endhold_countdown %}", at=datetime(2026, 11, 20, 12, 1, tzinfo=UTC))
    assert "<form" not in html


def test_suggestions_are_options_with_value_and_label():
    groups = [SuggestionGroup("Spécialités", [Suggestion("Dermatologue", "dermatologue")]), SuggestionGroup("Vide", [])]
    html = draw("{% suggestions groups query='derm' %}", groups=groups)
    assert 'role="option" id="suggestion-0"' in html
    assert 'data-label="Dermatologue" data-value="dermatologue"' in html
    assert "Vide" not in html


def test_tint_of_a_person_never_changes():
    assert tint_of("claire-martin") == tint_of("claire-martin")
    assert {tint_of(n) for n in range(60)} == {1, 2, 3, 4, 5, 6}


def test_menu_shows_pages_that_exist_and_marks_the_current_one():
    request = RequestFactory().get("/aide/urgences/")
    entries = {entry["url"]: entry["current"] for entry in navigation.entries(navigation.HEADER, request.path)}
    assert entries["/aide/"] is True
    assert entries["/"] is False
    assert all(navigation.exists(url) for url in entries)


def test_page_that_does_not_exist_has_no_link():
    assert draw('{% page "/nulle-part-du-tout/x/" as url %}[{{ url }}]') == "[]"
    assert draw('{% page "/aide/" as url %}[{{ url }}]') == "[/aide/]"
