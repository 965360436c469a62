"""How dates, hours, amounts, distances and phone numbers are said to people, in French and in English.

Everything here is plain text, fit for a page, an e-mail subject or an accessible name; the template tags of
`core.templatetags.ui` add the markup. Spaces inside an hour, an amount or a phone number are U+00A0.
"""

import unicodedata
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils.translation import get_language, gettext, ngettext

from core import clock

NBSP = "\u00a0"

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_SHORT_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}

Zone = ZoneInfo | str
# Country codes whose numbers are dialled the French way: mainland, Réunion and Mayotte, Guadeloupe, Guyane, Martinique.
_FRENCH_CODES = frozenset({33, 262, 590, 594, 596})


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "fr"


def zone_of(zone: Zone) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def local(moment: datetime, zone: Zone) -> datetime:
    """An aware instant on the clock of a place. Raises `ValueError` for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError("a naive datetime has no place on a page: give its UTC offset")
    return moment.astimezone(zone_of(zone))


def weekday_text(day: date, *, short: bool = False) -> str:
    """« mardi », or « mar. » when short (English: "Tue")."""
    name = _DAYS[_language()][day.weekday()]
    if not short:
        return name
    return name[:3] + ("." if _language() == "fr" else "")


def month_text(day: date, *, short: bool = False) -> str:
    return (_SHORT_MONTHS if short else _MONTHS)[_language()][day.month - 1]


def day_text(
    day: date, *, weekday: bool = True, short: bool = False, year: bool | None = None, this_year: int | None = None
) -> str:
    """« mardi 1er décembre », « 24 nov. » when short and without weekday.

    The year is said when asked for, or when it is not `this_year` (by default, the current one in Paris).
    """
    number = "1er" if day.day == 1 and _language() == "fr" else str(day.day)
    words = [weekday_text(day, short=short)] if weekday else []
    words += [number, month_text(day, short=short)]
    if year is None:
        year = day.year != (this_year or clock.today(ZoneInfo("Europe/Paris")).year)
    if year:
        words.append(str(day.year))
    return " ".join(words)


def hour_text(moment: datetime, zone: Zone, *, padded: bool = False, dense: bool = False) -> str:
    """« 9 h 40 », « 15 h » (« 15 h 00 » when padded, as in a column of hours), « 09:40 » when dense; English "9:40"."""
    wall = local(moment, zone)
    if dense:
        return f"{wall:%H:%M}"
    if _language() == "en":
        return f"{wall.hour}:{wall:%M}"
    if wall.minute == 0 and not padded:
        return f"{wall.hour}{NBSP}h"
    return f"{wall.hour}{NBSP}h{NBSP}{wall:%M}"


def when_text(moment: datetime, zone: Zone, *, weekday: bool = True) -> str:
    """« mardi 24 novembre à 9 h 40 »; the year when it is not the current one at that place."""
    this_year = clock.today(zone_of(zone)).year
    day = day_text(local(moment, zone).date(), weekday=weekday, this_year=this_year)
    joint = "at" if _language() == "en" else "à"
    return f"{day} {joint} {hour_text(moment, zone)}"


def range_text(first: date, last: date) -> str:
    """« du 24 au 30 novembre », « du 30 novembre au 6 décembre »; one date alone: « le 24 novembre »."""
    english = _language() == "en"
    end = day_text(last, weekday=False)
    if first == last:
        return f"on {end}" if english else f"le {end}"
    same_month = (first.year, first.month) == (last.year, last.month)
    start = day_text(first, weekday=False, year=False if first.year == last.year else None)
    if same_month:
        start = start.split(" ")[0]
    return f"from {start} to {end}" if english else f"du {start} au {end}"


def duration_text(length: timedelta | int) -> str:
    """« 20 min », « 1 h », « 1 h 15 » from a timedelta or whole minutes."""
    minutes = int(length.total_seconds() // 60) if isinstance(length, timedelta) else length
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    if not rest:
        return f"{hours}{NBSP}h"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}"


def countdown_text(seconds: int) -> str:
    """« 9 min 40 », « 40 s »; never negative."""
    minutes, rest = divmod(max(0, seconds), 60)
    if not minutes:
        return f"{rest}{NBSP}s"
    return f"{minutes}{NBSP}min{NBSP}{rest:02d}"


def price_text(cents: int, *, short: bool = False) -> str:
    """« 1 708,80 € » from integer cents; « 30 € » when short and without cents; English "€30.00"."""
    sign, amount = ("-" if cents < 0 else ""), abs(cents)
    euros, rest = divmod(amount, 100)
    thousands = f"{euros:,}"
    tail = "" if short and rest == 0 else f"{rest:02d}"
    if _language() == "en":
        return f"{sign}€{thousands}" + (f".{tail}" if tail else "")
    return sign + thousands.replace(",", NBSP) + (f",{tail}" if tail else "") + f"{NBSP}€"


def distance_text(kilometres: float) -> str:
    """« 600 m », « 1,4 km », « 23 km »; below 100 m, « moins de 100 m »."""
    metres = kilometres * 1000
    if metres < 100:
        return gettext("moins de 100 m").replace("100 m", f"100{NBSP}m")
    if metres < 950:
        return f"{round(metres / 50) * 50}{NBSP}m"
    step = Decimal("1") if kilometres >= 9.95 else Decimal("0.1")
    figure = str(Decimal(str(kilometres)).quantize(step, ROUND_HALF_UP))
    return (figure if _language() == "en" else figure.replace(".", ",")) + f"{NBSP}km"


def phone_text(number: object) -> str:
    """« 01 48 97 20 14 »: pairs for numbers dialled the French way, the international form for the others.

    Takes E.164 text, a national French number or a PhoneNumber; what is no number at all comes back as it is.
    """
    parsed = _parsed(number)
    if parsed is None:
        return str(number or "")
    if parsed.country_code in _FRENCH_CODES:
        digits = f"0{parsed.national_number}"
        return NBSP.join(digits[i : i + 2] for i in range(0, len(digits), 2))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace(" ", NBSP)


def phone_link(number: object) -> str:
    """The address of a call, `tel:+33148972014`; empty when there is no number to call."""
    parsed = _parsed(number)
    if parsed is None:
        return ""
    return "tel:" + phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _parsed(number: object) -> phonenumbers.PhoneNumber | None:
    if isinstance(number, phonenumbers.PhoneNumber):
        return number if number.national_number else None
    try:
        return phonenumbers.parse(str(number or ""), "FR")
    except phonenumbers.NumberParseException:
        return None


def others_text(count: int) -> str:
    """« 1 autre », « 4 autres »: the slots that a short list leaves out."""
    return ngettext("%(count)d autre", "%(count)d autres", count) % {"count": count}


def initials(name: str) -> str:
    """« CM » for « Dr Claire Martin »: first and last word that is not a title."""
    words = [word for word in name.split() if not word.endswith(".") and word not in {"Dr", "Pr", "M", "Mme", "Me"}]
    if not words:
        return name[:1].upper()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def size_text(size: int) -> str:
    """« 900 octets », « 240 ko », « 1,4 Mo » of a number of bytes, thousands as people count them."""
    if size < 1000:
        return gettext("%(size)s\u00a0octets") % {"size": size}
    amount, unit = (size / 1000, gettext("ko")) if size < 999_500 else (size / 1_000_000, gettext("Mo"))
    text = f"{amount:.1f}".removesuffix(".0") if amount < 10 else f"{amount:.0f}"
    return f"{text.replace('.', ',') if _language() == 'fr' else text}{NBSP}{unit}"


def of_name(name: str) -> str:
    """« d’Alice », « de Bruno », « d’Yves », « de Yann »; the bare name where the language does not say it so.

    A name in h keeps « de », which is never wrong: some of them are aspirated.
    """
    if _language() != "fr" or not name:
        return name
    bare = unicodedata.normalize("NFD", name.strip().lower().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    is_mute = letters[:1] in tuple("aeiou") or (letters[:1] == "y" and letters[1:2] not in tuple("aeiou"))
    return f"d’{name}" if is_mute else f"de {name}"
