"""Token buckets of the rate limits. They live in PostgreSQL so that limits hold without Redis."""

from django.db import models


class TokenBucket(models.Model):
    """How many tokens were left at `updated_at`; `id` is a hash, so that neither address nor account is kept here."""

    id = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "seau de jetons"
        verbose_name_plural = "seaux de jetons"
        indexes = [models.Index(fields=["updated_at"], name="core_bucket_age")]

    def __str__(self) -> str:
        return self.id[:8]
