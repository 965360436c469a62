"""Settings of billing: who sells, as the law wants it on every invoice, and on which terms.

An invoice is refused while one of these is missing (`billing.mandatory`); nothing else of the product needs them.
"""

from config import environment

from ._payments import *

BILLING_SELLER = {
    "name": environment.text("SELLER_NAME", ""),
    "legal_form": environment.text("SELLER_LEGAL_FORM", ""),
    "capital": environment.text("SELLER_CAPITAL", ""),
    "siren": environment.text("SELLER_SIREN", ""),
    "siret": environment.text("SELLER_SIRET", ""),
    "rcs": environment.text("SELLER_RCS", ""),
    "vat_number": environment.text("SELLER_VAT_NUMBER", ""),
    "street": environment.text("SELLER_STREET", ""),
    "postcode": environment.text("SELLER_POSTCODE", ""),
    "city": environment.text("SELLER_CITY", ""),
    "country": "FR",
    "email": environment.text("SELLER_EMAIL", ""),
    "iban": environment.text("SELLER_IBAN", ""),
    "bic": environment.text("SELLER_BIC", ""),
}
# A company that exists nowhere: for the demo and the tests.
EXAMPLE_SELLER = {
    "name": "Prendsoin Démonstration",
    "legal_form": "SAS",
    "capital": "10 000 €",
    "siren": "123456782",
    "siret": "12345678200002",
    "rcs": "Bobigny",
    "vat_number": "FR11123456782",
    "street": "2 place de la Démonstration",
    "postcode": "93260",
    "city": "Les Lilas",
    "country": "FR",
    "email": "facturation@prendsoin.example",
    "iban": "FR7630006000011234567890189",
    "bic": "AGRIFRPP",
}
# The tax is owed when it is invoiced, not when it is paid (option of CGI art. 269, 2, c).
BILLING_VAT_ON_DEBITS = environment.flag("BILLING_VAT_ON_DEBITS", default=True)
# From the date of an invoice to its due date; 60 at most.
BILLING_PAYMENT_DAYS = environment.number("BILLING_PAYMENT_DAYS", 15, minimum=1)
# What late interest is reckoned from (C. com. L441-10), in basis points, as published for the half-year that runs: the
# ECB's refinancing rate, to which ten points are added, and the legal rate between businesses, three times which is the
# least.
BILLING_ECB_RATE_BP = environment.number("BILLING_ECB_RATE_BP", 215)
BILLING_LEGAL_RATE_BP = environment.number("BILLING_LEGAL_RATE_BP", 276)
# From the first public agenda of a practice.
BILLING_TRIAL_DAYS = environment.number("BILLING_TRIAL_DAYS", 30, minimum=0)
