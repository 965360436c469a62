"""The code systems of an export and the codes of ours in them: FHIR R4, LOINC, UCUM and the French nomenclature of objects."""

from __future__ import annotations

from typing import Any

from carnet.enums import Origin
from carnet.kinds import BY_CODE, type_code
from carnet.models import Document

Resource = dict[str, Any]
LOINC, UNITS = "http://loinc.org", "http://unitsofmeasure.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
NOS = "https://mos.esante.gouv.fr/NOS"
# Types that LOINC does not have, and the classes of documents (Agence du numérique en santé).
OTHER_TYPES = f"{NOS}/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"
CLASSES = f"{NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"

GENDERS = {"F": "female", "M": "male"}
SEVERITIES = {"mild": "mild", "moderate": "moderate", "severe": "severe"}
STATUSES = {
    "booked": "booked",
    "arrived": "arrived",
    "seen": "fulfilled",
    "no_show": "noshow",
    "excused": "cancelled",
    "cancelled_by_patient": "cancelled",
    "cancelled_by_practice": "cancelled",
}
MEASURES = {
    "weight": ("29463-7", "kg"),
    "height": ("8302-2", "cm"),
    "waist": ("8280-0", "cm"),
    "head": ("9843-4", "cm"),
    "pressure": ("85354-9", "mm[Hg]"),
}
# Systolic, diastolic.
PRESSURES = ("8480-6", "8462-4")


def coded(system: str, code: str) -> Resource:
    """A code of a system of HL7's own."""
    return coded_at(f"{TERMINOLOGY}/{system}", code)


def coded_at(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def type_of(document: Document) -> Resource:
    """Its typeCode with the words of the kind: those that a patient deposits have codes of their own."""
    code = type_code(document.kind, by_practice=document.origin == Origin.PRACTICE)
    system = LOINC if code.replace("-", "").isdigit() else OTHER_TYPES
    return {**coded_at(system, code), "text": str(document.get_kind_display())}


def class_of(document: Document) -> Resource:
    return coded_at(CLASSES, BY_CODE[document.kind].class_code)
