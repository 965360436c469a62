"""SMS and subjects are read by whoever holds the phone: no specialty, reason, note or document may be put in them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "templates"
# Read on a locked screen: all of an SMS, the subject of an e-mail.
SHOWN = sorted(path for ending in ("*.sms.txt", "*.subject.txt") for path in (ROOT / "messages").rglob(ending))
FORBIDDEN = {
    *("specialty", "specialties", "profession", "visit_reason", "reason", "reason_name", "reasons", "motif", "kind"),
    *(
        "document",
        "documents",
        "document_name",
        "filename",
        "file_name",
        "attachment",
        "attachments",
        "result",
        "results",
    ),
    *("note", "internal_note", "answers", "instructions", "before_booking", "cancel_reason", "price", "price_cents"),
}
_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_INCLUDED = re.compile(r"\{%\s*(?:include|extends)\s+\"([^\"]+)\"")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def forbidden_in(source, read=lambda name: (ROOT / name).read_text(encoding="utf-8")):
    """The forbidden names in the tags and variables of a template, included ones too; words of its text do not count."""
    found = set()
    for shown, tag in _TAG.findall(source):
        found |= FORBIDDEN & set(re.split(r"\W+", _QUOTED.sub("", shown or tag)))
    for name in _INCLUDED.findall(source):
        found |= forbidden_in(read(name), read)
    return found


@pytest.mark.parametrize("template", SHOWN, ids=lambda path: str(path.relative_to(ROOT / "messages")))
def test_what_a_locked_screen_shows_names_nothing_medical(template):
    assert forbidden_in(template.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("RDV {{ visit.visit_reason.name }}", {"visit_reason"}),
        ("RDV {{ visit.reason_name|upper }}", {"reason_name"}),
        ("{% blocktrans with what=visit.specialty.name %}RDV {{ what }}{% endblocktrans %}", {"specialty"}),
        ("{% if document %}Un document{% endif %}", {"document"}),
        ("{% with n=visit.note %}{{ n }}{% endwith %}", {"note"}),
        ('{% include "part.txt" %}', {"instructions"}),
        ('{% trans "Votre document, sans motif ni note" %} {{ moment }}', set()),
    ],
)
def test_the_linter_finds_each_way_in(source, found):
    assert forbidden_in(source, read=lambda name: "{{ visit.instructions }}") == found
