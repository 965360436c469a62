"""Models of the record."""

from carnet.models.campaign import PreventionChunk, PreventionDigest, PreventionNotice, PreventionRun
from carnet.models.health import EmergencyContact, HealthItem, HealthProfile, Measure, Vaccination
from carnet.models.prevention import CheckupForm, PreventionAct, PreventionConsent, PreventionRefusal

__all__ = [
    "CheckupForm",
    "EmergencyContact",
    "HealthItem",
    "HealthProfile",
    "Measure",
    "PreventionAct",
    "PreventionChunk",
    "PreventionConsent",
    "PreventionDigest",
    "PreventionNotice",
    "PreventionRefusal",
    "PreventionRun",
    "Vaccination",
]
