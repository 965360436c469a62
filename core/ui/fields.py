"""Turns a bound form field into an accessible group: label, hint, error, control, linked by `aria-describedby`."""

from collections.abc import Mapping
from typing import Any

from django.forms import BoundField, widgets
from django.utils.safestring import SafeString


def attribute_names(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of a tag as HTML attributes: `hx_get` → `hx-get`; None and False leave the attribute out."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in extra.items() if value not in (None, False)}


def kind_of(bound: BoundField) -> str:
    """How the group is built: hidden, check (one box), group (radios or boxes), select, or text."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "group"
    return "select" if isinstance(widget, widgets.Select) else "text"


def field_context(
    bound: BoundField, *, label: str = "", hint: str = "", cards: bool = True, row: bool = False, **extra: Any
) -> dict[str, Any]:
    """What `components/field.html` needs. `extra` become attributes of the control (autocomplete, inputmode, hx_get…).

    The hint is the given one or the field's help text. Options may carry a second line: `field.option_hints`, a
    mapping from the option's value to a sentence.
    """
    kind = kind_of(bound)
    errors = [str(error) for error in bound.errors]
    hint = hint or str(bound.help_text)
    identity = bound.id_for_label or bound.auto_id or bound.html_name
    described = [f"{identity}-hint"] if hint else []
    if errors:
        described.insert(0, f"{identity}-error")
    attributes = attribute_names(extra)
    if kind != "group":
        attributes |= {"aria-describedby": " ".join(described)} if described else {}
        attributes |= {"aria-invalid": "true"} if errors else {}
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "errors": errors,
        "identity": identity,
        "described": " ".join(described),
        "optional": not bound.field.required and kind != "check",
        "row": row,
        "cards": cards and kind == "group",
        "options": _options(bound) if kind == "group" else [],
        "control": SafeString("") if kind == "group" else bound.as_widget(attrs=attributes),
    }


def _options(bound: BoundField) -> list[dict[str, Any]]:
    hints: Mapping[Any, str] = getattr(bound.field, "option_hints", {})
    return [
        {
            "tag": option.tag(),
            "label": option.choice_label,
            "hint": hints.get(option.data["value"], hints.get(str(option.data["value"]), "")),
        }
        for option in bound.subwidgets
    ]


def error_links(form: Any) -> list[tuple[str, str]]:
    """The errors of a form for the summary on top: (anchor, sentence); the anchor is empty for the form as a whole."""
    links = [("", str(error)) for error in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or bound.auto_id or bound.html_name
        if kind_of(bound) == "group":
            target = f"{bound.auto_id or bound.html_name}_0"
        links += [(f"#{target}", str(error)) for error in bound.errors]
    return links
