"""What no message may do: name what is medical where anybody reads it, miss a form or a language, cost too many SMS.

The rules are read from the templates and from what they write with the longest and the oddest names, in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from booking.broadcasts import health_in
from core.text import fold
from notifications.registry import kinds
from notifications.sms_text import Alphabet
from portal.message_gallery import TEMPLATES, Written, template_kinds, written_all
from portal.message_samples import SECRETS, Names, samples
from practitioners.reference.catalogue import read_specialties

# Read on a locked screen: all of an SMS, the subject of an e-mail, a line of the bell.
SHOWN = ("sms.txt", "subject.txt", "bell.txt")
LETTER = {"subject.txt", "txt", "html"}
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
# Words of a document or of health that no text of ours may say there, folded.
WORDS = ("certificat", "certificate", "compte rendu", "medecine", "medicine")
SUBJECT_AT_MOST = 200
# A shorter word for a specialty is an everyday word too.
LETTERS = 4
# How many SMS at most, in the SMS alphabet and in UCS-2 (a name in another script); kinds that are not here: two and three.
PARTS = {
    "accounts.code": (1, 1),
    "accounts.lost_factor": (1, 1),
    "booking.broadcast": (3, 6),
    "booking.contact": (2, 4),
    "booking.late": (1, 1),
    "booking.on_time": (1, 1),
    "booking.reminder": (1, 2),
    "booking.sms_answer": (1, 2),
    "booking.waitlist_ended": (1, 2),
    "notifications.sms_stopped": (1, 1),
    "patients.link_code": (1, 1),
    "patients.online_closed": (1, 1),
    "patients.online_opened": (1, 1),
}
OTHERS = (2, 3)
NAMES = {
    "usual": Names(),
    "longest": Names(
        title="Pr",
        first="Marie-Antoinette",
        last="de La Rochefoucauld-Montmorency",
        patient="Anne-Françoise-Charlotte",
        surname="Desjardins-Montalembert",
        practice="Maison de santé pluriprofessionnelle des Grands-Champs de Saint-Remy",
        street="127 bis avenue du Maréchal-de-Lattre-de-Tassigny",
        town="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
    ),
    "accents": Names(
        first="Éloïse", last="Brûlé-Façonnière", patient="Zoë", surname="Ærøskøbing", practice="L’Œuvre d’Août"
    ),
    "apostrophes": Names(
        first="Aïssatou", last="N’Diaye-d'Étigny", patient="D’Arcy", surname="O'Brien", practice="L'Île d’Yeu"
    ),
    "emoji": Names(first="Rose 🌹", last="Martin 👩🏽‍⚕️", patient="Ali 🙂", surname="Ben 🇫🇷", practice="Cabinet ❤️"),
    "arabic": Names(
        title="", first="عبد الرحمن", last="الفاسي", patient="نور", surname="الهدى", practice="عيادة النور"
    ),
    "hebrew": Names(title="", first="דוד", last="כהן", patient="רות", surname="לוי", practice="מרפאה"),
    "override": Names(first="\u202eClaire", last="Martin\u2066", patient="Alice\u200f", surname="Fon\u202ctaine"),
    "markup": Names(
        first="<b>Claire</b>", last='"Martin" & <script>', patient="{{ x }}", surname="%(y)s", practice="A & B <i>"
    ),
    "breaks": Names(
        first="Claire\r\nBcc: x@y.z",
        last="Martin\u2028Subject: z",
        patient="Ali\tce",
        surname="Fon\x85t",
        practice="A\nB",
    ),
}
_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_INCLUDED = re.compile(r"\{%\s*(?:include|extends)\s+\"([^\"]+)\"")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def faults() -> list[str]:
    """Everything that is wrong, one line each."""
    return [*_of_templates(), *_of_kinds(), *(fault for name, who in NAMES.items() for fault in _of_words(name, who))]


def forbidden_in(source: str, root: Path = TEMPLATES.parent) -> set[str]:
    """The forbidden names in the tags and variables of a template, included ones too; words of its text do not count."""
    found: set[str] = set()
    for shown, tag in _TAG.findall(source):
        found |= FORBIDDEN & set(re.split(r"\W+", _QUOTED.sub("", shown or tag)))
    for name in _INCLUDED.findall(source):
        found |= forbidden_in((root / name).read_text(encoding="utf-8"), root)
    return found


def _of_templates(root: Path = TEMPLATES) -> Iterator[str]:
    for kind, endings in template_kinds(root).items():
        for ending in sorted(endings & set(SHOWN)):
            source = (root / f"{kind.replace('.', '/')}.{ending}").read_text(encoding="utf-8")
            for name in sorted(forbidden_in(source, root.parent)):
                yield f"{kind}.{ending} uses « {name} », which names what is medical"
        if endings & LETTER and not endings >= LETTER:
            yield f"{kind} lacks {', '.join(sorted(LETTER - endings))}"
        if not endings <= LETTER | set(SHOWN):
            yield f"{kind} has templates that nothing reads: {', '.join(sorted(endings - LETTER - set(SHOWN)))}"


def _of_kinds() -> Iterator[str]:
    known, shown = set(template_kinds()), samples()
    yield from (f"{kind} has no template" for kind in kinds() if kind not in known and not kind.startswith("tests."))
    yield from (f"{kind} has no example in portal/message_samples.py" for kind in sorted(known - shown.keys()))
    yield from (f"{kind} has an example and no template" for kind in sorted(shown.keys() - known))


def _of_words(name: str, who: Names) -> Iterator[str]:
    for one in written_all(who):
        for fault in faults_of(one):
            yield f"{one.kind} {one.label} ({one.language}, {name} names): {fault}".replace("  ", " ")


def faults_of(one: Written) -> Iterator[str]:
    """What is wrong with one written message."""
    shown = [one.bell, one.email.subject if one.email else "", one.sms.text if one.sms else ""]
    every = [*shown, one.email.text if one.email else "", one.email.html if one.email else ""]
    for secret in SECRETS:
        if any(secret in text for text in every):
            yield f"says « {secret} »"
    for word in _medical(" ".join(shown)):
        yield f"speaks of « {word} » where anybody reads it"
    if one.email is not None:
        yield from _of_letter(one.email.subject, one.email.text, one.email.html)
    if one.sms is not None:
        in_gsm7, in_ucs2 = PARTS.get(one.kind, OTHERS)
        if one.sms.parts > (in_gsm7 if one.sms.alphabet is Alphabet.GSM7 else in_ucs2):
            yield f"takes {one.sms.parts} SMS in {one.sms.alphabet}"


def _medical(text: str) -> list[str]:
    folded = f" {fold(text)} "
    return [*health_in(text), *(word for word in (*WORDS, *_specialties()) if f" {word} " in folded)]


@lru_cache(maxsize=1)
def _specialties() -> tuple[str, ...]:
    rows = read_specialties()
    return tuple({fold(name) for row in rows for name in (row.name, row.name_en, *row.synonyms) if len(name) > LETTERS})


def _of_letter(subject: str, text: str, html: str) -> Iterator[str]:
    if not subject or subject != subject.strip() or len(subject) > SUBJECT_AT_MOST:
        yield "has an empty or endless subject"
    if re.search(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]", subject):
        yield "breaks its subject"
    if not text.strip() or not html.strip():
        yield "has an empty form"
    if "<script" in html or "<b>Claire" in html or 'lang="' not in html:
        yield "does not escape a name, or does not say its language"
    for form in (subject, text, html):
        if form.count("\u2068") != form.count("\u2069") or re.search("[\u202a-\u202e]", form):
            yield "leaves a direction open"
