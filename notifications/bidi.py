"""Names written from right to left, kept from turning the words and figures around them (Unicode's isolates, UAX 9)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

_FIRST_RTL = 0x0590
_ISOLATE, _END = "\u2068", "\u2069"
# Marks, embeddings, overrides and isolates that somebody may have put in a name.
_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def isolated(text: str) -> str:
    """The text without direction controls of its own, and shut in between two isolates when it holds a right-to-left letter.

    The same works in a subject, a text, an SMS and HTML.
    """
    if text.isascii():
        return text
    plain = _CONTROLS.sub("", text)
    if any(ord(sign) >= _FIRST_RTL and unicodedata.bidirectional(sign) in {"R", "AL", "AN"} for sign in plain):
        return f"{_ISOLATE}{plain}{_END}"
    return plain if plain != text else text


def all_isolated(value: Any) -> Any:
    """The same for each text of a context, however deep in lists, mappings and dataclasses; other objects are left."""
    if isinstance(value, str):
        return isolated(value)
    if isinstance(value, Mapping):
        return {name: all_isolated(one) for name, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(all_isolated(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: all_isolated(getattr(value, one.name)) for one in fields(value)})
    return value
