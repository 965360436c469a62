"""The work of payments that nobody waits for: its handlers are in the services, which are loaded here."""

from billing.services import bank_lines, card_pages, cards, debits, gateway_events, mandates, refunds, vat_checks

__all__ = ["bank_lines", "card_pages", "cards", "debits", "gateway_events", "mandates", "refunds", "vat_checks"]
