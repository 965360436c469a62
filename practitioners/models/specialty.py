"""What practitioners are: the closed list of specialties, tied to the national nomenclatures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Profession(models.TextChoices):
    """Health professions (TRE_G15) and users of a protected title (TRE_R95), by national code."""

    DOCTOR = "10", _("Médecin")
    PHARMACIST = "21", _("Pharmacien")
    HEARING_AID = "26", _("Audioprothésiste")
    OPTICIAN = "28", _("Opticien-lunetier")
    DENTIST = "40", _("Chirurgien-dentiste")
    MIDWIFE = "50", _("Sage-femme")
    NURSE = "60", _("Infirmier")
    PHYSIOTHERAPIST = "70", _("Masseur-kinésithérapeute")
    OSTEOPATH = "71", _("Ostéopathe")
    PSYCHOTHERAPIST = "72", _("Psychothérapeute")
    CHIROPRACTOR = "73", _("Chiropracteur")
    PODIATRIST = "80", _("Pédicure-podologue")
    SPEECH_THERAPIST = "91", _("Orthophoniste")
    ORTHOPTIST = "92", _("Orthoptiste")
    PSYCHOLOGIST = "93", _("Psychologue")
    OCCUPATIONAL_THERAPIST = "94", _("Ergothérapeute")
    DIETITIAN = "95", _("Diététicien")
    PSYCHOMOTOR_THERAPIST = "96", _("Psychomotricien")


class SpecialtyGroup(models.TextChoices):
    """How specialties are grouped when they are listed on a page."""

    MEDICINE = "medicine", _("Médecine")
    SURGERY = "surgery", _("Chirurgie")
    DIAGNOSIS = "diagnosis", _("Imagerie et biologie")
    DENTAL = "dental", _("Soins dentaires")
    MENTAL = "mental", _("Santé mentale")
    CARE = "care", _("Soins et rééducation")
    MANUAL = "manual", _("Thérapies manuelles")
    SUPPLY = "supply", _("Pharmacie et appareillage")


class Specialty(models.Model):
    """What a practitioner is for patients and in the register: a profession narrowed by ordinal codes (TRE_R38).

    `codes` empty means the profession alone decides. `synonyms` are folded words people type (« dermato »).
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    name_en = models.CharField(_("nom anglais"), max_length=80)
    profession = models.CharField(max_length=3, choices=Profession)
    group = models.CharField(max_length=10, choices=SpecialtyGroup)
    codes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    synonyms = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("spécialité")
        verbose_name_plural = _("spécialités")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.name_en if (get_language() or "fr").startswith("en") else self.name
