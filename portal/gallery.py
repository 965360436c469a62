"""Example values for the components page: every component with its states, no row of the database."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.presentation import Chip, Filter, PractitionerCard, SlotDay, SlotWindow, Suggestion, SuggestionGroup

ZONE = "Europe/Paris"
COLOURS = (
    *(("ground", _("Brume")), ("surface", _("Papier")), ("inset", _("Creux")), ("ink", _("Encre"))),
    *(("ink-2", _("Encre 2")), ("primary", _("Vert bouteille")), ("primary-soft", _("Vert pâle"))),
    *(("mimosa", _("Mimosa")), ("mimosa-soft", _("Mimosa pâle")), ("band", _("Bandeau"))),
    *(("ok", _("Réussi")), ("info", _("Information")), ("warn", _("Attention")), ("danger", _("Danger"))),
)
PATIENT_SIGNS = ("confirmed", "pending", "moved", "late", "cancelled", "excused")
PRACTICE_SIGNS = ("planned", "confirmed", "arrived", "in_consultation", "seen", "no_show", "excused", "urgent")


class ExampleForm(forms.Form):
    """One field of each kind; bound to the answers below it, two of them wrong."""

    birth_date = forms.CharField(label=_("Date de naissance"), help_text=_("Par exemple : 17/03/2020"))
    email = forms.EmailField(
        label=_("Adresse e-mail"),
        error_messages={"invalid": _("Il manque le « @ », par exemple alice@exemple.fr.")},
    )
    reason = forms.ChoiceField(label=_("Motif"), choices=[("suivi", "Consultation de suivi · 20 min")])
    note = forms.CharField(
        label=_("Un mot pour le cabinet"),
        help_text=_("Rien de médical ici : le secrétariat lit ce message."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    mode = forms.ChoiceField(
        label=_("Choix"),
        choices=[("office", _("Au cabinet")), ("video", _("En vidéo"))],
        widget=forms.RadioSelect,
    )
    reminder = forms.BooleanField(label=_("Recevoir un SMS la veille"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].option_hints = {  # type: ignore[attr-defined]
            "office": "14 rue de Paris, Les Lilas",
            "video": _("Depuis un téléphone ou un ordinateur"),
        }


@dataclass(frozen=True)
class Gallery:
    """What `portal/components.html` draws."""

    today: date
    window: SlotWindow
    radios: SlotWindow
    empty: SlotWindow
    cards: list[PractitionerCard]
    form: ExampleForm
    suggestions: list[SuggestionGroup]
    filters: list[Filter]
    tabs: list[dict[str, Any]]
    expires_at: datetime
    times: dict[str, datetime]


def _instant(day: date, text: str) -> datetime:
    return clock.combine(day, time.fromisoformat(text), ZoneInfo(ZONE))


def _day(day: date, hours: Iterable[str], *, chosen: str = "", radio: bool = False, more: int = 0) -> SlotDay:
    chips = [
        Chip(
            _instant(day, hour),
            ZONE,
            url="" if radio else "#puces",
            value=f"{day}T{hour}" if radio else "",
            who="Dr Claire Martin",
            state="chosen" if hour == chosen else "free",
        )
        for hour in hours
    ]
    return SlotDay(day, chips, more, "#puces" if more else "")


_HOURS = (
    ("09:40", "11:20", "15:00", "15:20", "16:40", "17:00"),
    ("08:20", "08:40", "10:00", "10:20", "11:40"),
    ("14:20", "16:40", "17:00"),
    (),
    ("08:00", "08:20", "09:00", "10:40"),
)


def _cards(first: date, short: SlotWindow, later: Chip) -> list[PractitionerCard]:
    full = PractitionerCard(
        name="Dr Claire Martin",
        url="#carte",
        role="Médecin généraliste · Secteur 1",
        address="14 rue de Paris, Les Lilas",
        distance_km=0.6,
        facts=[("euro", "30 €, carte Vitale, tiers payant"), ("wheelchair", "Rez-de-chaussée, accès en fauteuil")],
        window=short,
        rank=1,
        heading_level=3,
    )
    none = replace(short, days=[SlotDay(first + timedelta(days=n)) for n in range(3)])
    return [
        full,
        replace(full, name="Dr Samira Benali", tint=5, rank=2, window=none, next_slot=later, alert_url="#carte"),
        replace(
            full,
            name="Dr Philippe Lacour",
            tint=3,
            rank=3,
            window=None,
            facts=[("info", "Fiche issue de l’annuaire public des soignants")],
            phone="+33143005217",
            bookable=False,
        ),
    ]


def gallery() -> Gallery:
    """Examples that start tomorrow, whatever the day."""
    today = clock.today(ZoneInfo(ZONE))
    first = today + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(5)]
    later = Chip(_instant(first + timedelta(days=9), "14:10"), ZONE, url="#vide", who="Dr Claire Martin")
    short = SlotWindow(
        [_day(d, h[:3], more=max(0, len(h) - 3)) for d, h in zip(days[:3], _HOURS, strict=False)], short=True
    )
    window = SlotWindow(
        [
            _day(d, h, chosen="09:40" if d == first else "", more=5 if d == days[4] else 0)
            for d, h in zip(days, _HOURS, strict=True)
        ],
        next_url="#puces",
    )
    form = ExampleForm({"birth_date": "17/03/2020", "email": "alice.exemple.fr", "mode": "office", "reminder": "on"})
    return Gallery(
        today=today,
        window=window,
        radios=SlotWindow(
            [_day(d, h, chosen="09:40", radio=True) for d, h in zip(days, _HOURS, strict=True)], field="slot"
        ),
        empty=SlotWindow([SlotDay(d) for d in days], next_slot=later),
        cards=_cards(first, short, later),
        form=form,
        suggestions=[
            SuggestionGroup("Spécialités", [Suggestion("Dermatologue", "dermatologue")]),
            SuggestionGroup("Soignants", [Suggestion("Dr Denis Dermont", hint="Dentiste, Lyon", url="#carte")]),
        ],
        filters=[
            Filter("Dans 2 km", "#filtres", on=True),
            Filter("Secteur 1", "#filtres"),
            Filter("En vidéo", "#filtres", icon="video"),
        ],
        tabs=[
            {"label": "À venir (4)", "url": "#onglets", "current": True},
            {"label": "Passés (17)", "url": "#onglets", "current": False},
        ],
        expires_at=clock.now() + timedelta(minutes=9, seconds=40),
        times={
            "today": _instant(today, "15:00"),
            "soon": _instant(first, "10:20"),
            "later": _instant(first + timedelta(days=16), "09:10"),
            "past": _instant(today - timedelta(days=30), "14:40"),
        },
    )
