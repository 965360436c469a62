"""An example of every message the site sends, for the gallery, the linter and its tests. No table is read here.

What may never be said is in these examples: a reason, a specialty and a document with names of their own (`SECRETS`), so
that a template which prints one of them is found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts import letters
from booking.enums import Status, WaitlistEnd
from booking.messages import _words as visit_words
from booking.messages import where_of
from booking.messages_reminder import _card as reminder_card
from booking.messages_reminder import brief
from booking.messages_replies import labels_of
from booking.models import Appointment
from carnet.stop_links import stop_path as prevention_stop_path
from core import clock, phrasing
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import ReminderPreference
from notifications.rendering import absolute
from notifications.sms_text import sms_text
from notifications.stop_links import stop_path
from notifications.topics import Topic
from patients.data_notice import Notice
from patients.models import PatientRecord
from portal.billing_samples import invoice_samples
from practitioners.models import Agenda, Location, Place, Practice, Practitioner, Specialty, VisitReason

SECRETS = ("Zzmotifsecret", "Zzspecialitesecrete", "Zzdocumentsecret", "Zznotesecrete", "Zzconsignesecrete")
PATH = "/rdv/Q2wcPJmCQjRazqzYH9W8Jg/"
ZONE = "Europe/Paris"


def stop_of(topic: Topic) -> str:
    """The link that ends such messages, as long as those of people: of nobody's address."""
    return absolute(stop_path(ChannelName.EMAIL, address="nobody@prendsoin.example", topic=topic))


@dataclass(frozen=True, slots=True)
class Names:
    """Whose names the examples bear."""

    title: str = "Dr"
    first: str = "Claire"
    last: str = "Martin"
    patient: str = "Alice"
    surname: str = "Fontaine"
    practice: str = "Maison de santé des Lilas"
    street: str = "14 rue de Paris"
    town: str = "Les Lilas"


@dataclass(frozen=True, slots=True)
class Sample:
    """One case of a kind: what it shows, and the words of its templates."""

    label: str
    words: Mapping[str, Any]


def samples(names: Names | None = None) -> dict[str, list[Sample]]:
    """By kind, its cases. A kind whose templates are not here fails the linter."""
    who = names or Names()
    return {**_of_visits(who), **_of_the_waitlist(who), **_of_practices(who), **_of_accounts(who), **_of_invoices(who)}


def _start(days: int = 16) -> datetime:
    """A Wednesday at 10:45: nothing is longer to say."""
    day = clock.today(ZoneInfo(ZONE)) + timedelta(days=days)
    return clock.combine(
        day + timedelta(days=(2 - day.weekday()) % 7), datetime.min.time().replace(hour=10, minute=45), ZoneInfo(ZONE)
    )


def visit_of(who: Names, *, status: str = Status.BOOKED, hours: int = 0) -> Appointment:
    """A visit that is in no table."""
    place = Place(name=who.town, timezone=ZONE)
    practice = Practice(name=who.practice, phone="+33199001234")
    location = Location(
        practice=practice, name=who.practice, street=who.street, postcode="93260", place=place, timezone=ZONE
    )
    specialty = Specialty(slug="secret", name=SECRETS[1], name_en=SECRETS[1])
    performer = Practitioner(title=who.title, first_name=who.first, last_name=who.last, specialty=specialty)
    agenda = Agenda(practice=practice, location=location, practitioner=performer)
    record = PatientRecord(
        practice=practice, first_name=who.patient, birth_name=who.surname, birth_date=date(1980, 5, 17)
    )
    start = _start() + timedelta(hours=hours)
    return Appointment(
        agenda=agenda,
        practice=practice,
        performer=performer,
        specialty=specialty,
        visit_reason=VisitReason(name=SECRETS[0], instructions=SECRETS[4], specialty=specialty),
        record=record,
        start_at=start,
        end_at=start + timedelta(minutes=20),
        status=status,
        reason_name=SECRETS[0],
        note=SECRETS[3],
        internal_note=SECRETS[3],
    )


def _of_visits(who: Names) -> dict[str, list[Sample]]:
    visit, plain = visit_of(who), ReminderPreference()
    far, discreet = ReminderPreference(timezone="Indian/Reunion"), ReminderPreference(discreet=True)
    gone = visit_of(who, status=Status.CANCELLED_BY_PRACTICE)
    notice = Notice(practice=who.practice, link=absolute("/donnees/Q2wcPJmCQjRazqzYH9W8Jg/"))
    ways = (("", plain), ("deux horloges", far), ("discret", discreet))
    told = [Sample(label, visit_words(visit, PATH, wish)) for label, wish in ways]
    over = [Sample(label, visit_words(gone, PATH, wish)) for label, wish in ways]
    contact = visit_words(visit, PATH)
    contact |= {"patient": "", "contact_lines": contact["stub"]["lines"][:-1], "data_notice": notice}
    rescue = {
        "visit": visit,
        "zone": ZONE,
        "ends_at": visit.start_at - timedelta(days=1),
        "performer": visit.performer.display_name,
        "patient": visit.record.display_name if visit.record else "",
        "practice": who.practice,
        "phone_number": "+33199001234",
        "link": absolute(PATH),
    }
    late = {"count": 1, "hour": "10 h 45", "then": "11 h 10", "minutes": 25, "link": absolute(PATH)}
    family = {**late, "count": 3, "hour": "10 h 05, 10 h 25 et 10 h 45", "then": "10 h 30, 10 h 50 et 11 h 10"}
    team = visit_words(visit, "/notifications/")
    locum = {**visit_words(visit, PATH), "locum": f"{who.title} {who.last}", "named": True}
    return {
        "booking.confirmed": told,
        "booking.moved": told,
        "booking.cancelled": over,
        "booking.contact": [
            Sample(event, {**contact, "event": event}) for event in ("confirmed", "moved", "cancelled")
        ],
        "booking.reminder": _reminders(who, plain, far, discreet),
        "booking.rescue": [
            Sample("", rescue),
            Sample("discret", {**rescue, "performer": "", "practice": "", "patient": "", "link": ""}),
        ],
        "booking.locum": [Sample("", locum), Sample("discret", {**locum, "named": False, "locum": "", "masked": True})],
        "booking.struck_off": [
            Sample("", {**visit_words(visit, PATH), "named": True}),
            Sample("discret", {**visit_words(visit, PATH), "named": False, "masked": True}),
        ],
        "booking.late": [Sample("", late), Sample("plusieurs visites", family)],
        "booking.on_time": [Sample("", late), Sample("plusieurs visites", family)],
        "booking.practice_booked": [Sample("", team)],
        "booking.practice_moved": [Sample("", team)],
        "booking.practice_cancelled": [Sample("", visit_words(gone, "/notifications/"))],
        "booking.sms_answer": _replies(visit),
    }


def _of_invoices(who: Names) -> dict[str, list[Sample]]:
    found = invoice_samples(who.practice)
    return {kind: [Sample(label, words) for label, words in cases] for kind, cases in found.items()}


def _reminders(who: Names, *wishes: ReminderPreference) -> list[Sample]:
    def words(count: int, wish: ReminderPreference) -> dict[str, Any]:
        visits = [visit_of(who, hours=2 * number) for number in range(count)]
        cards = [reminder_card(one, wish, own=True) for one in visits]
        told = {
            "cards": cards,
            "one": cards[0],
            "count": count,
            "day": phrasing.day_text(visits[0].start_at.date()),
            "hours": ", ".join(card["hour"] for card in cards),
            "link": absolute(PATH),
            "own": True,
            "phone": "" if cards[0]["masked"] else "+33199001234",
            "replies": True,
            "data_notice": None,
            "stop": stop_of(Topic.REMINDER),
            "family": False,
            "brief": False,
        }
        return brief(told) if _is_long("booking.reminder", told) else told

    labels = ("", "deux horloges", "discret")
    one = [Sample(label, words(1, wish)) for label, wish in zip(labels, wishes, strict=True)]
    return [*one, Sample("trois rendez-vous d’un jour", words(3, wishes[0]))]


def _contact(words: Mapping[str, Any], event: str) -> Sample:
    told = {**words, "event": event}
    return Sample(event, {**told, "brief": _is_long("booking.contact", told)})


def _is_long(kind: str, words: Mapping[str, Any]) -> bool:
    """Whether it takes more than one SMS, so that it is written again without who and where, as its composer does."""
    return sms_text(rendering.sms(kind, words, to="+33639980001").text).parts > 1


def _replies(visit: Appointment) -> list[Sample]:
    label = labels_of([visit])[0]
    words = {"moment": label, "moments": label, "options": f"1 : {label}. 2 : {label}."}
    cases = ("confirmed", "which_cancel", "which_confirm", "sure", "desk", "over", "nothing", "")
    return [Sample(what, {**words, "what": what}) for what in cases]


def _of_the_waitlist(who: Names) -> dict[str, list[Sample]]:
    visit = visit_of(who)
    offer = {
        "start": visit.start_at,
        "zone": ZONE,
        "ends_at": visit.start_at - timedelta(days=1),
        "performer": visit.performer.display_name,
        "where": where_of(visit.agenda.location),
        "patient": who.patient,
        "current": visit.start_at + timedelta(days=20),
        "practice": who.practice,
        "phone_number": "+33199001234",
        "link": absolute(PATH),
    }
    hidden = {**offer, "performer": "", "where": "", "patient": "", "practice": "", "link": ""}
    ended = {"practice": who.practice, "phone_number": "+33199001234", "link": absolute("/mes-rendez-vous/")}
    ends = [{f"was_{one.value}": one is end for one in WaitlistEnd} for end in WaitlistEnd]
    return {
        "booking.waitlist_offer": [Sample("", offer), Sample("discret", hidden)],
        "booking.waitlist_ended": [
            Sample(str(end), {**ended, **words}) for end, words in zip(WaitlistEnd, ends, strict=True)
        ],
    }


def _of_practices(who: Names) -> dict[str, list[Sample]]:
    written = {
        "practice": who.practice,
        "phone": "+33199001234",
        "text": "Le cabinet sera fermé lundi 16 novembre. Nous vous recevrons dès le mardi.",
        # The longest that may be written.
        "short": ("Fermé lundi 16 novembre, rouvert mardi à 8 h. " * 4)[:140],
        "link": absolute("/mes-rendez-vous/message/3b82d378-a6f5-40b7-9c76-6b50fd73be52/"),
        "stop": stop_of(Topic.BROADCAST),
    }
    hidden = {**written, "practice": "", "phone": "", "text": "", "short": ""}
    days = {"first": phrasing.day_text(_start().date()), "last": phrasing.day_text(_start(30).date())}
    lent = {
        "lender": f"{who.title} {who.last}",
        "practice": who.practice,
        "agendas": [f"{who.title} {who.first} {who.last}"],
        "link": absolute("/cabinet/equipe/"),
        **days,
    }
    team = {
        "practice": who.practice,
        "inviter": who.first,
        "link": absolute("/cabinet/equipe/"),
        "expires_at": _start(),
    }
    return {
        "booking.broadcast": [
            Sample("", written),
            Sample("discret", hidden),
            Sample("numéro qui répond", {**written, "replies": True}),
            Sample("discret, sans compte", {**hidden, "link": ""}),
        ],
        "practitioners.cover_lent": [Sample("", lent)],
        "practitioners.team_invitation": [Sample("", team), Sample("sans nom", {**team, "inviter": ""})],
    }


def _of_accounts(who: Names) -> dict[str, list[Sample]]:
    link, code = absolute("/proches/fiches/lien/Q2wcPJmCQjRazqzYH9W8Jg/"), {"code": "424242"}
    invitation = {"inviter": who.patient, "link": link, "expires_at": _start()}
    return {
        "accounts.letter": [Sample(name, _letter(name)) for name in letters.known_names()],
        "accounts.code": [Sample("", code)],
        "accounts.lost_factor": [Sample("", {})],
        "notifications.sms_stopped": [Sample("", {})],
        "patients.invitation": [Sample("", invitation), Sample("sans nom", {**invitation, "inviter": ""})],
        "patients.link_code": [Sample("", code)],
        "practitioners.claim_answered": [
            Sample("confirmée", {"unsafe": False, "accepted": True, "reason": "", "link": link}),
            Sample("refusée", {"unsafe": False, "accepted": False, "reason": "La pièce est illisible.", "link": link}),
            Sample("pièce infectée", {"unsafe": True, "accepted": False, "reason": "", "link": link}),
        ],
        "practitioners.listing_code": [
            Sample(label, {**code, "asked": asked})
            for label, asked in (("", "objection"), ("téléphone", "hide_phone"), ("correction", "correction"))
        ],
        "practitioners.listing_answer": _listing_answers(),
        "patients.file_link": [Sample("", {"link": link})],
        "patients.online_closed": [Sample("", {"phone": "+33199001234"})],
        "patients.online_opened": [Sample("", {"phone": "+33199001234"})],
        "carnet.document_arrived": [Sample("", {"link": absolute("/carnet/documents/")})],
        "carnet.unusual_access": [Sample("", {"link": absolute("/carnet/")})],
        "carnet.access_alert": [Sample("", {"link": absolute("/plateforme/acces/")})],
        "carnet.prevention": [Sample("", {"link": absolute("/carnet/"), "stop": absolute(prevention_stop_path(0))})],
    }


def _listing_answers() -> list[Sample]:
    link = absolute("/fiches/demandes/3b82d378-a6f5-40b7-9c76-6b50fd73be52/")
    said = {"answer": "Nous avons appelé le cabinet : l’adresse est juste.", "link": link}
    return [
        Sample("ne paraît plus", {"asked": "objection", "done": True, "answer": "", "link": link}),
        Sample("téléphone masqué", {"asked": "hide_phone", "done": True, "answer": "", "link": link}),
        Sample("corrigée", {"asked": "correction", "done": True, "answer": "", "link": link}),
        Sample("sans suite", {"asked": "correction", "done": False, **said}),
        Sample("signalement", {"asked": "report", "done": True, **said}),
    ]


def _letter(name: str) -> dict[str, Any]:
    """A letter of the account, with the facts that any of them may name."""
    facts = {
        "code": "424242",
        "timestamp": clock.now().isoformat(),
        "due_at": (clock.now() + timedelta(days=7)).isoformat(),
        "ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        "to_email": "nouvelle@prendsoin.example",
        "from_email": "ancienne@prendsoin.example",
        "token": "Q2wcPJmCQjRazqzYH9W8Jg",
    }
    letter = letters.write(name, facts)
    url = absolute(letter.path) if letter.path else ""
    return {"letter": letter, "lines": [line for line in letter.lines if line], "url": url}
