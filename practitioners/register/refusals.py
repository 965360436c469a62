"""Every reason why a file, or a line of it, is not taken: a stable code and a sentence for the operator."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

# Whole files.
FILES = {
    "not_found": _("Aucun fichier « PS_LibreAcces_Personne_activite_*.txt » à cet endroit\u00a0: %(where)s"),
    "several_files": _("Plusieurs fichiers de personnes dans la même archive\u00a0: %(where)s"),
    "unreadable": _("Le fichier ne peut pas être ouvert\u00a0: %(where)s"),
    "zip_damaged": _("L’archive est abîmée ou incomplète\u00a0: téléchargez-la à nouveau."),
    "zip_locked": _("L’archive est protégée par un mot de passe."),
    "zip_packing": _("L’archive est compressée d’une façon que ce serveur ne lit pas\u00a0: décompressez-la d’abord."),
    "too_big": _("Le fichier dépasse %(limit)s Go\u00a0: ce n’est pas le répertoire."),
    "no_stamp": _("Le nom du fichier ne porte pas de date AAAAMMJJHHMM\u00a0: %(where)s"),
    "future_stamp": _("Le fichier est daté du futur (%(stamp)s)\u00a0: vérifiez son nom et l’horloge du serveur."),
    "stamps_differ": _("Les deux fichiers ne sont pas du même jour\u00a0: %(stamp)s et %(other)s."),
    "empty": _("Le fichier est vide, ou n’a que sa ligne d’en-tête."),
    "not_utf8": _("L’en-tête n’est pas en UTF-8\u00a0: le fichier a été réenregistré ou converti."),
    "not_piped": _("L’en-tête n’est pas séparé par des barres « | »\u00a0: ce n’est pas un fichier du répertoire."),
    "columns_missing": _("Colonnes absentes de l’en-tête\u00a0: %(columns)s."),
    "columns_repeated": _("Colonnes présentes deux fois dans l’en-tête\u00a0: %(columns)s."),
    "line_too_long": _("La ligne %(line)s est démesurée\u00a0: le fichier est abîmé."),
    "truncated": _("Le fichier est coupé à la ligne %(line)s\u00a0: téléchargez-le à nouveau."),
    "skills_missing": _(
        "Aucun médecin du fichier n’a de savoir-faire\u00a0: ajoutez le fichier SavoirFaire du même jour."
    ),
    "too_many_rejected": _("%(rejected)s lignes sur %(lines)s sont illisibles\u00a0: rien n’a été écrit."),
    "older": _("Ce fichier (%(stamp)s) est plus ancien que le dernier importé (%(last)s)."),
    "too_many_strike_offs": _(
        "Ce fichier ferait sortir %(count)s personnes du répertoire sur %(known)s\u00a0: rien n’a été écrit. "
        "Si c’est juste, relancez avec --allow-strike-off %(count)s."
    ),
    "too_many_without_place": _(
        "Ce fichier laisserait sans aucun lieu %(count)s personnes sur %(known)s\u00a0: rien n’a été écrit. "
        "Si c’est juste, relancez avec --allow-strike-off %(count)s."
    ),
    "busy": _("Une autre lecture du répertoire est en cours."),
    "no_reference": _("Les communes et les spécialités ne sont pas chargées\u00a0: lancez d’abord « load_reference »."),
    "nothing_to_restore": _("Aucune lecture précédente n’est conservée."),
    "interrupted": _("La lecture s’est interrompue\u00a0: rien n’a été écrit. Relancez-la."),
    "chunk_damaged": _("La lecture conservée est abîmée\u00a0: rien n’a été écrit."),
}
# Lines put aside; the person they speak of, where it can still be read, is neither changed nor struck off.
LINES = {
    "encoding": _("caractères illisibles (pas en UTF-8)"),
    "control_character": _("caractère de contrôle"),
    "field_count": _("nombre de champs différent de l’en-tête"),
    "identifier_missing": _("identifiant absent"),
    "identifier_wrong": _("numéro RPPS ou ADELI impossible (longueur ou clé fausse)"),
    "identifier_type": _("type d’identifiant inconnu"),
    "identifiers_differ": _("les deux identifiants de la ligne ne désignent pas la même personne"),
    "name_missing": _("nom d’exercice absent"),
    "name_too_long": _("nom ou prénom démesuré"),
    "name_garbled": _("nom sans aucune lettre, ou mal décodé"),
    "profession_missing": _("code de profession absent"),
}
# Lines understood, of people or places that the directory does not list.
UNLISTED = {
    "student": _("étudiants"),
    "military": _("militaires"),
    "profession": _("professions hors annuaire"),
    "no_site": _("sans lieu d’exercice"),
    "abroad": _("lieu à l’étranger"),
    "teleconsultation": _("sociétés de téléconsultation"),
    "no_care": _("lieux sans soins"),
}

# Places understood, whose commune cannot be told: shown on the page of the person, found by nobody who searches.
UNPLACED = {
    "place_postcode": _("code postal inconnu, et nom introuvable dans son département"),
    "place_name": _("ni code ni code postal, et nom inconnu ou porté par plusieurs communes"),
    "place_code": _("code de commune inconnu, sans code postal ni nom"),
}


def refused(code: str, **facts: Any) -> DomainError:
    """The refusal of a whole file, with its sentence filled in. Raises KeyError on an unknown code."""
    return DomainError(code, FILES[code] % facts if facts else FILES[code], **facts)
