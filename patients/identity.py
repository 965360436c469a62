"""What makes a civil identity acceptable: the same checks for pages, programs and services. Pure; no table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.enums import Sex
from patients.naming import MAX_LENGTH, clean_name, has_a_letter

EARLIEST_BIRTH = date(1900, 1, 1)
FIELDS = ("first_name", "birth_name", "used_name", "birth_date", "sex")
REQUIRED = ("first_name", "birth_name", "birth_date")

Problem = tuple[str, str | Promise]


def latest_birth() -> date:
    """Today where the day begins first in France, so that a child born this night at Wallis can be entered."""
    return (clock.now() + timedelta(hours=12)).date()


def name_problem(name: str, *, required: bool) -> Problem | None:
    """Why a cleaned name cannot be kept: (code, sentence). A name is never refused for being foreign."""
    if not name:
        return ("required", _("Ce nom est nécessaire.")) if required else None
    if len(name) > MAX_LENGTH:
        return "too_long", _("Ce nom dépasse 80 caractères.")
    if not has_a_letter(name):
        return "no_letter", _("Écrivez ce nom avec au moins une lettre.")
    return None


def birth_date_problem(birth_date: date) -> Problem | None:
    if birth_date > latest_birth():
        return "birth_date_in_future", _("Cette date est dans l’avenir.")
    if birth_date < EARLIEST_BIRTH:
        return "birth_date_too_early", _("Indiquez une date de naissance à partir de 1900.")
    return None


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with their names cleaned, fields without a name or of another kind left as they are."""
    names = {"first_name", "birth_name", "used_name"}
    return {key: clean_name(value) if key in names else value for key, value in values.items()}


def problems_of(values: Mapping[str, Any]) -> dict[str, Problem]:
    """What is wrong with cleaned values, by field; only the given fields are looked at."""
    found: dict[str, Problem | None] = {}
    for field in ("first_name", "birth_name", "used_name"):
        if field in values:
            found[field] = name_problem(values[field], required=field in REQUIRED)
    if "birth_date" in values:
        found["birth_date"] = birth_date_problem(values["birth_date"])
    if "sex" in values and values["sex"] not in Sex.values:
        found["sex"] = "invalid_choice", _("Choisissez l’une des réponses proposées.")
    return {field: problem for field, problem in found.items() if problem is not None}
