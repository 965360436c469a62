"""The site's main addresses as menus show them: only those that exist, the current one marked."""

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import is_valid_path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Entry(NamedTuple):
    """One word of a menu: label, short label for the phone's bar, icon, address, and the prefixes it stands for."""

    label: str | Promise
    short: str | Promise
    icon: str
    url: str
    prefixes: tuple[str, ...]


PATIENT = (
    Entry(_("Trouver un soignant"), _("Trouver"), "search", "/", ("/recherche/", "/praticien/", "/rendez-vous/")),
    Entry(
        _("Mes rendez-vous"),
        pgettext_lazy("plusieurs", "Rendez-vous"),
        "calendar",
        "/mes-rendez-vous/",
        ("/mes-rendez-vous/",),
    ),
    Entry(_("Mon carnet"), _("Carnet"), "book", "/carnet/", ("/carnet/",)),
    Entry(_("Mes proches"), _("Proches"), "users", "/proches/", ("/proches/",)),
    Entry(_("Aide"), _("Aide"), "help", "/aide/", ("/aide/",)),
)
PRACTICE = (
    Entry(_("Agenda"), _("Agenda"), "calendar", "/cabinet/", ("/cabinet/agenda/", "/cabinet/rendez-vous/")),
    Entry(_("Patients"), _("Patients"), "users", "/cabinet/patients/", ("/cabinet/patients/",)),
    Entry(_("Carnets"), _("Carnets"), "book", "/cabinet/carnets/", ("/cabinet/carnets/",)),
    Entry(
        _("Tâches"),
        _("Tâches"),
        "check",
        "/cabinet/taches/",
        ("/cabinet/taches/", "/cabinet/replacer/", "/cabinet/liste-attente/", "/cabinet/non-joints/"),
    ),
    Entry(_("Activité"), _("Activité"), "chart", "/cabinet/activite/", ("/cabinet/activite/",)),
    Entry(_("Équipe"), _("Équipe"), "user-plus", "/cabinet/equipe/", ("/cabinet/equipe/",)),
    Entry(_("Abonnement"), _("Abonnement"), "euro", "/cabinet/abonnement/", ("/cabinet/abonnement/",)),
    Entry(
        _("Réglages"),
        _("Réglages"),
        "settings",
        "/cabinet/reglages/",
        ("/cabinet/reglages/", "/cabinet/messages-groupes/", "/cabinet/abonnement/"),
    ),
    Entry(_("Aide"), _("Aide"), "help", "/aide/", ("/aide/",)),
)
# The staff's rail; a page that this version does not serve yet is left out.
PLATFORM = (
    Entry(_("Files de travail"), _("Files"), "chart", "/plateforme/files/", ("/plateforme/files/",)),
    Entry(_("Accès signalés"), _("Accès"), "lock", "/plateforme/acces/", ("/plateforme/acces/",)),
    Entry(_("Répertoire national"), _("Répertoire"), "search", "/plateforme/registre/", ("/plateforme/registre/",)),
    Entry(_("Fiches du répertoire"), _("Fiches"), "file", "/plateforme/fiches/", ("/plateforme/fiches/",)),
    Entry(_("Vérifications"), _("Vérifier"), "shield", "/plateforme/verification/", ("/plateforme/verification/",)),
    Entry(_("Informations santé"), _("Contenus"), "book", "/plateforme/contenus/", ("/plateforme/contenus/",)),
    Entry(
        _("Messages envoyés par le site"), _("Messages"), "mail", "/plateforme/messages/", ("/plateforme/messages/",)
    ),
)
# The rail of billing staff.
BILLING = (
    Entry(_("Synthèse"), _("Synthèse"), "chart", "/facturation/", ()),
    Entry(_("Factures"), _("Factures"), "file", "/facturation/factures/", ("/facturation/factures/",)),
    Entry(_("Impayés"), _("Impayés"), "warning", "/facturation/impayes/", ("/facturation/impayes/",)),
    Entry(_("Cabinets"), _("Cabinets"), "users", "/facturation/cabinets/", ("/facturation/cabinets/",)),
    Entry(_("Paiements"), _("Paiements"), "euro", "/facturation/paiements/", ("/facturation/paiements/",)),
    Entry(_("Mois"), _("Mois"), "calendar", "/facturation/cloture-mensuelle/", ("/facturation/cloture-mensuelle/",)),
    Entry(_("Exports"), _("Exports"), "download", "/facturation/exports/", ("/facturation/exports/",)),
)
# The four words of the phone's bar; the others are reached from the summary.
BILLING_EARLY = ("/facturation/", "/facturation/factures/", "/facturation/impayes/", "/facturation/cabinets/")
# Those that a phone's bar has no room for: reached from the settings.
PRACTICE_LATE = ("/cabinet/carnets/", "/cabinet/activite/", "/cabinet/equipe/", "/aide/")
SUBSCRIPTION = "/cabinet/abonnement/"
# How many words the phone's bar has room for.
PHONE_ROOM = 4
_left_out: list[Callable[[Any], Collection[str]]] = []
# Header words, in order; the phone's bar has room for four and leaves the help to the menu.
HEADER = ("/", "/mes-rendez-vous/", "/carnet/", "/aide/")
BOTTOM = ("/", "/mes-rendez-vous/", "/carnet/", "/proches/")


@lru_cache(maxsize=256)
def exists(path: str) -> bool:
    """Whether an address of the contract is served by this version of the site."""
    return bool(is_valid_path(path))


def entries(addresses: Iterable[str], path: str) -> list[dict[str, Any]]:
    """The entries of a menu that exist, in order, each with `current` for the page at `path`."""
    known = {entry.url: entry for entry in PATIENT}
    return [
        {**known[url]._asdict(), "current": is_current(path, known[url].url, known[url].prefixes)}
        for url in addresses
        if exists(url)
    ]


def register_practice_rail(leaves_out: Callable[[Any], Collection[str]]) -> None:
    """Says which addresses of the practice's rail are not for an actor; they would answer a 404 or stay empty."""
    _left_out.append(leaves_out)


def practice_entries(path: str, actor: Any = None) -> list[dict[str, Any]]:
    """The rail of the practice's side: `late` ones are hidden on phones, `push` begins the group at the bottom.

    Without an actor, the rail of who runs agendas.
    """
    hidden = {url for leaves_out in _left_out for url in leaves_out(actor)} if actor else {SUBSCRIPTION}
    shown = [entry for entry in PRACTICE if entry.url not in hidden and exists(entry.url)]
    here = next((entry for entry in shown if is_current(path, entry.url, entry.prefixes)), None)
    return [
        {
            **entry._asdict(),
            "current": entry is here,
            "late": entry.url in PRACTICE_LATE and len(shown) > PHONE_ROOM,
            "push": entry.url == "/cabinet/reglages/",
        }
        for entry in shown
    ]


def practice_home(actor: Any) -> str:
    """Where an actor's work in a practice begins: the first word of their rail."""
    return str(practice_entries("", actor)[0]["url"])


def platform_entries(path: str) -> list[dict[str, Any]]:
    """The rail of the platform's staff."""
    return [
        {**entry._asdict(), "current": is_current(path, entry.url, entry.prefixes)}
        for entry in PLATFORM
        if exists(entry.url)
    ]


def billing_entries(path: str) -> list[dict[str, Any]]:
    """The rail of billing staff: `late` ones are hidden on phones."""
    return [
        {
            **entry._asdict(),
            "current": is_current(path, entry.url, entry.prefixes),
            "late": entry.url not in BILLING_EARLY,
        }
        for entry in BILLING
        if exists(entry.url)
    ]


def is_current(path: str, url: str, prefixes: Iterable[str] = ()) -> bool:
    return path == url or any(path.startswith(prefix) for prefix in prefixes)
