"""Component tags that wrap content of the page: banner, carton, dialog, empty state, card of no slot."""

from datetime import datetime
from typing import Any

from django.template import Context, Engine, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import clock, phrasing
from core.ui import signs

_BANNER_ICONS = {"info": "info", "ok": "check", "warn": "warning", "danger": "warning", "mimosa": "clock"}
# A carton whose hour no longer holds, or is over, has a grey stub.
_STATES = frozenset({"normal", "today", "pending", "late", "moved", "cancelled", "past"})


def draw(context: Context, name: str, **values: Any) -> SafeString:
    """A component's template with these values only, and the CSRF token for the forms inside."""
    token = context.get("csrf_token")
    template = Engine.get_default().get_template(f"components/{name}.html")
    with_token = {"csrf_token": token} if token is not None else {}
    return template.render(context.new({**values, **with_token}))


def banner(
    context: Context, content: str, *, kind: str = "info", title: str = "", icon: str = "", quiet: bool = False
) -> SafeString:
    """A fact and what to do about it. Kinds: info, ok, warn, danger, mimosa. `quiet`: no live role (a lasting notice)."""
    role = "" if quiet else ("alert" if kind in {"danger", "warn"} else "status")
    return draw(
        context, "banner", content=content, kind=kind, title=title, icon_name=icon or _BANNER_ICONS[kind], role=role
    )


def carton(
    context: Context, content: str, start: datetime, zone: str, *, state: str = "", heading: int = 3, **lines: Any
) -> SafeString:
    """The appointment card. `content` is its actions; see `components/carton.html` for the lines.

    The state is `today` by itself on the day; give one of pending, late, moved, cancelled, past otherwise.
    """
    local = phrasing.local(start, zone)
    today = clock.today(phrasing.zone_of(zone))
    state = state or ("today" if local.date() == today else "normal")
    if state not in _STATES:
        raise ValueError(f"a carton has no state {state!r}")
    known: dict[str, Any] = {
        "who": "",
        "role": "",
        "for_whom": "",
        "relation": "",
        "reason": "",
        "place": (),
        "note": "",
    }
    known |= {"sign": "", "sign_label": "", "minutes": None, "joined": False}
    if unknown := lines.keys() - known.keys():
        raise TypeError(f"a carton has no {sorted(unknown)}")
    place = lines.pop("place", ()) or ()
    role = str(lines.pop("role", "") or "")
    # « Dr Claire Martin, médecin généraliste »: a small letter after the comma, but ORL stays ORL.
    lines["role"] = role[:1].lower() + role[1:] if role[1:2].islower() else role
    values = {**known, **lines, "place": [place] if isinstance(place, str) else place}
    return draw(
        context,
        "carton",
        content=SafeString(content.strip()),
        state=state,
        level=f"h{heading}",
        is_today=local.date() == today and state != "cancelled",
        iso=local.isoformat(),
        weekday=phrasing.weekday_text(local),
        day=local.day,
        month=phrasing.month_text(local, short=True),
        full_day=phrasing.day_text(local.date(), this_year=today.year),
        hour=phrasing.hour_text(start, zone),
        **{**values, "sign": signs.sign_of(values["sign"], minutes=values["minutes"]) if values["sign"] else None},
    )


def dialog(context: Context, content: str, *, id: str, title: str, shown: bool = False) -> SafeString:
    """A question before an act. Any element with `data-dialog="<id>"` opens it; its address works without script."""
    return draw(context, "dialog", content=content, identity=id, title=title, shown=shown)


def empty_state(context: Context, content: str, *, title: str, heading: int = 2) -> SafeString:
    """Nothing to show: a fact, then in the content one sentence and one button."""
    return draw(context, "empty_state", content=content, title=title, level=f"h{heading}")


def slots_empty(
    context: Context, content: str, window: Any, *, note: str = "", level: str = "h3", alert_url: str = ""
) -> SafeString:
    """An empty window of slots: the dates, the next slot as the big button, the alert, then the content."""
    return draw(
        context,
        "slots_empty",
        content=SafeString(content.strip()),
        window=window,
        note=note,
        level=level,
        alert_url=alert_url,
    )


def hold_countdown(
    context: Context, content: str, expires_at: datetime, *, extend_url: str = "", over_url: str = ""
) -> SafeString:
    """« Ce créneau vous est gardé encore 9 min 40 »: counts down live; the content says what happens when it is over.

    `extend_url` takes a POST (« Prolonger »), empty once the hold was renewed; `over_url` is read when time is up.
    """
    left = int((expires_at - clock.now()).total_seconds())
    return draw(
        context,
        "hold_countdown",
        content=SafeString(content.strip()),
        expires_at=expires_at.isoformat(),
        seconds=max(0, left),
        left=format_html("<span data-left>{}</span>", phrasing.countdown_text(left)),
        extend_url=extend_url,
        over_url=over_url,
    )


def register_on(library: Library) -> None:
    for tag in (banner, carton, dialog, empty_state, slots_empty, hold_countdown):
        library.simple_block_tag(tag, takes_context=True)
