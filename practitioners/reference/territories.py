"""Which IANA time zone each French commune lives in, from its department and, in Polynesia, its INSEE code."""

METROPOLE = "Europe/Paris"

ZONE_OF_DEPARTMENT = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}

# Half an hour ahead of Tahiti: Fatu-Hiva, Hiva-Oa, Nuku-Hiva, Tahuata, Ua-Huka, Ua-Pou.
MARQUESAS = frozenset({"98718", "98723", "98731", "98746", "98756", "98757"})
# One hour ahead of Tahiti.
GAMBIER = "98719"


def zone_of(insee: str, department: str) -> str:
    """Return the IANA zone of a commune; departments that are not overseas are on the time of Paris.

    Raises KeyError for an overseas code (97…, 98…) without a known zone, rather than guess a wrong hour.
    """
    if insee in MARQUESAS:
        return "Pacific/Marquesas"
    if insee == GAMBIER:
        return "Pacific/Gambier"
    if department.startswith(("97", "98")):
        return ZONE_OF_DEPARTMENT[department]
    return METROPOLE
