"""How the desk reads what became of the messages of a visit. No query here."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import phrasing
from notifications.enums import ChannelName, MessageState, ReceiptState
from notifications.models import Message

KINDS: dict[str, str | Promise] = {
    "booking.confirmed": gettext_lazy("Confirmation"),
    "booking.moved": gettext_lazy("Changement d’heure"),
    "booking.cancelled": gettext_lazy("Annulation"),
    "booking.reminder": gettext_lazy("Rappel"),
    "booking.locum": gettext_lazy("Annonce d’un remplaçant"),
}
WAYS: dict[str, str | Promise] = {
    ChannelName.EMAIL: gettext_lazy("par e-mail"),
    ChannelName.SMS: gettext_lazy("par SMS"),
    ChannelName.BELL: gettext_lazy("dans ses pages"),
}
# Sign of each state: the tone of the sign, and its icon.
TONES = {
    "delivered": ("ok", "sign-check"),
    "sent": ("info", "check"),
    "read": ("ok", "sign-check"),
    "waiting": ("quiet", "clock"),
    "refused": ("quiet", "close"),
    "failed": ("danger", "warning"),
}
# Why a message failed, when it says something to the desk.
CAUSES: dict[str, str | Promise] = {
    "landline": gettext_lazy("numéro fixe"),
    "bad_number": gettext_lazy("numéro impossible"),
    "too_late": gettext_lazy("parti trop tard"),
    "provider_down": gettext_lazy("opérateur en panne"),
    "daily_cap": gettext_lazy("trop de messages ce jour-là"),
}


def state_of_message(message: Message) -> str:
    """`delivered`, `read`, `sent`, `waiting`, `refused` or `failed`; empty for one called back, which says nothing."""
    if message.state in (MessageState.PENDING, MessageState.SENDING):
        return "waiting"
    if message.state == MessageState.SENT:
        if message.read_at is not None:
            return "read"
        return {ReceiptState.DELIVERED.value: "delivered", ReceiptState.UNDELIVERED.value: "failed"}.get(
            message.receipt, "sent"
        )
    if message.state == MessageState.CANCELLED:
        return "refused" if message.last_error == "not_wanted" else ""
    return "failed"


def line_of(message: Message, zone: str) -> dict[str, Any]:
    """« Rappel par SMS », « Remis mardi 24 novembre à 15 h », and its sign."""
    state = state_of_message(message)
    tone, icon = TONES[state]
    return {
        "what": f"{KINDS.get(message.kind, _('Message'))} {WAYS[message.channel]}",
        "said": _said(message, state, zone),
        "cause": CAUSES.get(message.last_error, "") if state == "failed" else "",
        "tone": tone,
        "icon": icon,
        "state": state,
    }


def _said(message: Message, state: str, zone: str) -> str:
    at = {"waiting": message.due_at, "read": message.read_at, "delivered": message.receipt_at or message.finished_at}
    moment = at.get(state) or message.receipt_at or message.finished_at or message.due_at
    named = {"when": phrasing.when_text(moment, zone)}
    return {
        "waiting": _("Partira %(when)s"),
        "sent": _("Envoyé %(when)s"),
        "delivered": _("Remis %(when)s"),
        "read": _("Lu %(when)s"),
        "refused": _("Refusé par le patient"),
        "failed": _("Non remis, %(when)s"),
    }[state] % named
