"""The refusals of the information pages, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "content_changed": _("Quelqu’un a écrit une autre version entre-temps. Relisez-la avant d’enregistrer la vôtre."),
    "content_exists": _("Cette page existe déjà dans cette langue."),
    "content_link": _("Un lien de cette page n’est pas admis : https://, une page du site, tel: ou sms:."),
    "content_source": _("Indiquez au moins une source, avec son adresse https://."),
    "content_future_review": _("La relecture ne peut pas être dans le futur."),
    "content_published": _("Cette version est déjà celle qui est en ligne."),
    "content_not_shown": _("Cette page n’est pas en ligne."),
}
STATUSES = {"content_changed": 409, "content_exists": 409, "content_published": 409, "content_not_shown": 409}


class ContentRefusal(DomainError):
    """A write refused by a rule of the information pages."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
