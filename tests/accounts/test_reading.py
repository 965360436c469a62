"""What people type: addresses, numbers, passwords."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.devices import name_of_device
from accounts.models import User, normalise_email
from accounts.phones import PhoneRefused, read_mobile


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Alice@Prendsoin.Example ", "alice@prendsoin.example"),
        ("alice@ｐrendsoin.example", "alice@prendsoin.example"),
        ("ALICE@PRENDSOIN.EXAMPLE", "alice@prendsoin.example"),
    ],
)
def test_an_address_has_one_form(typed, kept):
    assert normalise_email(typed) == kept
    assert normalise_email(kept) == kept


def test_two_accounts_never_share_an_address(db):
    User.objects.create_user("alice@prendsoin.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ALICE@prendsoin.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.update(email="Alice@prendsoin.example")


def test_a_user_is_never_shown_by_address():
    assert "alice" not in str(User(email="alice@prendsoin.example"))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("0612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("0690 00 12 34", "+590690001234"),
        ("+32 470 12 34 56", "+32470123456"),
    ],
)
def test_a_mobile_is_read(typed, number):
    assert read_mobile(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("01 48 97 20 14", "not_mobile"),
        ("06 12 34 56 7", "invalid_phone"),
        ("06 12 34 56 78 9", "invalid_phone"),
        ("alice", "invalid_phone"),
        ("", "invalid_phone"),
        ("+33 6 39 98 00 01", "invalid_phone"),
        ("\x00", "invalid_phone"),
    ],
)
def test_what_cannot_receive_a_code_is_refused(typed, code):
    with pytest.raises(PhoneRefused) as refusal:
        read_mobile(typed)
    assert refusal.value.code == code


def test_numbers_of_fiction_are_for_the_demo(settings):
    settings.DEMO = True

    assert read_mobile("06 39 98 00 01") == "+33639980001"


@pytest.mark.parametrize(
    "password",
    [
        "quatre mots bien choisis",
        "x7!Kp2#vQ9zL",
        "ééééé ààààà ùùùùù",
        "🐈 chat perché sur un mur",
        "a b" * 40,
        "m" * 72 + "n",
        "demo-Prendsoin-2026",
    ],
)
def test_a_long_password_is_taken_whatever_it_is_made_of(password):
    validate_password(password, User(email="alice@prendsoin.example"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("court mot!", "password_too_short"),
        ("1qaz2wsx3edc", "password_too_common"),
        ("Prendsoin2026", "password_too_close_to_context"),
        ("Rendez-vous 1", "password_too_close_to_context"),
        ("alice@prendsoin.example", "password_too_similar"),
        ("é" * 1025, "password_too_long"),
    ],
)
def test_a_weak_password_is_refused(password, code):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, User(email="alice@prendsoin.example"))
    assert code in {error.code for error in refusal.value.error_list}


@pytest.mark.parametrize("password", ["a" * 73 + "b", "ü" * 80 + "b"])
def test_a_password_is_never_cut_short(settings, password):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    user = User()
    user.set_password(password)

    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(password)
    assert not user.check_password(password[:-1] + "c")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1",
            "Safari sur iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge sur Windows"),
        ("curl/8.0", "curl/8.0"),
        ("", "Navigateur inconnu"),
    ],
)
def test_a_device_is_named(user_agent, name):
    assert name_of_device(user_agent) == name
