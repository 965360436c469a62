"""Reads JSON strictly: what two readers could understand differently is refused, and so is what no column can keep."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1


class StrictJSONParser(JSONParser):
    """An object, in UTF-8, no name twice, no NaN, no NUL, no half character, no number beyond 64 bits, 32 levels deep."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            parsed = json.loads(
                stream.read().decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse_constant
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Le corps de la demande n’est pas du JSON admis.")) from error
        if not isinstance(parsed, dict):
            raise ParseError(_("Le corps de la demande doit être un objet JSON."))
        _check(parsed)
        return parsed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check(parsed: Any) -> None:
    """Walks without recursion, so that depth costs nothing."""
    waiting: list[tuple[Any, int]] = [(parsed, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ParseError(_("Le corps de la demande est trop imbriqué."))
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        elif not _is_plain(value):
            raise ParseError(_("Le corps de la demande contient une valeur qui n’est pas admise."))


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, int):
        return abs(value) <= MAX_INTEGER
    return not isinstance(value, float) or math.isfinite(value)
