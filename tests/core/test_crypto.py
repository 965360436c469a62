"""Texts sealed in the database: what opens them, what does not, and how keys change."""

import base64
from io import StringIO

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, models
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from core import checks
from core.crypto import EncryptedTextField, UnsealError, needs_resealing, seal, unseal
from core.keyring import keyring, parse
from core.management.commands.rotate_health_keys import reseal_column

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text(max_size=30))
def test_what_is_sealed_opens_again(text, context):
    assert unseal(seal(text, context), context) == text


def test_the_same_text_never_looks_the_same():
    assert seal("motif", "a.b") != seal("motif", "a.b")


def test_the_text_is_not_in_what_is_kept():
    assert b"dermatologue" not in seal("dermatologue", "a.b")


@pytest.mark.parametrize("position", range(60))
def test_any_altered_byte_is_noticed(position):
    sealed = bytearray(seal("un texte assez long pour soixante", "a.b"))
    sealed[position] ^= 1

    with pytest.raises(UnsealError):
        unseal(bytes(sealed), "a.b")


def test_a_text_moved_to_another_column_does_not_open():
    with pytest.raises(UnsealError, match=r"c\.d: altered, moved"):
        unseal(seal("motif", "a.b"), "c.d")


@pytest.mark.parametrize("length", [0, 1, 5, 20, 30])
def test_a_text_cut_short_does_not_open(length):
    with pytest.raises(UnsealError):
        unseal(seal("motif", "a.b")[:length], "a.b")


def test_an_old_key_opens_until_it_leaves_the_ring():
    with override_settings(HEALTH_DATA_KEYS=[OLD]):
        sealed = seal("motif", "a.b")

    with override_settings(HEALTH_DATA_KEYS=[NEW, OLD]):
        assert unseal(sealed, "a.b") == "motif"
        assert needs_resealing(sealed)
        assert not needs_resealing(seal("motif", "a.b"))
    with override_settings(HEALTH_DATA_KEYS=[NEW]), pytest.raises(UnsealError, match="key old, which is not in"):
        unseal(sealed, "a.b")


def test_another_key_under_the_same_name_does_not_open():
    with override_settings(HEALTH_DATA_KEYS=[OLD]):
        sealed = seal("motif", "a.b")

    impostor = "old:" + base64.b64encode(b"x" * 32).decode()
    with override_settings(HEALTH_DATA_KEYS=[impostor]), pytest.raises(UnsealError, match="another key as old"):
        unseal(sealed, "a.b")


def test_the_first_key_seals():
    assert parse([NEW, OLD]).current == "new"
    assert list(parse([NEW, OLD]).keys) == ["new", "old"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "it holds none"),
        (["nokey"], "the key nokey has 0 bytes"),
        (["a b:eA=="], "the id of word 1"),
        (["a:!!"], "the key a is not base64"),
        (["a:eA=="], "the key a has 1 bytes instead of 32"),
        ([NEW, NEW], "the id of word 2 is malformed or appears twice"),
    ],
)
def test_a_malformed_key_is_named_and_not_shown(words, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence) as refused:
        parse(words)
    assert "eA==" not in str(refused.value)


@override_settings(HEALTH_DATA_KEYS=["broken"])
def test_the_system_check_tells_of_a_bad_key():
    assert [error.id for error in checks.health_keys_are_usable(None)] == ["core.E001"]


def test_the_ring_follows_the_settings():
    with override_settings(HEALTH_DATA_KEYS=[NEW]):
        assert keyring().current == "new"


class Note(models.Model):
    text = EncryptedTextField(blank=True, default="")
    other = EncryptedTextField(null=True)

    class Meta:
        app_label = "core"
        managed = False
        db_table = "tests_note"

    def __str__(self):
        return str(self.pk)


@pytest.fixture
def notes(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE tests_note (id bigserial PRIMARY KEY, text bytea NOT NULL, other bytea)")
    return Note.objects


def stored(column="text"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM tests_note ORDER BY id")
        return [None if value is None else bytes(value) for (value,) in cursor.fetchall()]


def test_the_field_keeps_what_was_written(notes):
    notes.create(text="mal de dos\nà gauche", other="x")

    assert notes.values_list("text", "other").get() == ("mal de dos\nà gauche", "x")
    assert b"dos" not in stored()[0]


def test_the_field_keeps_empty_and_null_apart(notes):
    notes.create()

    assert (stored(), stored("other")) == ([b""], [None])
    assert notes.get().text == ""
    assert notes.filter(other__isnull=True).count() == 1


@pytest.mark.parametrize("lookup", ["text", "text__exact", "text__contains", "text__in", "text__gt"])
def test_the_field_cannot_be_searched(notes, lookup):
    with pytest.raises(FieldError, match="sealed"):
        notes.filter(**{lookup: "mal"}).exists()


def test_a_text_copied_to_another_column_does_not_open(notes):
    notes.create(text="motif")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tests_note SET other = text")

    with pytest.raises(UnsealError):
        notes.get()


def test_the_field_is_not_serialised():
    with pytest.raises(FieldError):
        Note._meta.get_field("text").value_to_string(Note(text="motif"))


def test_rotation_seals_again_what_the_old_key_sealed(notes):
    with override_settings(HEALTH_DATA_KEYS=[OLD]):
        for text in ("un", "deux", ""):
            notes.create(text=text)

    with override_settings(HEALTH_DATA_KEYS=[NEW, OLD]):
        notes.create(text="trois")
        assert reseal_column(Note, Note._meta.get_field("text")) == 2
        assert reseal_column(Note, Note._meta.get_field("text")) == 0
    with override_settings(HEALTH_DATA_KEYS=[NEW]):
        assert list(notes.order_by("pk").values_list("text", flat=True)) == ["un", "deux", "", "trois"]


def test_the_command_looks_at_every_sealed_column(notes, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "core.management.commands.rotate_health_keys.reseal_column",
        lambda model, field: seen.append(f"{model._meta.label}.{field.name}") or 1,
    )
    out = StringIO()

    call_command("rotate_health_keys", stdout=out)

    assert "booking.Appointment.note" in seen
    assert out.getvalue().startswith(f"{len(seen)} texts sealed again")
