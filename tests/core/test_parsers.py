"""JSON read strictly."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from core.rest.parsers import MAX_DEPTH, StrictJSONParser


def parse(body):
    return StrictJSONParser().parse(io.BytesIO(body), "application/json", {})


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"])),
        st.none()
        | st.booleans()
        | st.integers(-(2**63) + 1, 2**63 - 1)
        | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    )
)
def test_ordinary_objects_are_read(value):
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"text"',
        b"3",
        b"null",
        b"{",
        b'{"a":1}{"b":2}',
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1e400}',
        b'{"a":9223372036854775808}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\u0000"}',
        b'{"a\\u0000":1}',
        b'{"a":"\\ud800"}',
        b'{"a":["\\udfff"]}',
        b'{"a":"\xff"}',
        b'{"a":' + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1) + b"}",
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        '{"a":1}'.encode("utf-16"),
    ],
)
def test_doubtful_bodies_are_refused(body):
    with pytest.raises(ParseError):
        parse(body)


def test_emoji_and_joined_letters_are_ordinary():
    assert parse('{"name":"👩‍⚕️ Nguyễn"}'.encode()) == {"name": "👩‍⚕️ Nguyễn"}
