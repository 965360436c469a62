"""Documents of a record. Words and contents are sealed under the person's own key; the kind and the day stand in clear."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from carnet.enums import Origin, State
from carnet.kinds import CHOICES


class DocumentQuerySet(models.QuerySet["Document"]):
    def in_record(self) -> DocumentQuerySet:
        """Those not in the bin, latest first."""
        return self.filter(removed_at__isnull=True).order_by("-dated_on", "-pk")

    def to_purge(self, at: datetime) -> DocumentQuerySet:
        return self.filter(purge_at__lte=at)


class Document(models.Model):
    """One document or note (FHIR DocumentReference).

    `kind` and `dated_on` are in clear: prevention reads them, and the page says so. `words` is sealed: title, author,
    note, name of the file. `hidden`: only on the person's side, whatever is shared. `confidential`: never for relatives.
    `author_practice` and `depositor` keep reading what they sent. `purge_at` is when the bin forgets it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20, choices=CHOICES)
    dated_on = models.DateField()
    words = models.BinaryField()
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.PATIENT)
    depositor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_practice = models.ForeignKey(
        "practitioners.Practice", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    appointment = models.ForeignKey(
        "booking.Appointment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    hidden = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    first_read_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    purge_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        constraints = [
            models.CheckConstraint(
                name="document_bin_has_an_end",
                condition=models.Q(removed_at__isnull=True, purge_at__isnull=True)
                | models.Q(removed_at__isnull=False, purge_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-dated_on"], name="document_patient"),
            models.Index(fields=["depositor", "-created_at"], name="document_depositor"),
            models.Index(fields=["purge_at"], condition=models.Q(purge_at__isnull=False), name="document_purge"),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"


class DocumentVersion(models.Model):
    """The bytes of a document: where the sealed object is, and its own key, wrapped by the person's (one write only).

    `content_mac` recognises the same file in the same record; it says nothing without the person's key.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    object_name = models.CharField(max_length=32, unique=True)
    wrapped_key = models.BinaryField()
    content_mac = models.BinaryField()
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version d’un document")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_number"),
        ]
        indexes = [models.Index(fields=["patient", "content_mac"], name="document_same_content")]

    def __str__(self) -> str:
        return f"version {self.number} of document {self.document_id}"


class Preview(models.Model):
    """One page of a document as an image of ours, made in a sandbox: sealed under the document's own person."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="previews")
    number = models.PositiveSmallIntegerField()
    object_name = models.CharField(max_length=32, unique=True)
    wrapped_key = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("aperçu")
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="preview_page_once")]

    def __str__(self) -> str:
        return f"preview {self.number} of version {self.version_id}"
