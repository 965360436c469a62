"""Civil identity: the person who is cared for."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.enums import Sex


class Patient(models.Model):
    """A person (FHIR Patient). `user` is set on the one identity that an account owns as itself.

    A child or a parent without an account is a Patient without `user`; who may act for them is in `Guardianship`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="patient"
    )
    first_name = models.CharField(_("prénom"), max_length=80)
    birth_name = models.CharField(_("nom de naissance"), max_length=80)
    used_name = models.CharField(_("nom utilisé"), max_length=80, blank=True, default="")
    birth_date = models.DateField(_("date de naissance"))
    sex = models.CharField(_("sexe"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    deceased_on = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("patient")

    def __str__(self) -> str:
        return f"patient {self.pk}"

    @property
    def display_name(self) -> str:
        """First name and the name in use, else the birth name."""
        return f"{self.first_name} {self.used_name or self.birth_name}"

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{(self.used_name or self.birth_name)[:1]}".upper()
