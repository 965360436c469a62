"""Tags of navigation: header and bottom bar, breadcrumbs, steps, pagination, what exists and what is current."""

from collections.abc import Sequence
from typing import Any

from django.template import Context, Library

from core.presentation import Crumb
from core.ui import navigation


def _path(context: Context) -> str:
    request = context.get("request")
    return request.path if request is not None else ""


def main_menu(context: Context) -> list[dict[str, Any]]:
    """The four words of the header, those whose page exists."""
    return navigation.entries(navigation.HEADER, _path(context))


def bottom_menu(context: Context) -> list[dict[str, Any]]:
    """The phone's fixed bar of a signed-in patient."""
    return navigation.entries(navigation.BOTTOM, _path(context))


def practice_menu(context: Context) -> list[dict[str, Any]]:
    """The rail of the practice's side, as the member's roles have it."""
    request = context.get("request")
    return navigation.practice_entries(_path(context), getattr(request, "actor", None))


def platform_menu(context: Context) -> list[dict[str, Any]]:
    """The rail of the platform's staff."""
    return navigation.platform_entries(_path(context))


def billing_menu(context: Context) -> list[dict[str, Any]]:
    """The rail of billing staff."""
    return navigation.billing_entries(_path(context))


def page(path: str) -> str:
    """An address when this version of the site serves it, else nothing: `{% page "/carnet/" as carnet %}`."""
    return path if navigation.exists(path) else ""


def current(context: Context, *prefixes: str) -> bool:
    """True when the page's address starts with one of these: `{% current "/cabinet/" as here %}`."""
    return navigation.is_current(_path(context), "", prefixes)


def here(context: Context) -> str:
    """The address of this page with its query, to come back to; the home page where there is none."""
    request = context.get("request")
    return request.get_full_path() if request is not None else "/"


def breadcrumbs(*steps: Any) -> dict[str, Any]:
    """`{% breadcrumbs crumbs %}` with a list of `Crumb`, or label and url in turn, the page itself last."""
    if len(steps) == 1 and not isinstance(steps[0], str):
        return {"crumbs": steps[0]}
    pairs = [(steps[i], steps[i + 1] if i + 1 < len(steps) else "") for i in range(0, len(steps), 2)]
    return {"crumbs": [Crumb(label, url) for label, url in pairs]}


def steps(now: int, *words: str) -> dict[str, Any]:
    """Where one is in a form of several pages: `{% steps 3 _("Motif") _("Créneau") _("Vérifier et confirmer") %}`."""
    return {"now": now, "words": [{"number": n, "word": word} for n, word in enumerate(words, 1)]}


def pagination(shown: int, total: int | None, next_url: str = "", previous_url: str = "") -> dict[str, Any]:
    """« 4 résultats sur 24 » and the links to the neighbours; `total` None where counting costs."""
    return {"shown": shown, "total": total, "next_url": next_url, "previous_url": previous_url}


def suggestions(groups: Sequence[Any], query: str = "") -> dict[str, Any]:
    """The fragment a combobox asks for: a list of `core.presentation.SuggestionGroup`."""
    numbered, position = [], 0
    for group in groups:
        options = []
        for option in group.options:
            options.append({"option": option, "position": position})
            position += 1
        numbered.append({"heading": group.heading, "options": options})
    return {"groups": [group for group in numbered if group["options"]], "query": query}


def register_on(library: Library) -> None:
    for tag in (main_menu, bottom_menu, practice_menu, platform_menu, billing_menu, current, here):
        library.simple_tag(tag, takes_context=True)
    library.simple_tag(page)
    library.inclusion_tag("components/breadcrumbs.html")(breadcrumbs)
    library.inclusion_tag("components/steps.html")(steps)
    library.inclusion_tag("components/pagination.html")(pagination)
    library.inclusion_tag("components/suggestions.html")(suggestions)
