"""Claims of a page: who says they are this person, what they sent, and what the staff decided."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import core.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("practitioners", "0007_listing_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rpps", models.CharField(max_length=11, verbose_name="numéro RPPS")),
                ("last_name", models.CharField(max_length=80, verbose_name="nom")),
                ("first_name", models.CharField(max_length=80, verbose_name="prénom")),
                ("profession", models.CharField(max_length=3, verbose_name="profession")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("declared", "Déclarée"),
                            ("id_valid", "Identifiant valide"),
                            ("register_match", "Trouvée au répertoire"),
                            ("controlled", "Identité contrôlée"),
                            ("published", "Publiée"),
                            ("refused", "Refusée"),
                            ("withdrawn", "Retirée"),
                        ],
                        default="declared",
                        max_length=16,
                    ),
                ),
                (
                    "mismatch",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "Numéro absent du répertoire"),
                            ("left", "Personne sortie du répertoire"),
                            ("name", "Nom différent"),
                            ("profession", "Profession différente"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[("identity", "Pro Santé Connect"), ("document", "Pièce vérifiée par deux personnes")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("contested", models.BooleanField(default=False)),
                ("refusal", models.CharField(blank=True, default="", max_length=400, verbose_name="motif du refus")),
                ("declared_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("moved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "practice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="practitioners.practice",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="practitioners.practitioner",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "revendication",
            },
        ),
        migrations.CreateModel(
            name="ClaimDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", core.crypto.EncryptedTextField(blank=True, default="")),
                ("mimetype", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField()),
                ("content", core.crypto.EncryptedTextField(blank=True, default="")),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("emptied_at", models.DateTimeField(null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="practitioners.claim"
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce d’une revendication",
            },
        ),
        migrations.CreateModel(
            name="ClaimReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reviewer_id", models.BigIntegerField()),
                ("approved", models.BooleanField()),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="practitioners.claim"
                    ),
                ),
            ],
            options={
                "verbose_name": "avis sur une revendication",
            },
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["state", "moved_at"], name="claim_waiting"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("declared", "id_valid", "register_match", "controlled"))),
                fields=("user",),
                name="claim_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("controlled", "published"))),
                fields=("practitioner",),
                name="claim_one_holds_a_page",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("controlled", "published")), _negated=True),
                    models.Q(("practitioner__isnull", False), models.Q(("proof", ""), _negated=True)),
                    _connector="OR",
                ),
                name="claim_holds_a_proven_page",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimreview",
            constraint=models.UniqueConstraint(fields=("claim", "reviewer_id"), name="claim_review_once_each"),
        ),
    ]
