"""The refusals of the record's documents, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "file_missing": _("Choisissez au moins un fichier."),
    "file_empty": _("Ce fichier est vide."),
    "file_too_big": _("Le fichier dépasse 20 Mo. Essayez en PDF, ou une photo plus légère."),
    "type_refused": _("Ce type de fichier n’est pas accepté. Envoyez un PDF, un JPEG, un PNG ou une photo HEIC."),
    "file_unreadable": _("Ce fichier est abîmé, protégé par un mot de passe ou trop lourd à ouvrir."),
    "already_there": _("Ce fichier est déjà dans votre carnet."),
    "already_in_bin": _("Ce fichier est dans la corbeille de ce carnet. Remettez-le plutôt dans le carnet."),
    "record_full": _("Ce carnet a atteint 2 Go. Supprimez d’abord des documents."),
    "too_many_today": _("50 documents ont été ajoutés aujourd’hui. Continuez demain."),
    "unknown_kind": _("Choisissez une nature de document dans la liste."),
    "date_impossible": _("Cette date n’est pas possible : elle doit être entre la naissance et aujourd’hui."),
    "title_missing": _("Donnez un titre au document."),
    "text_too_long": _("Ce texte est trop long."),
    "note_missing": _("Écrivez la note ou choisissez un fichier."),
    "changed_meanwhile": _("Ce document a changé entre-temps. Relisez-le avant de le modifier."),
    "in_the_bin": _("Ce document est dans la corbeille. Remettez-le d’abord dans le carnet."),
    "no_recipient": _("Choisissez à qui donner accès."),
    "end_impossible": _("Choisissez une date de fin entre demain et dans un an."),
    "hidden_document": _(
        "Ce document est masqué\u00a0: personne d’autre ne peut le voir. Cessez d’abord de le masquer."
    ),
    "already_shared": _("Cet accès est déjà ouvert."),
    "visit_over": _("Ce rendez-vous est passé ou annulé."),
    "too_many_shares": _("Le nombre de partages le plus grand possible est atteint."),
    "recipient_blocked": _("Cette personne est bloquée. Levez d’abord le blocage."),
    "already_blocked": _("Cette personne est déjà bloquée."),
    "being_scanned": _("Ce document est en cours d’analyse : seule la personne à qui il est peut l’ouvrir."),
    "scan_refused": _("L’analyse a trouvé quelque chose de dangereux dans ce fichier. Il ne peut pas être ouvert."),
    "sent_by_practice": _("Ce document vient d’un cabinet\u00a0: lui seul peut en envoyer un autre."),
    "too_many_versions": _("Ce fichier a déjà été remplacé vingt fois. Ajoutez plutôt un nouveau document."),
    "no_file": _("Cette note n’a pas de fichier."),
    "no_preview": _("Ce document n’a pas d’aperçu."),
    "content_unreadable": _("Ce document ne peut pas être lu. Nous avons été prévenus."),
    "range_impossible": _("Cette partie du fichier n’existe pas."),
    "no_account": _("Cette personne n’a pas encore de compte. Invitez-la d’abord."),
    "kept_by_others": _("Une autre personne s’occupe aussi de ce carnet. Il ne peut pas être effacé par vous seul."),
}
STATUSES = {
    "kept_by_others": 409,
    "already_there": 409,
    "already_in_bin": 409,
    "hidden_document": 409,
    "already_shared": 409,
    "already_blocked": 409,
    "changed_meanwhile": 409,
    "in_the_bin": 409,
    "being_scanned": 409,
    "scan_refused": 409,
    "file_too_big": 413,
    "range_impossible": 416,
    "no_file": 404,
    "no_preview": 404,
    "content_unreadable": 503,
    "record_full": 422,
}


class CarnetRefusal(DomainError):
    """An act on a document or a share refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
