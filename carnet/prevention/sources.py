"""The public texts the rules come from. Only public bodies: nobody pays for a rule, and none comes from a seller."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from carnet.prevention.rule import Source

READ_ON = date(2026, 11, 21)

_CALENDAR = "https://sante.gouv.fr/prevention-en-sante/preserver-sa-sante/vaccination/calendrier-vaccinal"

VACCINES_2025 = Source(
    _("Ministère chargé de la Santé, calendrier des vaccinations 2025"), _CALENDAR, READ_ON, date(2025, 4, 28)
)
# Known from the calendar, whose own words were not read again for this rule.
VACCINES_GENERAL = Source(
    _("Ministère chargé de la Santé, calendrier des vaccinations"), _CALENDAR, READ_ON, checked=False
)
HPV_2025 = Source(_("Arrêté du 9 décembre 2025 sur le vaccin HPV"), _CALENDAR, READ_ON, date(2025, 12, 9))
HPV_BEFORE = Source(
    _("Ministère chargé de la Santé, calendrier des vaccinations 2021"), _CALENDAR, READ_ON, checked=False
)
WINTER = Source(
    _("Direction générale de la Santé, campagne d’automne et d’hiver"),
    "https://www.service-public.fr/particuliers/vosdroits/F724",
    READ_ON,
    date(2025, 10, 14),
)
CANCER = Source(_("Institut national du cancer"), "https://www.cancer.fr/", READ_ON)
CHILD_EXAMS = Source(
    _("Service Public, les 20 examens de l’enfant"),
    "https://www.service-public.fr/particuliers/vosdroits/F967",
    READ_ON,
    date(2025, 1, 1),
)
TEETH = Source(
    _("Service Public, M’T dents"),
    "https://www.service-public.fr/particuliers/vosdroits/F243",
    READ_ON,
    date(2025, 4, 1),
)
TEETH_BEFORE = Source(
    _("Assurance Maladie, M’T dents avant avril 2025"),
    "https://www.service-public.fr/particuliers/vosdroits/F243",
    READ_ON,
    checked=False,
)
CHECKUPS = Source(
    _("Ministère chargé de la Santé, Mon bilan prévention"),
    "https://sante.gouv.fr/prevention-en-sante/preserver-sa-sante/mon-bilan-prevention/",
    READ_ON,
)
BIRTH = Source(
    _("Assurance Maladie, la grossesse"), "https://www.ameli.fr/assure/sante/devenir-parent", READ_ON, checked=False
)
SEXUAL = Source(
    _("Haute Autorité de santé et Assurance Maladie, tests sans ordonnance"),
    "https://www.has-sante.fr/",
    READ_ON,
    checked=False,
)
