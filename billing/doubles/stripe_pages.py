"""The pages of the double of Stripe: where a card is « typed », and where its bank asks who pays. They say what they are."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_TOLD = {
    "card_declined": "La banque refuse cette carte.",
    "insufficient_funds": "La provision est insuffisante.",
    "payment_intent_authentication_failure": "L’authentification a échoué.",
}


def page_of(session: Mapping[str, Any], intent: Mapping[str, Any], cards: Mapping[str, str]) -> str:
    """The page as the session stands; `cards`: the cards to choose from, with their names."""
    if session["status"] != "open":
        body = "<p>Cette page est fermée.</p>"
    elif intent.get("status") == "requires_action":
        body = _asked()
    else:
        body = _told(session, intent) + _choices(cards)
    return (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Double de Stripe</title><main><h1>Double de Stripe</h1>"
        "<p>Ceci n’est pas Stripe. Aucune carte n’est demandée, aucun argent ne bouge.</p>"
        f"{body}</main></html>"
    )


def _told(session: Mapping[str, Any], intent: Mapping[str, Any]) -> str:
    if session["mode"] != "payment":
        return ""
    cents = session["amount_total"]
    error = (intent.get("last_payment_error") or {}).get("code")
    refused = f'<p role="alert">{escape(_TOLD.get(error, "Le paiement a échoué."))}</p>' if error else ""
    return f"<p>À payer\u00a0: {cents // 100},{cents % 100:02d}\u00a0€</p>{refused}"


def _choices(cards: Mapping[str, str]) -> str:
    buttons = "".join(
        f'<p><button name="card" value="{escape(card)}">{escape(label)}</button></p>' for card, label in cards.items()
    )
    return f'<form method="post">{buttons}</form>'


def _asked() -> str:
    return (
        "<h2>Votre banque demande qui paie</h2>"
        '<form method="post"><p><button name="agreed" value="yes">C’est moi : confirmer</button></p>'
        '<p><button name="agreed" value="no">Refuser</button></p></form>'
    )
