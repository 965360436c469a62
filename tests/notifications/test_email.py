"""E-mails as a mail program receives them, through a real SMTP conversation, and as the demo keeps them."""

import pytest
from icalendar import Calendar

from notifications import rendering
from notifications.channels.email import EmailChannel, message_id
from notifications.envelope import Attachment, Envelope
from notifications.models import MailboxEntry
from tests.notifications.test_channels import REF, smtp  # noqa: F401

pytestmark = pytest.mark.django_db

ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Prendsoin//FR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
INVITATION = Envelope(
    to="alice@prendsoin.example",
    subject="Rendez-vous confirmé : mardi 1er\u00a0décembre à 10\u00a0h\u00a020",
    text="Bonjour Alice,\n\nÀ bientôt.\n.\nFin",
    html="<p>À <a href='https://x.example/'>bientôt</a>.</p>",
    attachments=(
        Attachment("rendez-vous.ics", "text/calendar; charset=utf-8; method=REQUEST", ICS.encode()),
        Attachment("été.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff"),
    ),
)


@pytest.fixture
def received(smtp):  # noqa: F811
    EmailChannel().send(REF, INVITATION)
    return smtp.letters[0]


def test_letter_has_its_words_in_text_and_html(received):
    assert received["Subject"].strip() == INVITATION.subject
    assert received.get_body(("plain",)).get_content() == INVITATION.text.replace("\n", "\r\n")
    assert "bientôt" in received.get_body(("html",)).get_content()


def test_calendar_is_a_calendar_part_with_its_method(received):
    part = next(part for part in received.walk() if part.get_content_type() == "text/calendar")

    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    assert part.get_filename() == "rendez-vous.ics"
    assert Calendar.from_ical(part.get_payload(decode=True))["METHOD"] == "REQUEST"


def test_binary_attachment_arrives_whole(received):
    part = next(part for part in received.walk() if part.get_content_type() == "application/pdf")

    assert part.get_filename() == "été.pdf"
    assert part.get_payload(decode=True) == b"%PDF-1.7\n\x00\xff"


def test_message_id_comes_from_the_key_and_tells_nothing(received):
    assert received["Message-ID"] == message_id(REF)
    assert message_id(REF) != message_id(REF + "0")
    assert "appointment" not in message_id(REF)
    assert message_id(REF).endswith("@prendsoin.example>")


def test_letter_says_that_a_machine_wrote_it(received):
    assert received["Auto-Submitted"] == "auto-generated"


def test_subject_cannot_carry_a_header(smtp):  # noqa: F811
    EmailChannel().send(REF, Envelope(to="a@prendsoin.example", subject="Bonjour\r\nBcc: x@y.example", text="-"))

    assert smtp.letters[0]["Subject"].strip() == "Bonjour Bcc: x@y.example"
    assert smtp.letters[0]["Bcc"] is None


def test_demo_keeps_the_letter_as_it_would_arrive(settings):
    settings.DEMO, settings.EMAIL_BACKEND = True, "notifications.backends.MailboxBackend"

    EmailChannel().send(REF, INVITATION)

    entry = MailboxEntry.objects.get()
    assert (entry.to, entry.subject) == (INVITATION.to, INVITATION.subject)
    assert entry.text.strip() == INVITATION.text
    assert entry.html.strip() == INVITATION.html
    parts = {part.name: (part.mimetype, bytes(part.content)) for part in entry.attachments.all()}
    assert parts["rendez-vous.ics"][0] == "text/calendar; method=REQUEST"
    assert parts["rendez-vous.ics"][1].replace(b"\r\n", b"\n") == ICS.encode().replace(b"\r\n", b"\n")
    assert parts["été.pdf"] == ("application/pdf", b"%PDF-1.7\n\x00\xff")


def test_nothing_is_kept_outside_the_demo(settings):
    settings.DEMO, settings.EMAIL_BACKEND = False, "notifications.backends.MailboxBackend"

    EmailChannel().send(REF, INVITATION)

    assert not MailboxEntry.objects.exists()


def test_addresses_in_messages_are_whole(settings):
    settings.SITE_URL = "https://prendsoin.example/"

    assert rendering.absolute("/mes-rendez-vous/") == "https://prendsoin.example/mes-rendez-vous/"
