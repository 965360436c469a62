"""`/demo/`: enter as anybody, read every message, and none of it outside demo mode."""

import pytest
from django.urls import reverse

from core.access import ANONYMOUS, Space
from core.exceptions import NotForYou
from core.models import AuditEvent
from notifications.channels.email import EmailChannel
from notifications.channels.sms import ConsoleSmsChannel
from notifications.envelope import Attachment, Envelope
from notifications.models import MailboxEntry
from portal.demo_people import DEMO_PEOPLE
from portal.services.demo import enter_demo
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ICS = Attachment("rendez-vous.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


@pytest.fixture
def in_demo(settings):
    settings.DEMO, settings.EMAIL_BACKEND = True, "notifications.backends.MailboxBackend"


@pytest.fixture
def alice():
    return UserFactory(email="alice@prendsoin.example")


def write(to="alice@prendsoin.example", subject="Rendez-vous confirmé", attachments=(ICS,)):
    EmailChannel().send(
        "ref",
        Envelope(
            to=to,
            subject=subject,
            text="Voir http://testserver/mes-rendez-vous/ <script>",
            html="<p>Bonjour</p>",
            attachments=attachments,
        ),
    )
    return MailboxEntry.objects.order_by("-pk").first()


def every_address(entry):
    part = entry.attachments.first()
    return [
        ("get", reverse("demo:mailbox")),
        ("post", reverse("demo:enter")),
        ("get", reverse("demo:letter", args=[entry.uid])),
        ("get", reverse("demo:attachment", args=[entry.uid, part.pk])),
    ]


def test_nothing_of_it_exists_outside_demo_mode(in_demo, alice, client, settings):
    addresses = every_address(write())
    settings.DEMO = False

    for method, address in addresses:
        answer = getattr(client, method)(address, {"email": alice.email})
        assert answer.status_code == 404, address
    assert "_auth_user_id" not in client.session


def test_page_shows_messages_newest_first_with_links_that_work(in_demo, client):
    write(subject="Premier")
    ConsoleSmsChannel().send("ref", Envelope(to="+33639980001", subject="", text="Votre code : 424242"))

    page = client.get(reverse("demo:mailbox")).content.decode()

    assert page.index("Votre code : 424242") < page.index("Premier")
    assert '<a href="http://testserver/mes-rendez-vous/"' in page
    assert "<script>" not in page.partition("Premier")[2].partition("</article>")[0]
    assert "aucun e-mail ni SMS ne quitte cette machine" in page


def test_page_of_one_recipient_shows_hers_alone(in_demo, client):
    write(subject="Pour Alice")
    write(to="bob@prendsoin.example", subject="Pour Bob")

    page = client.get(reverse("demo:mailbox"), {"a": "bob@prendsoin.example"}).content.decode()

    assert "Pour Bob" in page
    assert "Pour Alice" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_as_many_queries_for_one_message_as_for_three(in_demo, client, django_assert_num_queries, count):
    for _ in range(count):
        write()
    client.get(reverse("demo:mailbox"))

    # The people, the messages, their attachments.
    with django_assert_num_queries(3):
        client.get(reverse("demo:mailbox"))


def test_empty_page_says_what_to_do(in_demo, client):
    page = client.get(reverse("demo:mailbox")).content.decode()

    assert "Aucun message pour l’instant" in page
    assert "ne sont pas encore créées" in page


def test_letter_is_shown_as_it_is_and_can_do_nothing(in_demo, client):
    response = client.get(reverse("demo:letter", args=[write().uid]))

    assert "<p>Bonjour</p>" in response.content.decode()
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert "script-src" not in response["Content-Security-Policy"]


def test_calendar_file_can_be_downloaded(in_demo, client):
    entry = write()

    response = client.get(reverse("demo:attachment", args=[entry.uid, entry.attachments.get().pk]))

    assert response["Content-Type"] == "text/calendar; method=REQUEST"
    assert response["Content-Disposition"] == 'attachment; filename="rendez-vous.ics"'
    assert response.content.split() == ICS.content.split()


def test_attachment_of_another_type_is_only_bytes(in_demo, client):
    entry = write(attachments=(Attachment("x.html", "text/html", b"<script>1</script>"),))

    response = client.get(reverse("demo:attachment", args=[entry.uid, entry.attachments.get().pk]))

    assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ["demo:letter", "demo:attachment"])
def test_unknown_message_is_a_404(in_demo, client, name):
    uid = "00000000-0000-4000-8000-000000000000"

    assert client.get(reverse(name, args=[uid] if name.endswith("letter") else [uid, 1])).status_code == 404


def test_entering_signs_in_with_second_factor(in_demo, alice, client):
    response = client.post(reverse("demo:enter"), {"email": alice.email})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)
    actor = client.get(reverse("demo:mailbox")).wsgi_request.actor
    assert (actor.user_id, actor.space, actor.strong) == (alice.pk, Space.PATIENT, True)
    assert AuditEvent.objects.filter(action="portal.enter_demo", target_id=alice.pk).count() == 1


def test_entering_as_staff_begins_on_the_platform(in_demo, client):
    admin = UserFactory(email="admin@prendsoin.example", is_platform_staff=True)

    client.post(reverse("demo:enter"), {"email": admin.email})

    assert client.session["space"] == "platform"


def test_entering_as_another_leaves_nothing_of_the_first(in_demo, alice, client):
    admin = UserFactory(email="admin@prendsoin.example", is_platform_staff=True)
    client.post(reverse("demo:enter"), {"email": admin.email})
    client.post(reverse("demo:enter"), {"email": alice.email})

    actor = client.get(reverse("demo:mailbox")).wsgi_request.actor

    assert (actor.user_id, actor.space) == (alice.pk, Space.PATIENT)


@pytest.mark.parametrize("email", ["personne@prendsoin.example", "bob@prendsoin.example", "", "\x00"])
def test_entering_as_anybody_else_is_a_404(in_demo, client, email):
    UserFactory(email="personne@prendsoin.example")

    assert client.post(reverse("demo:enter"), {"email": email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_service_refuses_outside_the_demo_whoever_calls_it(alice, settings, rf):
    settings.DEMO = False

    with pytest.raises(NotForYou):
        enter_demo(actor=ANONYMOUS, request=rf.post("/"), email=alice.email)


def test_page_offers_the_people_that_exist(in_demo, alice, client):
    page = client.get(reverse("demo:mailbox")).content.decode()

    assert [person.email for person in DEMO_PEOPLE if person.email in page] == [alice.email]


def test_people_of_the_demo_are_those_of_the_readme():
    logins = ["alice", "bob", "charlie", "dr.martin", "dr.diallo", "sophie", "boris", "admin", "nadia"]

    assert [person.email for person in DEMO_PEOPLE] == [f"{login}@prendsoin.example" for login in logins]
