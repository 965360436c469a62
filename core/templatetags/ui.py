"""The design system in templates: `{% load ui %}`. Each component's parameters are listed in `templates/components/`.

Text tags say dates, hours, amounts as `core.phrasing` does, with markup; component tags draw a template with exactly
the values they are given, so that no variable of the page leaks into a component.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Library
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from core import phrasing
from core.templatetags import _blocks, _menus
from core.ui import fields, signs, themes

register = Library()
_blocks.register_on(register)
_menus.register_on(register)

_FIRST = re.compile(r"\b1er\b")


def _raised(text: str) -> SafeString:
    """Plain text as HTML, with « 1er » written 1ᵉʳ."""
    return SafeString(_FIRST.sub("1<sup>er</sup>", conditional_escape(text)))


def _drawing(name: str, label: str = "", size: int | None = None) -> SafeString:
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    box = format_html(' width="{0}" height="{0}"', size) if size else ""
    address = staticfiles_storage.url("img/icons.svg")
    return format_html(
        '<svg class="icon" {} focusable="false"{}><use href="{}#{}"></use></svg>', voice, box, address, name
    )


@register.simple_tag
def icon(name: str, label: str = "", size: int | None = None) -> SafeString:
    """An icon of `static/img/icons.svg`. Without label it is hidden from assistive technology: put a word beside it."""
    return _drawing(name, label, size)


@register.simple_tag
def day(moment: date | datetime, zone: str = "", **options: Any) -> SafeString:
    """« mardi 1ᵉʳ décembre » of a date, or of an instant and its zone. Options: weekday, short, year (True or False)."""
    if isinstance(moment, datetime):
        moment = phrasing.local(moment, zone).date()
    return _raised(phrasing.day_text(moment, **options))


@register.simple_tag
def hour(moment: datetime, zone: str, padded: bool = False, dense: bool = False) -> SafeString:
    """« 9 h 40 », « 15 h »; `padded` « 15 h 00 »; `dense` « 09:40 »."""
    return _raised(phrasing.hour_text(moment, zone, padded=padded, dense=dense))


@register.simple_tag
def when(moment: datetime, zone: str, weekday: bool = True, capital: bool = False) -> SafeString:
    """« mardi 24 novembre à 9 h 40 » inside a `time` element; `capital` at the start of a sentence."""
    text = phrasing.when_text(moment, zone, weekday=weekday)
    text = text[:1].upper() + text[1:] if capital else text
    return format_html('<time datetime="{}">{}</time>', phrasing.local(moment, zone).isoformat(), _raised(text))


@register.simple_tag
def when_text(moment: datetime, zone: str) -> str:
    """« mardi 24 novembre à 9 h 40 » without markup, for attributes and plain e-mails."""
    return phrasing.when_text(moment, zone)


@register.simple_tag
def period(first: date, last: date) -> SafeString:
    """« du 24 au 30 novembre »."""
    return _raised(phrasing.range_text(first, last))


@register.filter
def price(cents: int | None) -> str:
    """« 30,00 € » from integer cents; empty when there is no price."""
    return "" if cents is None else phrasing.price_text(cents)


@register.filter
def price_short(cents: int | None) -> str:
    """« 30 € », « 46,70 € »."""
    return "" if cents is None else phrasing.price_text(cents, short=True)


@register.filter
def distance(kilometres: float | None) -> str:
    """« 600 m », « 1,4 km »."""
    return "" if kilometres is None else phrasing.distance_text(float(kilometres))


@register.filter
def duration(length: Any) -> str:
    """« 20 min », « 1 h 15 » from minutes or a timedelta."""
    return phrasing.duration_text(length)


@register.filter
def phone_text(number: object) -> str:
    """« 01 48 97 20 14 » without link."""
    return phrasing.phone_text(number)


@register.filter
def phone_link(number: object) -> str:
    """« tel:+33148972014 » for a link of one's own."""
    return phrasing.phone_link(number)


@register.filter
def phone(number: object) -> str | SafeString:
    """The number in pairs, as a link that calls."""
    address = phrasing.phone_link(number)
    if not address:
        return phrasing.phone_text(number)
    return format_html('<a class="nowrap" href="{}">{}</a>', address, phrasing.phone_text(number))


@register.filter
def size_text(size: int) -> str:
    """« 240 ko », « 1,4 Mo »."""
    return phrasing.size_text(size)


@register.filter
def of_name(name: str) -> str:
    """« d’Alice », « de Bruno »; in English the name alone, for a sentence that says it its own way."""
    return phrasing.of_name(name)


@register.filter
def initials(name: str) -> str:
    """« CM » for « Dr Claire Martin »."""
    return phrasing.initials(name)


@register.simple_tag
def button(
    label: str,
    *,
    kind: str = "",
    icon: str = "",
    href: str = "",
    size: str = "",
    unavailable: bool = False,
    **extra: Any,
) -> SafeString:
    """A button, or a link that looks like one when `href` is given. See components/README.md for kinds and sizes."""
    classes = "button" + "".join(f" button--{word}" for word in f"{kind} {size}".split() if word != "secondary")
    drawing = _drawing(icon) if icon else ""
    if unavailable:
        extra = {**extra, "aria_disabled": "true"}
    if href and not unavailable:
        rest = _attributes(extra)
        return format_html('<a class="{}" href="{}"{}>{}{}</a>', classes, href, rest, drawing, label)
    rest = _attributes({"type": "button" if unavailable else "submit", **extra})
    return format_html('<button class="{}"{}>{}{}</button>', classes, rest, drawing, label)


def _attributes(extra: Mapping[str, Any]) -> SafeString:
    names = fields.attribute_names(extra)
    return SafeString(
        "".join(
            format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
            for name, value in names.items()
        )
    )


@register.inclusion_tag("components/field.html")
def field(bound: Any, **options: Any) -> dict[str, Any]:
    """A form field as an accessible group: `{% field form.email hint=_("…") autocomplete="email" %}`."""
    return fields.field_context(bound, **options)


@register.inclusion_tag("components/error_summary.html")
def form_errors(form: Any) -> dict[str, Any]:
    """The summary on top of a form that was refused; draws nothing when there is no error. It takes the focus."""
    return {"links": fields.error_links(form) if form.is_bound else []}


@register.inclusion_tag("components/sign.html")
def sign(kind: str, label: str = "", practice: bool = False, minutes: int | None = None) -> dict[str, Any]:
    """The sign of a state (`core.ui.signs`): `{% sign appointment.status %}`, `{% sign "late" minutes=20 %}`."""
    found = signs.sign_of(kind, practice=practice, minutes=minutes)
    return {"icon_name": found.icon, "tone": found.tone, "word": label or found.word}


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, tint: int = 1, photo: str = "", size: str = "") -> dict[str, Any]:
    """Initials or photo in a disc, hidden from assistive technology: the name stands beside. Sizes: tiny, small, big."""
    return {"letters": phrasing.initials(name), "tint": tint, "photo": photo, "size": size}


@register.inclusion_tag("components/practitioner_card.html")
def practitioner_card(card: Any) -> dict[str, Any]:
    """A `core.presentation.PractitionerCard`."""
    return {"card": card}


@register.inclusion_tag("components/slot_grid.html")
def slot_grid(window: Any, label: str = "") -> dict[str, Any]:
    """The days and chips of a `core.presentation.SlotWindow`, without heading nor navigation."""
    return {"window": window, "label": label}


@register.inclusion_tag("components/search_bar.html")
def search_bar(variant: str = "card", **values: Any) -> dict[str, Any]:
    """The search form. Values: q, specialty, place_text, place, near; variant `card` or `line`; `hidden` more fields."""
    blank = {"q": "", "specialty": "", "place_text": "", "place": "", "near": "", "hidden": ()}
    return {"variant": variant, **blank, **values}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str, note: str = "") -> dict[str, Any]:
    """A counted bar: « 97 factures émises sur 143 »."""
    percent = round(100 * done / total) if total else 0
    return {"done": done, "total": total, "label": label, "note": note, "percent": percent}


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The look the person chose: `light`, `dark`, or `auto` when the device decides."""
    return themes.theme_of(context.get("request"))
