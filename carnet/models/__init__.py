"""Models of the record."""

from carnet.models.campaign import PreventionChunk, PreventionDigest, PreventionNotice, PreventionRun
from carnet.models.document import Document, DocumentVersion, Preview
from carnet.models.health import EmergencyContact, HealthItem, HealthProfile, Measure, Vaccination
from carnet.models.keystore import PatientKey
from carnet.models.prevention import CheckupForm, PreventionAct, PreventionConsent, PreventionRefusal
from carnet.models.sharing import AccessAlert, AccessBlock, Grant

__all__ = [
    "AccessAlert",
    "AccessBlock",
    "CheckupForm",
    "Document",
    "DocumentVersion",
    "EmergencyContact",
    "Grant",
    "HealthItem",
    "HealthProfile",
    "Measure",
    "PatientKey",
    "PreventionAct",
    "PreventionChunk",
    "PreventionConsent",
    "PreventionDigest",
    "PreventionNotice",
    "PreventionRefusal",
    "PreventionRun",
    "Preview",
    "Vaccination",
]
