"""Information pages about care: an address in a language, and the versions of its text, which only ever add up."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class HealthPage(models.Model):
    """A page of information in one language. `current` is the version that is shown; None: the page is not.

    The pages of one subject share their slug in both languages.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("adresse"), max_length=80)
    language = models.CharField(_("langue"), max_length=2, choices=Language)
    position = models.PositiveSmallIntegerField(_("rang"), default=100)
    current = models.ForeignKey("portal.HealthVersion", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("page d’information")
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="health_page_once")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.language})"


class HealthVersion(models.Model):
    """One state of a page's text. A trigger refuses any change but its first publication, and any removal.

    `body` is written in the marks of `portal.markup`. `keywords` are words by which the search finds the page, beside
    those of its title. `sources`: a list of {"label", "url"}. `author_id` is a plain id, None for the texts that come with
    the software. `restores` is the number of the earlier version this one says again.
    """

    page = models.ForeignKey(HealthPage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(_("titre"), max_length=120)
    summary = models.CharField(_("en une phrase"), max_length=240)
    body = models.TextField(_("texte"), max_length=12_000)
    keywords = models.CharField(_("mots de la recherche"), max_length=400, blank=True, default="")
    sources = models.JSONField(default=list)
    reviewed_on = models.DateField(_("relue le"))
    author_id = models.BigIntegerField(null=True)
    restores = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("version d’une page d’information")
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="health_version_once")]

    def __str__(self) -> str:
        return f"{self.page_id} v{self.number}"
