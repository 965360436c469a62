"""Every message of the site: nothing medical where anybody reads it, both languages, every form, any name."""

import re

import pytest
from django.urls import reverse

from notifications.bidi import all_isolated, isolated
from notifications.envelope import Envelope
from portal import message_lint
from portal.message_gallery import template_kinds, written_all
from portal.message_lint import NAMES, faults_of, forbidden_in
from portal.message_samples import SECRETS, Names, samples


def test_no_message_is_at_fault():
    assert message_lint.faults() == []


def test_every_kind_has_an_example_and_every_example_a_kind():
    assert set(samples()) == set(template_kinds())


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("RDV {{ visit.visit_reason.name }}", {"visit_reason"}),
        ("RDV {{ visit.reason_name|upper }}", {"reason_name"}),
        ("{% blocktrans with what=visit.specialty.name %}RDV {{ what }}{% endblocktrans %}", {"specialty"}),
        ("{% if document %}Un document{% endif %}", {"document"}),
        ("{% with n=visit.note %}{{ n }}{% endwith %}", {"note"}),
        ('{% trans "Votre document, sans motif ni note" %} {{ moment }}', set()),
    ],
)
def test_the_linter_finds_each_way_in(source, found):
    assert forbidden_in(source) == found


def test_the_linter_reads_what_is_included(tmp_path):
    (tmp_path / "part.txt").write_text("{{ visit.instructions }}")

    assert forbidden_in('{% include "part.txt" %}', tmp_path) == {"instructions"}


@pytest.mark.parametrize(
    ("template", "source", "fault"),
    [
        ("reminder.sms.txt", "RDV {{ one.moment }} chez le dentiste. {{ link }}", "dentiste"),
        ("reminder.subject.txt", "Vos résultats", "resultats"),
        ("confirmed.sms.txt", "RDV {{ visit.reason_name }}", "reason_name"),
        ("confirmed.sms.txt", "RDV {{ moment }} " + "et encore un mot " * 20, "SMS"),
        ("confirmed.html", None, "lacks html"),
        ("confirmed.subject.txt", " ", "subject"),
        ("unheard_of.sms.txt", "Bonjour", "no example"),
    ],
)
def test_the_linter_refuses(monkeypatch, settings, tmp_path, template, source, fault):
    root = settings.BASE_DIR / "templates" / "messages"
    changed = tmp_path / "templates" / "messages"
    for path in root.rglob("*.*"):
        target = changed / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    target = changed / "booking" / template
    target.unlink(missing_ok=True)
    if source is not None:
        target.write_text(source, encoding="utf-8")
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates", *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [engine, *settings.TEMPLATES[1:]]
    for module in ("portal.message_gallery", "portal.message_lint"):
        monkeypatch.setattr(f"{module}.TEMPLATES", changed)
    monkeypatch.setattr("portal.message_gallery.template_kinds", lambda root=changed: template_kinds(root))
    monkeypatch.setattr("portal.message_lint.template_kinds", lambda root=changed: template_kinds(root))
    monkeypatch.setattr("portal.message_lint.NAMES", {"usual": Names()})
    monkeypatch.setattr("portal.message_lint._of_templates.__defaults__", (changed,))

    assert any(fault in line for line in message_lint.faults())


def test_a_reason_or_a_note_in_the_body_is_found_too(monkeypatch):
    one = next(case for case in written_all(languages=["fr"]) if case.kind == "booking.confirmed")
    said = Envelope(to="a@prendsoin.example", subject="s", text=SECRETS[0], html='<p lang="fr">x</p>')
    changed = type(one)(one.kind, 0, "", "fr", said, None, "")

    assert list(faults_of(changed)) == [f"says « {SECRETS[0]} »"]


@pytest.mark.parametrize("name", ["arabic", "hebrew"])
def test_a_name_from_right_to_left_is_shut_in_wherever_it_is_said(name):
    who = NAMES[name]
    for one in written_all(who):
        texts = [one.email.subject, one.email.text, one.email.html] if one.email else []
        for text in [*texts, one.sms.text if one.sms else "", one.bell]:
            for word in (who.patient, who.practice):
                for match in re.finditer(re.escape(word), text):
                    before = text[: match.start()]
                    in_bdi = before.rfind("<bdi>") > before.rfind("</bdi>")
                    assert in_bdi or before.count("\u2068") > before.count("\u2069"), (one.kind, text)


@pytest.mark.parametrize("name", ["longest", "arabic", "emoji"])
def test_no_link_of_an_sms_is_cut(name):
    links = [
        str(sample.words[key])
        for cases in samples(NAMES[name]).values()
        for sample in cases
        for key in ("link", "stop")
        if sample.words.get(key)
    ]
    for one in written_all(NAMES[name]):
        if one.sms and "http" in one.sms.text:
            for found in re.findall(r"https?://\S+", one.sms.text):
                assert found.rstrip(".") in links, (one.kind, one.sms.text)
        if one.sms:
            assert "🌹" not in one.sms.text
            # A letter that the SMS alphabet lacks would be one, in the middle of a word.
            assert not re.search(r"\w\?\w|\?\?", re.sub(r"https?://\S+", "", one.sms.text))


def test_three_visits_of_a_day_are_one_sms():
    grouped = [one for one in written_all() if one.kind == "booking.reminder" and one.label.startswith("trois")]

    assert [one.sms.parts for one in grouped if one.sms] == [1, 1]


def test_a_name_cannot_bring_directions_headers_or_tags_of_its_own():
    assert isolated("\u202eClaire\u2066") == "Claire"
    assert isolated("Alice") == "Alice"
    assert isolated("نور") == "\u2068نور\u2069"
    assert all_isolated({"a": ["نور", {"b": ("x",)}], "n": 3}) == {"a": ["\u2068نور\u2069", {"b": ("x",)}], "n": 3}
    for one in written_all(NAMES["breaks"]):
        if one.email:
            assert "\n" not in one.email.subject
            assert "Bcc:" not in one.email.subject or " Bcc:" in one.email.subject


@pytest.mark.parametrize("kind", sorted(samples()))
def test_the_gallery_shows_each_kind_in_the_demo(client, settings, kind):
    settings.DEMO = True
    page = client.get(reverse("portal:messages"), {"genre": kind})

    assert page.status_code == 200
    assert page.content.decode().count('class="card message-case"') == 2 * len(samples()[kind])


def test_a_letter_is_shown_as_a_mail_program_shows_it(client, settings):
    settings.DEMO = True
    page = client.get(reverse("portal:letter", args=["booking.confirmed", 0, "en"]))

    assert page["Content-Security-Policy"].startswith("sandbox")
    assert '<html lang="en">' in page.content.decode()
    for wrong in (
        ("booking.confirmed", 99, "fr"),
        ("booking.confirmed", 0, "de"),
        ("x.y", 0, "fr"),
        ("accounts.code", 0, "fr"),
    ):
        assert client.get(reverse("portal:letter", args=wrong)).status_code == 404


def test_elsewhere_than_in_the_demo_the_page_does_not_exist(client, settings):
    settings.DEMO = False

    assert client.get(reverse("portal:messages")).status_code == 404
