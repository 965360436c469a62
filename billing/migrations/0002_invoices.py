"""Series, invoices, credit notes and runs; what is issued can neither change nor go, in the database itself."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

# An invoice is written as a draft, with its lines and totals, then issued by one update that the first function checks.
# `prendsoin.audit_truncate` is set by the tests alone, which empty every table between two of them.
GUARD = """
CREATE FUNCTION billing_invoice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines bigint;
    net bigint;
    base bigint;
    vat bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.issued_at IS NOT NULL THEN
            RAISE EXCEPTION 'an invoice is written as a draft first' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.issued_at IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is issued: % refused', OLD.reference, TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.issued_at IS NOT NULL THEN
        SELECT count(*), sum(net_cents) INTO lines, net FROM billing_invoiceline WHERE invoice_id = NEW.id;
        SELECT sum(base_cents), sum(vat_cents) INTO base, vat FROM billing_vattotal WHERE invoice_id = NEW.id;
        IF lines = 0 OR (net, base, vat) IS DISTINCT FROM (NEW.net_cents, NEW.net_cents, NEW.vat_cents) THEN
            RAISE EXCEPTION 'invoice % does not sum to its lines', NEW.reference USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION billing_invoice_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM billing_invoice
        WHERE issued_at IS NOT NULL
        AND (id = CASE WHEN TG_OP <> 'INSERT' THEN OLD.invoice_id END
             OR id = CASE WHEN TG_OP <> 'DELETE' THEN NEW.invoice_id END)
    ) THEN
        RAISE EXCEPTION 'part of an issued invoice: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION billing_series_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.code = OLD.code AND NEW.last_number >= OLD.last_number
       AND (OLD.last_date IS NULL OR NEW.last_date >= OLD.last_date) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'series % only goes forward: % refused', OLD.code, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION billing_invoice_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('prendsoin.audit_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER billing_invoice_kept BEFORE INSERT OR UPDATE OR DELETE ON billing_invoice FOR EACH ROW
    EXECUTE FUNCTION billing_invoice_guard();
CREATE TRIGGER billing_line_kept BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceline FOR EACH ROW
    EXECUTE FUNCTION billing_invoice_part_guard();
CREATE TRIGGER billing_total_kept BEFORE INSERT OR UPDATE OR DELETE ON billing_vattotal FOR EACH ROW
    EXECUTE FUNCTION billing_invoice_part_guard();
CREATE TRIGGER billing_file_kept BEFORE UPDATE OR DELETE ON billing_invoicefile FOR EACH ROW
    EXECUTE FUNCTION billing_invoice_never();
CREATE TRIGGER billing_series_forward BEFORE UPDATE OR DELETE ON billing_series FOR EACH ROW
    EXECUTE FUNCTION billing_series_guard();
CREATE TRIGGER billing_invoice_no_truncate BEFORE TRUNCATE ON billing_invoice FOR EACH STATEMENT
    EXECUTE FUNCTION billing_invoice_never();
CREATE TRIGGER billing_line_no_truncate BEFORE TRUNCATE ON billing_invoiceline FOR EACH STATEMENT
    EXECUTE FUNCTION billing_invoice_never();
CREATE TRIGGER billing_total_no_truncate BEFORE TRUNCATE ON billing_vattotal FOR EACH STATEMENT
    EXECUTE FUNCTION billing_invoice_never();
CREATE TRIGGER billing_file_no_truncate BEFORE TRUNCATE ON billing_invoicefile FOR EACH STATEMENT
    EXECUTE FUNCTION billing_invoice_never();
CREATE TRIGGER billing_series_no_truncate BEFORE TRUNCATE ON billing_series FOR EACH STATEMENT
    EXECUTE FUNCTION billing_invoice_never();
"""
UNGUARD = """
DROP TRIGGER billing_series_no_truncate ON billing_series;
DROP TRIGGER billing_file_no_truncate ON billing_invoicefile;
DROP TRIGGER billing_total_no_truncate ON billing_vattotal;
DROP TRIGGER billing_line_no_truncate ON billing_invoiceline;
DROP TRIGGER billing_invoice_no_truncate ON billing_invoice;
DROP TRIGGER billing_series_forward ON billing_series;
DROP TRIGGER billing_file_kept ON billing_invoicefile;
DROP TRIGGER billing_total_kept ON billing_vattotal;
DROP TRIGGER billing_line_kept ON billing_invoiceline;
DROP TRIGGER billing_invoice_kept ON billing_invoice;
DROP FUNCTION billing_invoice_never();
DROP FUNCTION billing_series_guard();
DROP FUNCTION billing_invoice_part_guard();
DROP FUNCTION billing_invoice_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_catalogue"),
        ("practitioners", "0005_idle_lock"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=8, unique=True)),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("last_date", models.DateField(null=True)),
            ],
            options={
                "verbose_name": "série de factures",
            },
        ),
        migrations.CreateModel(
            name="InvoiceRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("month", models.DateField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "en cours"), ("paused", "en pause"), ("done", "terminée")],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "clôture mensuelle",
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "facture"), ("credit_note", "avoir")], default="invoice", max_length=12
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("reference", models.CharField(max_length=20, null=True, unique=True)),
                ("issued_at", models.DateTimeField(null=True)),
                ("issue_date", models.DateField(null=True)),
                ("due_date", models.DateField(null=True)),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("seller", models.JSONField()),
                ("buyer", models.JSONField()),
                ("mentions", models.JSONField(default=list)),
                ("purchase_order", models.CharField(blank=True, default="", max_length=60)),
                ("method", models.CharField(default="transfer", max_length=10)),
                ("net_cents", models.BigIntegerField()),
                ("vat_cents", models.BigIntegerField()),
                ("gross_cents", models.BigIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("language", models.CharField(default="fr", max_length=5)),
                ("content_hash", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="billing.invoice",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="billing.payer"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="practitioners.practice"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="billing.invoicerun",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.series"
                    ),
                ),
            ],
            options={
                "verbose_name": "facture",
            },
        ),
        migrations.CreateModel(
            name="RunRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "à traiter"),
                            ("issued", "émise"),
                            ("blocked", "bloquée"),
                            ("nothing", "rien à facturer"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("missing", models.JSONField(default=list)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "invoice",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="run_row",
                        to="billing.invoice",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.payer"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="billing.invoicerun"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de clôture",
            },
        ),
        migrations.CreateModel(
            name="VatTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rate", models.PositiveIntegerField()),
                ("base_cents", models.BigIntegerField()),
                ("vat_cents", models.BigIntegerField()),
                ("exemption", models.CharField(blank=True, default="", max_length=200)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="totals", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "TVA d'une facture",
                "ordering": ["-rate"],
            },
        ),
        migrations.CreateModel(
            name="InvoiceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("pdf", "PDF"), ("xml", "XML")], max_length=4)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier de facture",
                "constraints": [models.UniqueConstraint(fields=("invoice", "kind"), name="invoice_file_once")],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("label", models.CharField(max_length=300)),
                ("quantity", models.IntegerField(default=1)),
                ("unit_cents", models.BigIntegerField()),
                ("net_cents", models.BigIntegerField()),
                ("vat_rate", models.PositiveIntegerField()),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("kind", models.CharField(default="normal", max_length=20)),
                ("detail", models.JSONField(default=dict)),
                (
                    "adjustment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.adjustment",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="billing.invoice"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.subscriptionitem",
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.price"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de facture",
                "ordering": ["position"],
                "indexes": [models.Index(fields=["item", "period_start"], name="invoice_line_item")],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "position"), name="invoice_line_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "net_cents",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("quantity"), "*", models.F("unit_cents")
                                ),
                            ),
                            ("unit_cents__gte", 0),
                        ),
                        name="invoice_line_amount",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("adjustment__isnull", False)),
                        fields=("adjustment",),
                        name="invoice_line_adjustment_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("vat_rate__lte", 10000)), name="invoice_line_rate"),
                    models.CheckConstraint(
                        condition=models.Q(("period_start__lt", models.F("period_end"))), name="invoice_line_period"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="invoicerun",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="invoice_run_month"),
        ),
        migrations.AddIndex(
            model_name="runrow",
            index=models.Index(fields=["run", "state", "id"], name="run_row_state"),
        ),
        migrations.AddConstraint(
            model_name="runrow",
            constraint=models.UniqueConstraint(fields=("run", "payer"), name="run_payer_once"),
        ),
        migrations.AddConstraint(
            model_name="runrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("invoice__isnull", False), ("state", "issued")),
                    models.Q(models.Q(("state", "issued"), _negated=True), ("invoice__isnull", True)),
                    _connector="OR",
                ),
                name="run_row_invoice",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["payer", "-issue_date"], name="invoice_payer"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["practice", "-issue_date"], name="invoice_practice"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["issue_date"], name="invoice_date"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(condition=models.Q(("kind", "invoice")), fields=["due_date"], name="invoice_due"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("series", "number"), name="invoice_number_once"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gross_cents",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_cents"), "+", models.F("vat_cents")
                        ),
                    )
                ),
                name="invoice_gross_is_net_and_vat",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("net_cents__gte", 0), ("vat_cents__gte", 0)), name="invoice_amounts_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("issue_date__isnull", True),
                        ("issued_at__isnull", True),
                        ("number__isnull", True),
                        ("reference__isnull", True),
                    ),
                    models.Q(
                        ("content_hash__regex", "^[0-9a-f]{64}$"),
                        ("due_date__isnull", False),
                        ("issue_date__isnull", False),
                        ("issued_at__isnull", False),
                        ("number__isnull", False),
                        ("reference__isnull", False),
                        ("series__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="invoice_numbered_when_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", True), ("kind", "invoice")),
                    models.Q(("corrects__isnull", False), ("kind", "credit_note")),
                    _connector="OR",
                ),
                name="invoice_credit_note_corrects",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_start__lt", models.F("period_end"))), name="invoice_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="vattotal",
            constraint=models.UniqueConstraint(fields=("invoice", "rate"), name="invoice_vat_rate"),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
