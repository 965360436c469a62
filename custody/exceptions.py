"""The refusals of custody, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "archive_waiting": _("Votre copie est déjà en préparation."),
    "archive_gone": _("Cette copie n’est plus là. Demandez-en une autre."),
    "archive_unreadable": _("Cette copie ne peut pas être lue. Demandez-en une autre."),
}
STATUSES = {"archive_waiting": 409, "archive_gone": 410, "archive_unreadable": 503}


class CustodyRefusal(DomainError):
    """A refusal by its code. Raises KeyError for a code without a sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
