"""Catalogue, payers and subscriptions; the history of a subscription is append-only in the database itself."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

import billing.models.catalogue
import core.clock

ACCOUNTS = "CREATE SEQUENCE billing_payer_account AS bigint"
NO_ACCOUNTS = "DROP SEQUENCE billing_payer_account"
GUARD = """
CREATE FUNCTION billing_history_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER billing_history_append_only BEFORE UPDATE OR DELETE ON billing_subscriptionevent FOR EACH ROW
    EXECUTE FUNCTION billing_history_guard();
"""
UNGUARD = """
DROP TRIGGER billing_history_append_only ON billing_subscriptionevent;
DROP FUNCTION billing_history_guard();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0001_initial"),
        ("practitioners", "0005_idle_lock"),
    ]

    operations = [
        migrations.RunSQL(ACCOUNTS, NO_ACCOUNTS),
        migrations.CreateModel(
            name="Payer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "account",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("C"),
                            django.db.models.functions.text.LPad(
                                django.db.models.functions.comparison.Cast(
                                    models.Func(
                                        models.Value("billing_payer_account"),
                                        function="nextval",
                                        output_field=models.BigIntegerField(),
                                    ),
                                    models.CharField(),
                                ),
                                models.Value(6),
                                models.Value("0"),
                            ),
                            output_field=models.CharField(),
                        ),
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="raison sociale ou nom")),
                ("legal_form", models.CharField(blank=True, default="", max_length=40, verbose_name="forme juridique")),
                ("siren", models.CharField(blank=True, default="", max_length=9)),
                ("siret", models.CharField(blank=True, default="", max_length=14)),
                ("vat_number", models.CharField(blank=True, default="", max_length=14, verbose_name="numéro de TVA")),
                ("street", models.CharField(blank=True, default="", max_length=160, verbose_name="adresse")),
                (
                    "street2",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="complément d’adresse"),
                ),
                ("postcode", models.CharField(blank=True, default="", max_length=5, verbose_name="code postal")),
                ("city", models.CharField(blank=True, default="", max_length=80, verbose_name="commune")),
                ("country", models.CharField(default="FR", max_length=2)),
                (
                    "territory",
                    models.CharField(
                        choices=[
                            ("fr", "France métropolitaine"),
                            ("mc", "Monaco"),
                            ("gp", "Guadeloupe"),
                            ("mq", "Martinique"),
                            ("re", "La Réunion"),
                            ("gf", "Guyane"),
                            ("yt", "Mayotte"),
                            ("om", "Autre collectivité d’outre-mer"),
                        ],
                        default="fr",
                        max_length=2,
                    ),
                ),
                (
                    "email",
                    models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail des factures"),
                ),
                (
                    "purchase_order",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="référence de commande"),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("transfer", "Virement"), ("sepa", "Prélèvement SEPA"), ("card", "Carte")],
                        default="transfer",
                        max_length=8,
                    ),
                ),
                ("is_default", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payers", to="practitioners.practice"
                    ),
                ),
            ],
            options={
                "verbose_name": "payeur",
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("amount_cents", models.IntegerField()),
                ("label", models.CharField(max_length=120)),
                ("reason", models.CharField(max_length=400)),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adjustments", to="billing.payer"
                    ),
                ),
            ],
            options={
                "verbose_name": "ajustement",
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("kind", models.CharField(choices=[("plan", "Formule"), ("addon", "Option")], max_length=6)),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("seat", "par praticien et par mois"),
                            ("practice", "par cabinet et par mois"),
                            ("piece", "par unité et par mois"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("name_en", models.CharField(max_length=80)),
                (
                    "entitlements",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("withdrawn_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "produit",
                "ordering": ("position", "code"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "plan"), _negated=True), ("unit", "seat"), _connector="OR"
                        ),
                        name="billing_plan_is_a_seat",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("amount_cents", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="billing.product"
                    ),
                ),
            ],
            options={
                "verbose_name": "prix",
                "ordering": ("product", "version"),
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("trialing", "Essai"),
                            ("active", "En cours"),
                            ("past_due", "Paiement en retard"),
                            ("paused", "En pause"),
                            ("cancelled", "Résilié"),
                        ],
                        default="trialing",
                        max_length=9,
                    ),
                ),
                ("started_on", models.DateField()),
                ("trial_ends_on", models.DateField(blank=True, null=True)),
                ("cancels_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("restricted_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscription",
                        to="practitioners.practice",
                    ),
                ),
            ],
            options={
                "verbose_name": "abonnement",
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("family", "Maternité, paternité, adoption"),
                            ("health", "Arrêt de travail"),
                            ("other", "Autre absence longue"),
                        ],
                        max_length=8,
                    ),
                ),
                ("declared_by_id", models.BigIntegerField(null=True)),
                ("declared_at", models.DateTimeField(default=core.clock.now)),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practitioners.practitioner",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pauses", to="billing.subscription"
                    ),
                ),
            ],
            options={
                "verbose_name": "pause",
            },
        ),
        migrations.CreateModel(
            name="FreePeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("reason", models.CharField(max_length=160)),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="free_periods",
                        to="billing.subscription",
                    ),
                ),
            ],
            options={
                "verbose_name": "mois offerts",
            },
        ),
        migrations.CreateModel(
            name="SubscriptionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=core.clock.now)),
                ("kind", models.CharField(max_length=24)),
                ("from_state", models.CharField(blank=True, default="", max_length=9)),
                ("to_state", models.CharField(max_length=9)),
                ("on_day", models.DateField()),
                ("user_id", models.BigIntegerField(null=True)),
                ("system_name", models.CharField(blank=True, default="", max_length=60)),
                ("facts", models.JSONField(default=dict)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="billing.subscription"
                    ),
                ),
            ],
            options={
                "verbose_name": "événement d’abonnement",
            },
        ),
        migrations.CreateModel(
            name="SubscriptionItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(choices=[("plan", "Formule"), ("addon", "Option")], max_length=6)),
                ("quantity", models.PositiveSmallIntegerField(default=1)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="billing.payer"
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="practitioners.practitioner",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="billing.product"
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="billing.subscription"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’abonnement",
            },
        ),
        migrations.AddConstraint(
            model_name="payer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on__isnull", True), ("is_default", True)),
                fields=("practice",),
                name="billing_one_default_payer",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents", 0), _negated=True), name="billing_adjustment_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(fields=("product", "version"), name="billing_price_version_once"),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="billing_price_dates_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("product", "="),
                    (
                        billing.models.catalogue.DateRange(
                            "valid_from", "valid_until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="billing_price_one_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on__isnull", False), ("state", "cancelled")),
                    models.Q(models.Q(("state", "cancelled"), _negated=True), ("ended_on__isnull", True)),
                    _connector="OR",
                ),
                name="billing_ended_when_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="billing_pause_dates_ordered"
            ),
        ),
        migrations.AddConstraint(
            model_name="freeperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="billing_free_dates_ordered"
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionevent",
            index=models.Index(fields=["subscription", "-id"], name="billing_event_history"),
        ),
        migrations.AddIndex(
            model_name="subscriptionitem",
            index=models.Index(fields=["payer", "starts_on"], name="billing_item_of_payer"),
        ),
        migrations.AddConstraint(
            model_name="subscriptionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="billing_item_dates_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionitem",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gte", 1)), name="billing_item_quantity"),
        ),
        migrations.AddConstraint(
            model_name="subscriptionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "plan"), _negated=True),
                    models.Q(("practitioner__isnull", False), ("quantity", 1)),
                    _connector="OR",
                ),
                name="billing_seat_has_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionitem",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "plan")),
                expressions=[
                    ("subscription", "="),
                    ("practitioner", "="),
                    (
                        billing.models.catalogue.DateRange(
                            "starts_on", "ends_on", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="billing_one_seat_a_day",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
