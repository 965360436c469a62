"""The table of what is kept: what for, on what legal ground, how long, and what happens then. The page and the purge read it.

Sources: GDPR articles 5, 6, 9 and 17; CNIL, reference for practices (2020: five years, then fifteen archived) and
recommendation on logging (October 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.access import Actor
from custody.services import purging

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Purge:
    """`due()` counts what is over; `run(actor)` erases it and returns how many."""

    due: Callable[[], int]
    run: Callable[[Actor], int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One line. One without a purge has no end that the site decides alone."""

    code: str
    what: Words
    why: Words
    basis: Words
    how_long: Words
    afterwards: Words
    purge: Purge | None = None


CONTRACT = _("Contrat : les conditions d’utilisation (RGPD, art. 6-1-b)")
CONSENT = _("Votre accord (RGPD, art. 6-1-a et 9-2-a)")
LAW = _("Obligation légale (RGPD, art. 6-1-c)")
INTEREST = _("Intérêt légitime : la sécurité (RGPD, art. 6-1-f)")
ERASED = _("Effacé")

TABLE: tuple[Kept, ...] = (
    Kept(
        "account",
        _("Compte : adresse, mobile, préférences, identité"),
        _("Vous reconnaître et prendre vos rendez-vous"),
        CONTRACT,
        _("Tant que le compte est ouvert"),
        _("À la fermeture : effacé tout de suite"),
    ),
    Kept(
        "unconfirmed",
        _("Comptes dont l’adresse n’a jamais été confirmée"),
        _("Laisser le temps de confirmer"),
        CONTRACT,
        _("24 heures"),
        ERASED,
        Purge(purging.unconfirmed_due, purging.purge_unconfirmed),
    ),
    Kept(
        "record",
        _("Carnet : documents, profil de santé, vaccins, mesures, réponses de prévention"),
        _("Garder votre carnet et le montrer à qui vous voulez"),
        CONSENT,
        _("Tant que vous le gardez"),
        _(
            "Quand vous l’effacez ou fermez le compte : la clé des documents est détruite, puis les fichiers et toutes les lignes"
        ),
    ),
    Kept(
        "bin",
        _("Documents mis à la corbeille"),
        _("Revenir sur une erreur"),
        CONSENT,
        _("30 jours"),
        ERASED,
        Purge(purging.bin_due, purging.purge_bin),
    ),
    Kept(
        "consents",
        _("Accords retirés et partages terminés"),
        _("Prouver ce que vous aviez accepté, et quand"),
        LAW,
        _("3 ans après le retrait ou la fin"),
        ERASED,
        Purge(purging.consents_due, purging.purge_consents),
    ),
    Kept(
        "archives",
        _("Copie de vos données, en attente de téléchargement"),
        _("Vous la remettre"),
        LAW,
        _("24 heures"),
        ERASED,
        Purge(purging.archives_due, purging.purge_archives),
    ),
    Kept(
        "files",
        _("Dossier que chaque cabinet tient sur vous, et vos rendez-vous chez lui"),
        _("Votre suivi médical, sous la responsabilité du cabinet"),
        LAW,
        _("20 ans après le dernier passage, pour le dossier d’un cabinet (5 ans actif, 15 ans archivé)"),
        _("Le cabinet l’efface ; le site n’y touche pas"),
    ),
    Kept(
        "answers",
        _("Réponses données avant un rendez-vous"),
        _("Préparer la visite"),
        CONTRACT,
        _("Jusqu’à la fin du rendez-vous, à une heure près"),
        ERASED,
        Purge(purging.answers_due, purging.purge_answers),
    ),
    Kept(
        "holds",
        _("Créneaux gardés sans réservation"),
        _("Vous laisser le temps de choisir"),
        CONTRACT,
        _("10 minutes"),
        ERASED,
        Purge(purging.holds_due, purging.purge_holds),
    ),
    Kept(
        "messages",
        _("Messages envoyés : type, heure, remise ; jamais leur texte"),
        _("Savoir si un rappel est arrivé"),
        CONTRACT,
        _("180 jours"),
        ERASED,
        Purge(purging.messages_due, purging.purge_messages),
    ),
    Kept(
        "journal",
        _("Journal des actes et des accès : numéros, dates, sans nom ni contenu"),
        _("Vous dire qui a ouvert quoi ; détecter un abus"),
        INTEREST,
        _("3 ans : au-delà, le dernier sceau reste, qui prouve ce qui suit"),
        ERASED,
        Purge(purging.journal_due, purging.purge_journal),
    ),
    Kept(
        "alerts",
        _("Alertes d’accès inhabituel"),
        _("Détecter un abus"),
        INTEREST,
        _("3 ans"),
        ERASED,
        Purge(purging.alerts_due, purging.purge_alerts),
    ),
    Kept(
        "proofs",
        _("Pièces envoyées par un soignant pour prouver qu’une fiche est la sienne"),
        _("Vérifier son identité, par deux personnes de l’équipe"),
        CONTRACT,
        _("Jusqu’à la décision, 90 jours au plus"),
        ERASED,
        Purge(purging.proofs_due, purging.purge_proofs),
    ),
    Kept(
        "claims",
        _("Demandes de fiche refusées ou retirées"),
        _("Répondre à une contestation, détecter un abus"),
        INTEREST,
        _("1 an après la décision"),
        ERASED,
        Purge(purging.claims_due, purging.purge_claims),
    ),
    Kept(
        "requests",
        _("Demandes et signalements sur une fiche, avec l’adresse donnée pour la réponse"),
        _("Y répondre, et pouvoir dire ce qui a été fait"),
        LAW,
        _("1 an après la réponse ; un jour pour un code jamais rendu"),
        _("Effacé ; le choix de ne plus paraître reste, par le seul numéro au répertoire"),
        Purge(purging.requests_due, purging.purge_requests),
    ),
    Kept(
        "backups",
        _("Sauvegardes chiffrées de la base, et des clés à part"),
        _("Rétablir le site après une panne"),
        INTEREST,
        _("35 jours pour la base, 7 jours pour les clés"),
        _("Effacées ; une sauvegarde remise en service réefface d’abord ce qui l’avait été"),
        Purge(purging.backups_due, purging.purge_backups),
    ),
    Kept(
        "erasures",
        _("Registre des effacements : numéros, sans nom"),
        _("Ne pas faire renaître ce que vous avez effacé"),
        LAW,
        _("Tant que le site existe"),
        _("Ne contient rien qui vous désigne une fois le compte fermé"),
    ),
)


def purgeable() -> list[tuple[Kept, Purge]]:
    return [(kept, kept.purge) for kept in TABLE if kept.purge is not None]
