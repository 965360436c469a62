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
# What late interest is reckoned from (C. com. L441-10), in basis points, as published for each half-year: the ECB's
# refinancing rate of the first of January and of the first of July, to which ten points are added, and the legal rate
# between businesses, three times which is the least. « 2026-2:215 2027-1:200 » adds half-years to these; those after the
# last one known keep its rate.
BILLING_ECB_RATES = {(2025, 1): 315, (2025, 2): 215, (2026, 1): 215, **environment.half_years("BILLING_ECB_RATES")}
BILLING_LEGAL_RATES = {(2025, 1): 371, (2025, 2): 276, (2026, 1): 262, **environment.half_years("BILLING_LEGAL_RATES")}
# From the first public agenda of a practice.
BILLING_TRIAL_DAYS = environment.number("BILLING_TRIAL_DAYS", 30, minimum=0)
