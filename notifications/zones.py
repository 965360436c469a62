"""The clocks a person may live by: those of French territories, named by a place."""

from django.utils.translation import gettext_lazy as _

ZONES = (
    ("Europe/Paris", _("Paris")),
    ("America/Guadeloupe", _("Guadeloupe")),
    ("America/Martinique", _("Martinique")),
    ("America/Cayenne", _("Guyane")),
    ("Indian/Reunion", _("La Réunion")),
    ("Indian/Mayotte", _("Mayotte")),
    ("America/Miquelon", _("Saint-Pierre-et-Miquelon")),
    ("Pacific/Noumea", _("Nouvelle-Calédonie")),
    ("Pacific/Tahiti", _("Polynésie française")),
    ("Pacific/Wallis", _("Wallis-et-Futuna")),
)


def zone_name(zone: str) -> str:
    """What the clock of a zone is called; the last part of its name for a zone that is not listed."""
    return str(dict(ZONES).get(zone) or zone.rpartition("/")[2].replace("_", " "))
