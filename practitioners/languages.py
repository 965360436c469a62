"""Languages that practitioners speak, by ISO 639 code, named in the language of the page."""

from django.utils.translation import gettext, gettext_noop

LANGUAGES = {
    "fr": gettext_noop("français"),
    "en": gettext_noop("anglais"),
    "es": gettext_noop("espagnol"),
    "it": gettext_noop("italien"),
    "de": gettext_noop("allemand"),
    "pt": gettext_noop("portugais"),
    "ar": gettext_noop("arabe"),
    "ber": gettext_noop("berbère"),
    "rcf": gettext_noop("créole réunionnais"),
    "gcf": gettext_noop("créole antillais"),
    "nl": gettext_noop("néerlandais"),
    "pl": gettext_noop("polonais"),
    "ro": gettext_noop("roumain"),
    "ru": gettext_noop("russe"),
    "uk": gettext_noop("ukrainien"),
    "tr": gettext_noop("turc"),
    "zh": gettext_noop("chinois"),
    "vi": gettext_noop("vietnamien"),
    "wo": gettext_noop("wolof"),
    "ff": gettext_noop("peul"),
    "lsf": gettext_noop("langue des signes française"),
}


def language_name(code: str) -> str:
    """The name of a language, or its code when it is not in the list."""
    return gettext(LANGUAGES[code]) if code in LANGUAGES else code
