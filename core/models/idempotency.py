"""Keys of requests already done, so that a retry renders the same result instead of doing it twice."""

from django.db import models

from core import clock


class IdempotencyKey(models.Model):
    """The key is inserted first and completed last by the transaction that does the work: it is there if the work is.

    `owner` is the account, or the address of a visitor. `body_hash` covers the address and the body. The result is a
    reference to a row, never a stored answer.
    """

    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    operation = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    result_type = models.CharField(max_length=100, blank=True, default="")
    result_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "clé d’idempotence"
        verbose_name_plural = "clés d’idempotence"
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="core_idempotency_owner_key")]
        indexes = [models.Index(fields=["created_at"], name="core_idempotency_age")]

    def __str__(self) -> str:
        return f"{self.operation} #{self.pk}"
