"""What an account agreed to, purpose by purpose: what is in force, and what was, with the words of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from carnet.checkups import QUESTIONNAIRES
from carnet.models import CheckupForm, Grant, PreventionConsent
from carnet.selectors.sharing import RECIPIENTS, recipient_name
from core import clock
from core.access import Actor, scoped
from custody.consent_texts import CHECKUP, PREVENTION, PURPOSES, SHARING, text_of


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement. `key` names it within its purpose; `ended_at` is None while it holds."""

    purpose: str
    key: str
    person: str
    about: str
    version: str
    text: Promise | str
    given_at: datetime
    ended_at: datetime | None
    until: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Purpose:
    code: str
    title: Promise
    agreements: list[Agreement]


def consents_of(actor: Actor) -> list[Purpose]:
    """Every purpose for which the site asks, with the account's agreements: those in force first, then the latest."""
    found = [*_themes(actor), *_shares(actor), *_checkups(actor)]
    found.sort(key=lambda one: one.given_at, reverse=True)
    found.sort(key=lambda one: not one.holds)
    return [Purpose(code, title, [one for one in found if one.purpose == code]) for code, title in PURPOSES.items()]


def _themes(actor: Actor) -> Iterator[Agreement]:
    for row in scoped(actor, PreventionConsent, "read").select_related("patient").order_by("-pk"):
        yield Agreement(
            purpose=PREVENTION,
            key=str(row.pk),
            person=row.patient.first_name,
            about=row.get_theme_display(),
            version=row.text_version,
            text=text_of(PREVENTION, row.text_version),
            given_at=row.given_at,
            ended_at=row.withdrawn_at,
        )


def _shares(actor: Actor) -> Iterator[Agreement]:
    rows = scoped(actor, Grant, "read").select_related("patient", *RECIPIENTS)
    now = clock.now()
    for row in rows.order_by("-pk"):
        over = row.revoked_at or (row.ends_at if row.ends_at <= now else None)
        yield Agreement(
            purpose=SHARING,
            key=str(row.uid),
            person=row.patient.first_name,
            about=recipient_name(row),
            version=row.text_version,
            text=text_of(SHARING, row.text_version),
            given_at=row.starts_at,
            ended_at=over,
            until=row.ends_at,
        )


def _checkups(actor: Actor) -> Iterator[Agreement]:
    for row in scoped(actor, CheckupForm, "read").select_related("patient").order_by("-pk"):
        yield Agreement(
            purpose=CHECKUP,
            key=str(row.uid),
            person=row.patient.first_name,
            about=_checkup(row.questionnaire),
            version=row.text_version,
            text=text_of(CHECKUP, row.text_version),
            given_at=row.consented_at,
            ended_at=None,
        )


def _checkup(code: str) -> str:
    """The questionnaire by its ages; its code for one that left the list."""
    found = QUESTIONNAIRES.get(code)
    if found is None:
        return code
    return _("Bilan %(first)s-%(last)s ans") % {"first": found.first, "last": found.last}
