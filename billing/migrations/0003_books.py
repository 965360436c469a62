"""The books, append-only and balanced in the database itself; closed months; what was done about late invoices."""

import django.db.models.deletion
from django.db import migrations, models

import core.clock

# A line may be lettered and unlettered; nothing else of the books changes, and nothing goes. Sums are looked at when the
# transaction ends, once its lines are all there. `prendsoin.audit_truncate` is set by the tests alone, which empty every
# table between two of them.
GUARD = """
CREATE FUNCTION billing_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lettering CONSTANT text[] := ARRAY['letter', 'lettered_on'];
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('prendsoin.audit_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'billing_entryline'
       AND (to_jsonb(NEW) - lettering) = (to_jsonb(OLD) - lettering) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION billing_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    target bigint := CASE WHEN TG_TABLE_NAME = 'billing_entry' THEN (to_jsonb(NEW) ->> 'id')::bigint
                     ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
    found record;
BEGIN
    SELECT sum(line.debit_cents) AS debit, sum(line.credit_cents) AS credit, min(entry.total_cents) AS total INTO found
    FROM billing_entry entry LEFT JOIN billing_entryline line ON line.entry_id = entry.id WHERE entry.id = target;
    IF found.debit IS DISTINCT FROM found.total OR found.credit IS DISTINCT FROM found.total THEN
        RAISE EXCEPTION 'entry % does not balance', target
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION billing_ledger_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM billing_closedmonth WHERE month = date_trunc('month', NEW.date)::date) THEN
        RAISE EXCEPTION 'the month of % is closed', NEW.date
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_month_open';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION billing_ledger_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.journal = OLD.journal AND NEW.year = OLD.year AND NEW.last_number > OLD.last_number THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a counter only goes up: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER billing_entry_append_only BEFORE UPDATE OR DELETE ON billing_entry FOR EACH ROW
    EXECUTE FUNCTION billing_ledger_guard();
CREATE TRIGGER billing_entry_no_truncate BEFORE TRUNCATE ON billing_entry FOR EACH STATEMENT
    EXECUTE FUNCTION billing_ledger_guard();
CREATE TRIGGER billing_entryline_append_only BEFORE UPDATE OR DELETE ON billing_entryline FOR EACH ROW
    EXECUTE FUNCTION billing_ledger_guard();
CREATE TRIGGER billing_entryline_no_truncate BEFORE TRUNCATE ON billing_entryline FOR EACH STATEMENT
    EXECUTE FUNCTION billing_ledger_guard();
CREATE TRIGGER billing_closedmonth_for_good BEFORE UPDATE OR DELETE ON billing_closedmonth FOR EACH ROW
    EXECUTE FUNCTION billing_ledger_guard();
CREATE TRIGGER billing_dunningstep_append_only BEFORE UPDATE OR DELETE ON billing_dunningstep FOR EACH ROW
    EXECUTE FUNCTION billing_ledger_guard();
CREATE TRIGGER billing_counter_goes_up BEFORE UPDATE OR DELETE ON billing_journalcounter FOR EACH ROW
    EXECUTE FUNCTION billing_ledger_counter();
CREATE TRIGGER billing_entry_open_month BEFORE INSERT ON billing_entry FOR EACH ROW
    EXECUTE FUNCTION billing_ledger_open_month();
CREATE CONSTRAINT TRIGGER billing_entry_balanced AFTER INSERT ON billing_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_balance();
CREATE CONSTRAINT TRIGGER billing_entryline_balanced AFTER INSERT ON billing_entryline DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_balance();
"""
UNGUARD = """
DROP TRIGGER billing_entryline_balanced ON billing_entryline;
DROP TRIGGER billing_entry_balanced ON billing_entry;
DROP TRIGGER billing_entry_open_month ON billing_entry;
DROP TRIGGER billing_counter_goes_up ON billing_journalcounter;
DROP TRIGGER billing_dunningstep_append_only ON billing_dunningstep;
DROP TRIGGER billing_closedmonth_for_good ON billing_closedmonth;
DROP TRIGGER billing_entryline_no_truncate ON billing_entryline;
DROP TRIGGER billing_entryline_append_only ON billing_entryline;
DROP TRIGGER billing_entry_no_truncate ON billing_entry;
DROP TRIGGER billing_entry_append_only ON billing_entry;
DROP FUNCTION billing_ledger_counter();
DROP FUNCTION billing_ledger_open_month();
DROP FUNCTION billing_ledger_balance();
DROP FUNCTION billing_ledger_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_invoices"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True)),
                ("closed_at", models.DateTimeField(default=core.clock.now)),
                ("closed_by_id", models.BigIntegerField(null=True)),
                ("entries", models.PositiveIntegerField()),
                ("debit_cents", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "mois clôturé",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="ledger_month_first_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "journal",
                    models.CharField(
                        choices=[("VE", "Ventes"), ("BQ", "Banque"), ("OD", "Opérations diverses")], max_length=2
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("date", models.DateField()),
                ("piece_ref", models.CharField(max_length=40)),
                ("piece_date", models.DateField()),
                ("label", models.CharField(max_length=120)),
                ("validated_on", models.DateField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("invoice", "Facture"),
                            ("credit_note", "Avoir"),
                            ("payment", "Paiement"),
                            ("refund", "Remboursement"),
                            ("return", "Prélèvement rejeté"),
                            ("suspense", "Versement en attente"),
                        ],
                        max_length=12,
                    ),
                ),
                ("source_id", models.BigIntegerField()),
                ("total_cents", models.BigIntegerField()),
                ("created_at", models.DateTimeField(default=core.clock.now)),
            ],
            options={
                "verbose_name": "écriture",
                "indexes": [models.Index(fields=["validated_on", "journal", "number"], name="ledger_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("journal", "year", "number"), name="ledger_number_once"),
                    models.UniqueConstraint(fields=("source", "source_id"), name="ledger_posted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("total_cents__gt", 0)), name="ledger_number_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("validated_on__gte", models.F("date"))), name="ledger_validated_after"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Indemnity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                (
                    "charged_by",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.invoice"
                    ),
                ),
                (
                    "invoice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="indemnity", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "indemnité de recouvrement",
            },
        ),
        migrations.CreateModel(
            name="JournalCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "journal",
                    models.CharField(
                        choices=[("VE", "Ventes"), ("BQ", "Banque"), ("OD", "Opérations diverses")], max_length=2
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("last_number", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("journal", "year"), name="ledger_one_counter")],
            },
        ),
        migrations.CreateModel(
            name="DunningHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dunning_holds", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "sursis",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("invoice",), name="dunning_one_hold"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DunningStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("notice", "Avis d’échéance dépassée"),
                            ("retry", "Nouvelle présentation"),
                            ("reminder", "Rappel"),
                            ("indemnity", "Rappel et indemnité de 40 €"),
                            ("formal", "Mise en demeure"),
                            ("restrict", "En ligne suspendu"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("done", "fait"), ("skipped", "sans objet")], default="done", max_length=8
                    ),
                ),
                ("on_day", models.DateField()),
                ("by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dunning_steps", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "relance",
                "constraints": [models.UniqueConstraint(fields=("invoice", "act"), name="dunning_step_once")],
            },
        ),
        migrations.CreateModel(
            name="EntryLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("account", models.CharField(max_length=8)),
                ("account_label", models.CharField(max_length=60)),
                ("aux", models.CharField(blank=True, default="", max_length=12)),
                ("aux_label", models.CharField(blank=True, default="", max_length=120)),
                ("debit_cents", models.BigIntegerField(default=0)),
                ("credit_cents", models.BigIntegerField(default=0)),
                ("letter", models.CharField(blank=True, default="", max_length=6)),
                ("lettered_on", models.DateField(blank=True, null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="billing.entry"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’écriture",
                "ordering": ["position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("aux", ""), _negated=True), fields=["aux", "entry"], name="ledger_of_payer"
                    ),
                    models.Index(fields=["account", "entry"], name="ledger_of_account"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "position"), name="ledger_line_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit_cents", 0), ("debit_cents__gt", 0)),
                            models.Q(("credit_cents__gt", 0), ("debit_cents", 0)),
                            _connector="OR",
                        ),
                        name="ledger_one_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("letter", ""), ("lettered_on__isnull", True)),
                            models.Q(models.Q(("letter", ""), _negated=True), ("lettered_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="ledger_letter_dated",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
