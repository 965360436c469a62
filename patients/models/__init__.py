"""Models of the patients package."""

from patients.models.guardianship import GuardianInvitation, Guardianship
from patients.models.notice import DataNotice
from patients.models.patient import Patient
from patients.models.record import PatientRecord, RecordLinkCode

__all__ = ["DataNotice", "GuardianInvitation", "Guardianship", "Patient", "PatientRecord", "RecordLinkCode"]
