"""Documents of claims wait for the search for malware before anybody opens them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practitioners", "0008_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="claimdocument",
            name="scan",
            field=models.CharField(
                choices=[
                    ("waiting", "En attente d’analyse"),
                    ("clean", "Analysée"),
                    ("refused", "Refusée par l’analyse"),
                ],
                db_default="waiting",
                default="waiting",
                max_length=8,
            ),
        ),
    ]
