"""The contract of `notifications.channels.base`, run on every channel, real and double."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core import mail

from notifications.channels import Accepted, Channel, Failure, Promise, Refused, Unreachable, channel
from notifications.channels.bell import BellChannel
from notifications.channels.email import EmailChannel
from notifications.channels.http_sms import HttpSmsChannel
from notifications.channels.sms import ConsoleSmsChannel
from notifications.doubles.sms_provider import Mode, SmsProviderDouble, serving
from notifications.envelope import Envelope
from notifications.models import MailboxEntry, Message
from tests.notifications.smtp_double import smtp_double
from tests.notifications.test_notify import NUMBER, news
from tests.notifications.test_sending import AskableFake, Fake

pytestmark = pytest.mark.django_db

REF = "appointment:12|0|test.news|x|user:1"
WORDS = "Votre rendez-vous approche"


@dataclass
class Case:
    """A channel ready for use; `shown` are the recipients who would see something, once per thing they would see."""

    channel: Channel
    to: str
    wrong_to: str
    shown: Callable[[], list[str]]
    ref: str = REF


@pytest.fixture
def smtp(settings):
    with smtp_double() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


def email_in_memory(request):
    return Case(EmailChannel(), "a@prendsoin.example", "", lambda: [to for sent in mail.outbox for to in sent.to])


def email_by_smtp(request):
    server = request.getfixturevalue("smtp")
    return Case(EmailChannel(), "a@prendsoin.example", "", lambda: [str(sent["To"]) for sent in server.letters])


def email_in_the_demo(request):
    settings = request.getfixturevalue("settings")
    settings.EMAIL_BACKEND, settings.DEMO = "notifications.backends.MailboxBackend", True
    return Case(EmailChannel(), "a@prendsoin.example", "", in_mailbox)


@pytest.fixture
def sms_provider(settings):
    """A provider of SMS on this machine, at the address the settings give to the channel."""
    with serving(SmsProviderDouble()) as double:
        point_at(settings, double)
        yield double


def point_at(settings, double):
    settings.SMS_PROVIDER = {
        "url": f"http://127.0.0.1:{double.port}/v1/sms",
        "user": "double",
        "password": "double",
        "sender": "Prendsoin",
        "promise": double.mode.value,
    }
    settings.MESSAGE_CHANNELS = {
        **settings.MESSAGE_CHANNELS,
        "sms": "notifications.channels.http_sms.HttpSmsChannel",
    }


def sms_by_http(mode):
    def make(request):
        double = request.getfixturevalue("sms_provider")
        double.mode = mode
        point_at(request.getfixturevalue("settings"), double)
        return Case(HttpSmsChannel(), NUMBER, "+33148972014", lambda: [sms.to for sms in double.accepted])

    make.__name__ = f"sms_by_http_{mode.name.lower()}"
    return make


SMS_BY_HTTP = [sms_by_http(mode) for mode in Mode]


def sms_in_the_demo(request):
    request.getfixturevalue("settings").DEMO = True
    return Case(ConsoleSmsChannel(), NUMBER, "06 12 34", in_mailbox)


def bell(request):
    alice = request.getfixturevalue("alice")
    news(alice, channel="bell")
    return Case(
        BellChannel(),
        str(alice.pk),
        str(alice.pk + 1),
        lambda: [str(pk) for pk in Message.objects.exclude(title="").values_list("user_id", flat=True)],
        ref=Message.objects.get().key,
    )


def fake(request):
    Fake.accepted = []
    return Case(Fake(), "a", "", lambda: [to for _, to in Fake.accepted])


def askable_fake(request):
    AskableFake.accepted = []
    return Case(AskableFake(), "a", "", lambda: [to for _, to in AskableFake.accepted])


def in_mailbox():
    return list(MailboxEntry.objects.values_list("to", flat=True))


EVERY = [email_in_memory, email_by_smtp, email_in_the_demo, sms_in_the_demo, bell, fake, askable_fake, *SMS_BY_HTTP]


@pytest.fixture(params=EVERY, ids=lambda make: make.__name__)
def case(request):
    return request.param(request)


def envelope(to):
    return Envelope(to=to, subject="Des nouvelles", text=WORDS, link="/")


def test_sending_reaches_the_recipient_and_gives_a_reference(case):
    reference = case.channel.send(case.ref, envelope(case.to))

    assert case.shown() == [case.to]
    assert isinstance(reference, str)
    assert 0 < len(reference) <= 200


def test_same_ref_twice_does_what_the_channel_promises(case):
    first = case.channel.send(case.ref, envelope(case.to))
    match case.channel.promise:
        case Promise.ANSWERS_FOR_REF:
            assert case.channel.known(case.ref) == first
        case Promise.ONCE_PER_REF:
            assert case.channel.send(case.ref, envelope(case.to)) == first
            assert case.shown() == [case.to]
        case Promise.AT_LEAST_ONCE:
            assert case.channel.known(case.ref) is None
            case.channel.send(case.ref, envelope(case.to))
            assert case.shown() == [case.to, case.to], "it promises less than it keeps"


def test_attempt_gives_what_happened_as_data(case):
    outcome = case.channel.attempt(case.ref, envelope(case.to))

    assert isinstance(outcome, Accepted)
    assert case.shown() == [case.to]


def test_unknown_ref_is_not_known(case):
    assert case.channel.known("appointment:13|0|test.news|x|user:1") is None


def test_sending_tells_the_logs_nothing_of_the_message(case, capsys, caplog):
    case.channel.send(case.ref, envelope(case.to))

    written = caplog.text + "".join(capsys.readouterr())
    assert WORDS not in written
    assert "Des nouvelles" not in written
    assert case.to not in written or len(case.to) < 3


@pytest.mark.parametrize("case", [sms_in_the_demo, bell, *SMS_BY_HTTP], indirect=True, ids=lambda make: make.__name__)
def test_recipient_that_cannot_be_is_refused(case):
    with pytest.raises(Refused):
        case.channel.send(case.ref, envelope(case.wrong_to))
    outcome = case.channel.attempt(case.ref, envelope(case.wrong_to))
    assert isinstance(outcome, Failure)
    assert outcome.permanent
    assert case.shown() == []


@pytest.mark.parametrize(
    ("command", "answer", "error", "code"),
    [
        ("RCPT", "550 no such user", Refused, "smtp_550"),
        ("RCPT", "450 busy", Unreachable, "smtp_450"),
        ("DATA", "554 refused", Refused, "smtp_554"),
        ("DATA", "451 try later", Unreachable, "smtp_451"),
        ("MAIL", "553 bad sender", Unreachable, "SMTPSenderRefused"),
    ],
)
def test_answers_of_a_mail_server_are_told_apart(smtp, command, answer, error, code):
    smtp.answers[command] = answer

    with pytest.raises(error) as caught:
        EmailChannel().send(REF, envelope("a@prendsoin.example"))

    assert caught.value.code == code
    assert smtp.letters == []


def test_mail_server_that_is_not_there_is_unreachable(settings, smtp):
    smtp.shutdown()
    smtp.server_close()

    with pytest.raises(Unreachable):
        EmailChannel().send(REF, envelope("a@prendsoin.example"))


def test_sms_outside_the_demo_keeps_nothing(settings, capsys):
    settings.DEMO = False

    ConsoleSmsChannel().send(REF, envelope(NUMBER))

    assert in_mailbox() == []


def test_every_configured_channel_is_under_contract(settings):
    tested = {EmailChannel, ConsoleSmsChannel, HttpSmsChannel, BellChannel}

    assert {type(channel(name)) for name in settings.MESSAGE_CHANNELS} <= tested
    with pytest.raises(LookupError):
        channel("pigeon")
