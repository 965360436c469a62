"""The keystore: one key a person, wrapped. This table is left out of ordinary dumps and has its own short-lived one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PatientKey(models.Model):
    """The key under which everything sealed of one person's record stands, wrapped by a master key (RFC 3394).

    No foreign key: the table is saved and restored apart. `mac` ties the wrapped key to its person, so that a row
    given to somebody else does not open. Deleting the row erases the record for good, whatever copies of it remain.
    """

    patient_id = models.BigIntegerField(unique=True)
    master = models.CharField(max_length=32, db_index=True)
    wrapped = models.BinaryField()
    mac = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "keystore_patientkey"
        verbose_name = _("clé d’un carnet")

    def __str__(self) -> str:
        return f"key of {self.patient_id}"
