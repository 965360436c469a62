"""Journal, idempotency keys and rate limits; the journal is append-only in the database itself."""

from django.db import migrations, models

import core.clock

# A sealed column is written once, by a transaction that says it seals (`core.audit.seal_audit`); nothing else changes and
# nothing goes. `prendsoin.audit_truncate` is set by the tests alone, which empty every table between two of them.
GUARD = """
CREATE FUNCTION core_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seal CONSTANT text[] := ARRAY['seq', 'previous_hash', 'hash', 'sealed_at'];
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('prendsoin.audit_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('prendsoin.audit_sealing', true) = 'on' THEN
        IF OLD.seq IS NULL AND NEW.seq IS NOT NULL AND NEW.hash IS NOT NULL AND NEW.previous_hash IS NOT NULL
           AND (to_jsonb(NEW) - seal) = (to_jsonb(OLD) - seal) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'core_auditevent is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER core_audit_no_forged_seal BEFORE INSERT ON core_auditevent FOR EACH ROW
    WHEN (NEW.seq IS NOT NULL OR NEW.hash IS NOT NULL OR NEW.previous_hash IS NOT NULL OR NEW.sealed_at IS NOT NULL)
    EXECUTE FUNCTION core_audit_guard();
CREATE TRIGGER core_audit_append_only BEFORE UPDATE OR DELETE ON core_auditevent FOR EACH ROW
    EXECUTE FUNCTION core_audit_guard();
CREATE TRIGGER core_audit_no_truncate BEFORE TRUNCATE ON core_auditevent FOR EACH STATEMENT
    EXECUTE FUNCTION core_audit_guard();
"""
UNGUARD = """
DROP TRIGGER core_audit_no_forged_seal ON core_auditevent;
DROP TRIGGER core_audit_append_only ON core_auditevent;
DROP TRIGGER core_audit_no_truncate ON core_auditevent;
DROP FUNCTION core_audit_guard();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=core.clock.now)),
                ("user_id", models.BigIntegerField(null=True)),
                ("space", models.CharField(blank=True, default="", max_length=10)),
                ("acting_practice_id", models.BigIntegerField(null=True)),
                ("system_name", models.CharField(blank=True, default="", max_length=60)),
                ("action", models.CharField(max_length=80)),
                ("target_type", models.CharField(blank=True, default="", max_length=100)),
                ("target_id", models.BigIntegerField(null=True)),
                ("patient_id", models.BigIntegerField(null=True)),
                ("practice_id", models.BigIntegerField(null=True)),
                ("request_id", models.CharField(blank=True, default="", max_length=64)),
                ("ip", models.CharField(blank=True, default="", max_length=64)),
                ("facts", models.JSONField(default=dict)),
                ("seq", models.BigIntegerField(null=True, unique=True)),
                ("previous_hash", models.BinaryField(null=True)),
                ("hash", models.BinaryField(null=True)),
                ("sealed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "trace",
                "verbose_name_plural": "traces",
                "indexes": [
                    models.Index(condition=models.Q(("seq__isnull", True)), fields=["id"], name="core_audit_unsealed"),
                    models.Index(
                        condition=models.Q(("patient_id__isnull", False)),
                        fields=["patient_id", "-at"],
                        name="core_audit_patient",
                    ),
                    models.Index(fields=["target_type", "target_id"], name="core_audit_target"),
                    models.Index(
                        condition=models.Q(("user_id__isnull", False)),
                        fields=["user_id", "-at"],
                        name="core_audit_user",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "tête du journal",
                "verbose_name_plural": "tête du journal",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="core_audit_head_single")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=255)),
                ("operation", models.CharField(max_length=120)),
                ("body_hash", models.CharField(max_length=64)),
                ("result_type", models.CharField(blank=True, default="", max_length=100)),
                ("result_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
            ],
            options={
                "verbose_name": "clé d’idempotence",
                "verbose_name_plural": "clés d’idempotence",
                "indexes": [models.Index(fields=["created_at"], name="core_idempotency_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "key"), name="core_idempotency_owner_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TokenBucket",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("tokens", models.FloatField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "seau de jetons",
                "verbose_name_plural": "seaux de jetons",
                "indexes": [models.Index(fields=["updated_at"], name="core_bucket_age")],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
