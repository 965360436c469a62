import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LostFactorRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False)),
                ("due_at", models.DateTimeField(editable=False)),
                ("cancelled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("completed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lost_factor_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "second facteur perdu",
                "verbose_name_plural": "seconds facteurs perdus",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None), ("completed_at", None)),
                        fields=("user",),
                        name="accounts_one_pending_lost_factor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cancelled_at", None), ("completed_at", None), _connector="OR"),
                        name="accounts_lost_factor_one_end",
                    ),
                ],
            },
        ),
    ]
