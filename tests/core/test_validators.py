"""Texts made safe to keep, and no name refused for being foreign."""

import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from core.api.fields import CleanCharField as ApiCharField
from core.api.fields import CleanTextField as ApiTextField
from core.forms import CleanCharField, CleanTextField, OnceForm
from core.validators import refuse_controls, tidy

NAMES = [
    "O’Brien",
    "O'Brien",
    "Null",
    "Nguyễn",
    "Y",
    "ÉLOÏSE",
    "محمد",
    "משה",
    "李",
    "Æ",
    "Jean-Noël d’Œuvre",
    "x" * 200,
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_kept_whole(name):
    assert tidy(name) == unicodedata.normalize("NFC", name)
    refuse_controls(name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Marie \t  Curie ", "Marie Curie"),
        ("e\u0301ric", "éric"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2066b\u2069c\ufeffd\u200be", "abcde"),
        ("a\u00a0b", "a b"),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_hides_or_reorders_is_taken_out(typed, kept):
    assert tidy(typed) == kept


def test_lines_are_kept_on_demand():
    assert tidy("a  b \r\n\r\n c\r", lines=True) == "a  b\n\n c"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_tidying_twice_changes_nothing(text):
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31m", "\x7f", "\ud800", "\x85"])
def test_control_characters_are_refused(text):
    with pytest.raises(ValidationError):
        refuse_controls(text)


def test_form_fields_clean_their_text():
    assert CleanCharField().clean(" e\u0301 \u202e x ") == "é x"
    assert CleanTextField().clean("a \r\nb") == "a\nb"
    with pytest.raises(ValidationError):
        CleanCharField().clean("a\0b")
    with pytest.raises(ValidationError):
        CleanCharField().clean(" \u200b ")


def test_serializer_fields_clean_their_text():
    assert ApiCharField().run_validation(" e\u0301 \u202e x ") == "é x"
    assert ApiTextField(allow_blank=True).run_validation("a \r\nb") == "a\nb"
    for text in ("a\x1bb", " \u200b ", {}, ["a"], "x" * 11):
        with pytest.raises(serializers.ValidationError):
            ApiCharField(max_length=10).run_validation(text)


class NameForm(OnceForm):
    name = forms.CharField()


def test_a_form_draws_a_new_token_each_time_it_is_shown():
    assert (
        NameForm().get_initial_for_field(NameForm().fields["form_token"], "form_token")
        != NameForm()["form_token"].value()
    )
    assert 'type="hidden" name="form_token"' in str(NameForm()["form_token"])


def test_a_form_with_errors_keeps_its_token():
    form = NameForm({"form_token": "token-1"})

    assert not form.is_valid()
    assert form["form_token"].value() == "token-1"


def test_a_form_without_token_is_not_valid():
    assert "form_token" in NameForm({"name": "x"}).errors
