"""The people of the demo, as `/demo/` offers them and as the demo data creates them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.access import Space

# Told in the README: the demo is for one machine, and production refuses to start with its keys.
DEMO_PASSWORD = "demo-Prendsoin-2026"  # noqa: S105
DEMO_TOTP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105
DOMAIN = "prendsoin.example"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`space` is where the person begins after signing in by one click."""

    login: str
    name: str
    what: str | Promise
    space: Space

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


DEMO_PEOPLE = (
    DemoPerson("alice", "Alice", _("patiente, avec un enfant et un père"), Space.PATIENT),
    DemoPerson("bob", "Bob", _("proche d’Alice"), Space.PATIENT),
    DemoPerson("charlie", "Charlie", _("patient, sans lien avec les autres"), Space.PATIENT),
    DemoPerson("dr.martin", "Dr Martin", _("généraliste aux Lilas, propriétaire du cabinet"), Space.PRACTICE),
    DemoPerson("dr.diallo", "Dr Diallo", _("dermatologue à Saint-Denis de La Réunion"), Space.PRACTICE),
    DemoPerson("sophie", "Sophie", _("secrétaire aux Lilas"), Space.PRACTICE),
    DemoPerson("boris", "Boris", _("équipe de facturation"), Space.BILLING),
    DemoPerson("admin", "Admin", _("équipe de la plateforme"), Space.PLATFORM),
    # Two members of the staff judge who claims a page: one alone could not show it.
    DemoPerson("nadia", "Nadia", _("équipe de la plateforme, pour le second avis"), Space.PLATFORM),
)
