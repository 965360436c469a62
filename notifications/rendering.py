"""Turns a context into an envelope, from the templates of a kind.

The kind `booking.confirmed` is written in `templates/messages/booking/confirmed.{subject.txt,txt,html}` for an e-mail,
`confirmed.sms.txt` for an SMS, `confirmed.bell.txt` for the bell. Composers are called in the recipient's language.
"""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urljoin

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.backends.django import Template as DjangoTemplate
from django.template.loader import get_template, render_to_string
from django.utils import translation

from notifications.bidi import all_isolated
from notifications.envelope import Attachment, Envelope


def absolute(path: str) -> str:
    """The full address of a path of the site: messages are read outside of it."""
    return urljoin(settings.SITE_URL, path)


def email(kind: str, context: Mapping[str, Any], *, to: str, attachments: tuple[Attachment, ...] = ()) -> Envelope:
    """An e-mail in text and, when the kind has one, in HTML."""
    shown = _shown(context)
    shown["subject"] = subject = _text(kind, "subject.txt", shown)
    try:
        html = str(render_to_string(f"messages/{_path(kind)}.html", shown))
    except TemplateDoesNotExist:
        html = ""
    return Envelope(
        to=to,
        subject=subject,
        text=_text(kind, "txt", shown),
        html=html,
        attachments=attachments,
        language=_language(),
    )


def sms(kind: str, context: Mapping[str, Any], *, to: str) -> Envelope:
    """An SMS; `to` is a number in E.164."""
    text = " ".join(_text(kind, "sms.txt", _shown(context)).split())
    return Envelope(to=to, subject="", text=text, language=_language())


def bell(kind: str, context: Mapping[str, Any], *, user_id: int, link: str) -> Envelope:
    """One line in the person's pages, leading to `link`, a path of the site."""
    line = " ".join(_text(kind, "bell.txt", _shown(context)).split())
    return Envelope(to=str(user_id), subject=line, text="", link=link, language=_language())


def _shown(context: Mapping[str, Any]) -> dict[str, Any]:
    return {"site_url": settings.SITE_URL.rstrip("/"), "language": _language(), **all_isolated(context)}


def _text(kind: str, suffix: str, context: dict[str, Any]) -> str:
    # Plain text: an apostrophe stays an apostrophe.
    template = cast(DjangoTemplate, get_template(f"messages/{_path(kind)}.{suffix}"))
    return template.template.render(Context(context, autoescape=False)).strip()


def _path(kind: str) -> str:
    return kind.replace(".", "/")


def _language() -> str:
    return (translation.get_language() or "fr")[:2]
