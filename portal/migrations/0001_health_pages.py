"""Information pages about care and their versions, which the database itself only lets add up."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# A version is written once. The one thing that may still happen to it is its first publication.
GUARD = """
CREATE FUNCTION portal_healthversion_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.published_at IS NULL AND NEW.published_at IS NOT NULL
       AND (to_jsonb(NEW) - 'published_at') = (to_jsonb(OLD) - 'published_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'portal_healthversion is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER portal_healthversion_append_only BEFORE UPDATE OR DELETE ON portal_healthversion FOR EACH ROW
    EXECUTE FUNCTION portal_healthversion_guard();
"""
UNGUARD = """
DROP TRIGGER portal_healthversion_append_only ON portal_healthversion;
DROP FUNCTION portal_healthversion_guard();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="HealthPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("slug", models.SlugField(max_length=80, verbose_name="adresse")),
                (
                    "language",
                    models.CharField(
                        choices=[("fr", "Français"), ("en", "English")], max_length=2, verbose_name="langue"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="rang")),
            ],
            options={
                "verbose_name": "page d’information",
            },
        ),
        migrations.CreateModel(
            name="HealthVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120, verbose_name="titre")),
                ("summary", models.CharField(max_length=240, verbose_name="en une phrase")),
                ("body", models.TextField(max_length=12000, verbose_name="texte")),
                (
                    "keywords",
                    models.CharField(blank=True, default="", max_length=400, verbose_name="mots de la recherche"),
                ),
                ("sources", models.JSONField(default=list)),
                ("reviewed_on", models.DateField(verbose_name="relue le")),
                ("author_id", models.BigIntegerField(null=True)),
                ("restores", models.PositiveIntegerField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="portal.healthpage"
                    ),
                ),
            ],
            options={
                "verbose_name": "version d’une page d’information",
            },
        ),
        migrations.AddField(
            model_name="healthpage",
            name="current",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.healthversion"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthversion",
            constraint=models.UniqueConstraint(fields=("page", "number"), name="health_version_once"),
        ),
        migrations.AddConstraint(
            model_name="healthpage",
            constraint=models.UniqueConstraint(fields=("slug", "language"), name="health_page_once"),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
