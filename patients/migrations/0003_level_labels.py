"""The words of the two levels; nothing changes in the tables."""

from django.db import migrations, models

CHOICES = [
    ("declared", "Prend et annule des rendez-vous"),
    ("granted", "Prend et annule des rendez-vous, et voit les autres"),
]


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_link_requests")]

    operations = [
        migrations.AlterField(
            model_name="guardianship",
            name="level",
            field=models.CharField(choices=CHOICES, default="declared", max_length=8),
        ),
        migrations.AlterField(
            model_name="guardianinvitation",
            name="level",
            field=models.CharField(choices=CHOICES, default="granted", max_length=8),
        ),
    ]
