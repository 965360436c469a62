"""The states of the Union by their ISO code, as forms name them."""

from django.utils.translation import gettext_lazy as _

COUNTRY_NAMES = {
    "FR": _("France"),
    "AT": _("Autriche"),
    "BE": _("Belgique"),
    "BG": _("Bulgarie"),
    "CY": _("Chypre"),
    "CZ": _("Tchéquie"),
    "DE": _("Allemagne"),
    "DK": _("Danemark"),
    "EE": _("Estonie"),
    "ES": _("Espagne"),
    "FI": _("Finlande"),
    "GR": _("Grèce"),
    "HR": _("Croatie"),
    "HU": _("Hongrie"),
    "IE": _("Irlande"),
    "IT": _("Italie"),
    "LT": _("Lituanie"),
    "LU": _("Luxembourg"),
    "LV": _("Lettonie"),
    "MT": _("Malte"),
    "NL": _("Pays-Bas"),
    "PL": _("Pologne"),
    "PT": _("Portugal"),
    "RO": _("Roumanie"),
    "SE": _("Suède"),
    "SI": _("Slovénie"),
    "SK": _("Slovaquie"),
}
