"""The journal may be cut at its old end: rows of more than three years, up to the number that `core_auditcut` names."""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION core_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF TG_OP = 'DELETE' AND current_setting('prendsoin.audit_purging', true) = 'on' THEN
        IF OLD.seq <= (SELECT seq FROM core_auditcut) AND OLD.at < now() - interval '1095 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'core_auditevent is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_work_counts")]

    operations = [
        migrations.CreateModel(
            name="AuditCut",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField()),
                ("before", models.DateTimeField()),
                ("cut_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "coupe du journal",
                "verbose_name_plural": "coupe du journal",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="core_audit_cut_single"),
                ],
            },
        ),
        # The older guard refused every deletion: going back to it is not worth a migration of its own.
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
