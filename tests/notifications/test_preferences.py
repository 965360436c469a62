"""What a person wants of reminders: by the preferences page, and by the link of a reminder."""

import pytest
from django.test import Client

from core.models import AuditEvent
from notifications.models import ReminderPreference
from notifications.models.preference import address_digest
from notifications.selectors import are_reminders_wanted, preference_at, preference_of
from notifications.stop_links import read_stop, stop_path

pytestmark = pytest.mark.django_db


def wanted(preference):
    return [channel for channel in ("email", "sms") if are_reminders_wanted(preference, channel)]


def test_who_never_said_is_reminded_by_both(alice):
    assert wanted(preference_of(alice.pk)) == ["email", "sms"]
    assert wanted(preference_at("appel@prendsoin.example")) == ["email", "sms"]
    assert not ReminderPreference.objects.exists()


def test_the_page_keeps_channels_and_zone(client, alice):
    client.force_login(alice)
    values = {
        "display_name": "",
        "language": "fr",
        "theme": "auto",
        "reminders": ["email"],
        "timezone": "Indian/Reunion",
    }

    assert client.post("/compte/preferences/", values).status_code == 302

    assert wanted(preference_of(alice.pk)) == ["email"]
    assert preference_of(alice.pk).timezone == "Indian/Reunion"
    page = client.get("/compte/preferences/").content.decode()
    assert 'value="email" checked' in " ".join(page.split()).replace('id="id_reminders_0" ', "")


@pytest.mark.parametrize("wrong", [{"reminders": ["pigeon"]}, {"timezone": "Mars/Phobos"}])
def test_the_page_refuses_what_does_not_exist(client, alice, wrong):
    client.force_login(alice)
    values = {"language": "fr", "theme": "auto", "reminders": ["email"], **wrong}

    assert client.post("/compte/preferences/", values).status_code == 200

    assert not ReminderPreference.objects.exists()


def test_opening_the_link_changes_nothing_and_pressing_stops_that_channel_alone(alice):
    path, visitor = stop_path("sms", user_id=alice.pk), Client(enforce_csrf_checks=False)

    for asked in (visitor.get, visitor.head):
        assert asked(path).status_code == 200
    assert not ReminderPreference.objects.exists()
    for _again in range(2):
        assert visitor.post(path).status_code == 200

    assert wanted(preference_of(alice.pk)) == ["email"]
    assert AuditEvent.objects.filter(action="notifications.stop_reminders").count() == 2


def test_the_link_of_an_address_names_no_address(client):
    path = stop_path("email", address="Appel@prendsoin.example")

    client.post(path)

    assert "prendsoin" not in path
    assert wanted(preference_at("appel@prendsoin.example ")) == ["sms"]
    assert ReminderPreference.objects.get().address_digest == address_digest("appel@prendsoin.example")


def test_a_link_changed_by_hand_is_not_ours(client, alice, bob):
    token = stop_path("sms", user_id=alice.pk).rstrip("/").rpartition("/")[2]
    forged = token.replace(f"u{alice.pk}", f"u{bob.pk}")

    assert read_stop(forged) is None
    assert client.post(f"/notifications/rappels/{forged}/").status_code == 404
    assert not ReminderPreference.objects.exists()


def test_a_link_of_an_account_that_is_gone_is_not_found(client, alice):
    path = stop_path("sms", user_id=alice.pk)
    alice.delete()

    assert client.post(path).status_code == 404
