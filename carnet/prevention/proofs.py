"""What shows by itself that an act took place: a visit of a usual reason, a document of a kind. Pure values.

Only what names one act is here. « Vaccination » does not say which vaccine, nor an attestation of screening which one:
the person notes those.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from carnet.prevention.ages import Age, after

CHILD_EXAM = "child-exam"


class Shown(NamedTuple):
    """A visit of this usual reason shows the act `code`; `specialties` narrow it to who may do it, empty for anybody."""

    reason: str
    code: str
    specialties: tuple[str, ...] = ()
    # From this age on the same reason is another act.
    until: Age | None = None


BY_VISIT = (
    Shown("mammographie", "mammography"),
    # Before thirty the sample is read under a microscope, from then on it is looked at for the virus.
    Shown("frottis-de-depistage", "cytology", until=Age(30)),
    Shown("frottis-de-depistage", "hpv-test"),
    Shown("bilan-de-prevention", "checkup"),
    Shown("controle-annuel", "dental-check", ("dentiste",)),
    Shown("examen-obligatoire-du-nourrisson", CHILD_EXAM),
    Shown("examen-obligatoire-de-l-enfant", CHILD_EXAM),
)
REASONS = tuple(sorted({one.reason for one in BY_VISIT}))
# By the kind of a document (`carnet.kinds`), dated the day of the act.
BY_DOCUMENT = {"child_checkup": CHILD_EXAM}


def act_of_visit(reason: str, specialty: str, birth: date, on: date) -> str | None:
    """The code of the act that a visit of that day shows, if it shows one."""
    for shown in BY_VISIT:
        fits = shown.reason == reason and (not shown.specialties or specialty in shown.specialties)
        if fits and (shown.until is None or on < after(birth, shown.until)):
            return shown.code
    return None
