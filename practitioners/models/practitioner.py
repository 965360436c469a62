"""Practitioners: the people whom patients come to see."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.enums import Sector, VerificationState


class Practitioner(models.Model):
    """A health professional (FHIR Practitioner). `user` is set once the listing is claimed.

    `rpps` is the national identifier, eleven digits with a Luhn key; of who has none yet, the ADELI number, nine
    characters (the register is replacing these). `name_key` is the folded
    "last first" name used by search and by alphabetical order.

    The `register_*` columns and `struck_off_on` are written by the import of the national register alone: names as it
    spells them, the profession by national code, the day it first stated the person. While nobody has joined
    (`verification` REGISTER), the names shown are those of the register. `unlisted` is set by an objection.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=140, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="practitioner"
    )
    rpps = models.CharField(_("numéro RPPS"), max_length=11, unique=True, null=True, blank=True)
    title = models.CharField(_("titre"), max_length=10, blank=True, default="")
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    name_key = models.CharField(max_length=200, editable=False)
    specialty = models.ForeignKey("practitioners.Specialty", on_delete=models.PROTECT, related_name="practitioners")
    sector = models.CharField(_("secteur"), max_length=2, choices=Sector, blank=True, default="")
    optam = models.BooleanField(default=False)
    sector_declared_on = models.DateField(null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    payment_means = models.CharField(_("moyens de paiement"), max_length=160, blank=True, default="")
    vitale = models.BooleanField(_("carte Vitale acceptée"), default=True)
    presentation = models.TextField(_("présentation"), max_length=2000, blank=True, default="")
    verification = models.CharField(
        max_length=16, choices=VerificationState, default=VerificationState.DECLARED, db_index=True
    )
    register_first_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    register_last_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    register_profession = models.CharField(max_length=3, blank=True, default="", db_default="")
    register_since = models.DateField(null=True, blank=True)
    struck_off_on = models.DateField(null=True, blank=True)
    unlisted = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("praticien")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name as shown to patients: title, first name, last name."""
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()
