"""The kinds of documents and their codes: LOINC or national typeCode (JDV_J66), and class (TRE_A03).

A kind is what a person chooses; the codes go out with exports. Sources: terminology of the DMP, JDV_J66-TypeCode-DMP
and TRE_A03-ClasseDocument-CISIS of the Agence du numérique en santé.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(NamedTuple):
    """`code` is kept with the document in clear; `deposited` is the typeCode when the patient deposits it."""

    code: str
    label: str | Promise
    type_code: str
    class_code: str
    deposited: str


KINDS = (
    Kind("biology", _("Analyse ou examen biologique"), "11502-2", "10", "DOCPAT05"),
    Kind("imaging", _("Radio, scanner, échographie, IRM"), "18748-4", "31", "DOCPAT04"),
    Kind("prescription", _("Ordonnance de médicaments"), "57833-6", "42", "DOCPAT02"),
    Kind("prescription_care", _("Ordonnance de soins"), "57832-8", "42", "DOCPAT02"),
    Kind("prescription_other", _("Autre ordonnance"), "57828-6", "42", "DOCPAT02"),
    Kind("imaging_request", _("Demande d’imagerie"), "55115-0", "42", "DOCPAT02"),
    Kind("consultation", _("Compte rendu de consultation"), "11488-4", "10", "DOCPAT03"),
    Kind("telemedicine", _("Compte rendu de téléconsultation"), "85208-7", "10", "DOCPAT03"),
    Kind("surgery", _("Compte rendu opératoire"), "34874-8", "10", "DOCPAT03"),
    Kind("pathology", _("Anatomie et cytologie pathologiques"), "11526-1", "10", "DOCPAT03"),
    Kind("discharge", _("Lettre de liaison, sortie d’hôpital"), "11490-0", "10", "DOCPAT03"),
    Kind("summary", _("Synthèse médicale"), "60591-5", "11", "DOCPAT01"),
    Kind("child_checkup", _("Bilan de santé de l’enfant"), "68817-6", "11", "DOCPAT06"),
    Kind("certificate", _("Certificat médical"), "89601-9", "52", "DOCPAT07"),
    Kind("vaccination", _("Vaccination"), "87273-9", "52", "DOCPAT06"),
    Kind("screening", _("Attestation de dépistage"), "96173-0", "52", "DOCPAT06"),
    Kind("directives", _("Directives anticipées"), "EXPPAT_3", "90", "EXPPAT_3"),
    Kind("administrative", _("Document administratif"), "DOCPAT09", "90", "DOCPAT09"),
    Kind("other", _("Autre document"), "EXPPAT_2", "90", "EXPPAT_2"),
)
BY_CODE = {kind.code: kind for kind in KINDS}
CHOICES = [(kind.code, kind.label) for kind in KINDS]


def type_code(code: str, *, by_practice: bool) -> str:
    """The typeCode of a document: patients deposit under codes of their own."""
    kind = BY_CODE[code]
    return kind.type_code if by_practice else kind.deposited
