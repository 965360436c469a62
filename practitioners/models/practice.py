"""Practices (the tenants) and the places where they receive patients."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from practitioners.enums import PracticeKind


class Practice(models.Model):
    """A cabinet or centre (FHIR Organization): owns locations, reasons, records and members."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    kind = models.CharField(_("type"), max_length=10, choices=PracticeKind, default=PracticeKind.OFFICE)
    phone = PhoneNumberField(_("téléphone"), blank=True, default="")
    phone_hours = models.CharField(_("horaires du téléphone"), max_length=120, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    # A shared workstation left alone for so many minutes locks by itself.
    idle_minutes = models.PositiveSmallIntegerField(_("minutes avant verrouillage"), default=5, db_default=5)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("cabinet")
        constraints = [
            models.CheckConstraint(
                name="practice_idle_minutes", condition=models.Q(idle_minutes__gte=2, idle_minutes__lte=30)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """Where a practice receives patients (FHIR Location), with its own IANA zone and holiday territory."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(_("nom"), max_length=120)
    street = models.CharField(_("adresse"), max_length=160)
    postcode = models.CharField(_("code postal"), max_length=5)
    place = models.ForeignKey("practitioners.Place", on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    timezone = models.CharField(max_length=40)
    wheelchair_accessible = models.BooleanField(_("accessible en fauteuil roulant"), default=False)
    access_notes = models.CharField(_("accès"), max_length=240, blank=True, default="")
    transit = models.CharField(_("transports"), max_length=240, blank=True, default="")

    class Meta:
        verbose_name = _("lieu de consultation")
        constraints = [
            models.CheckConstraint(
                name="location_coordinates_together",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.postcode}"
