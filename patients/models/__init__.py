"""Models of the patients package."""

from patients.models.guardianship import GuardianInvitation, Guardianship
from patients.models.patient import Patient
from patients.models.record import PatientRecord, RecordLinkCode

__all__ = ["GuardianInvitation", "Guardianship", "Patient", "PatientRecord", "RecordLinkCode"]
