"""Packages: a lower one never knows a higher one, neither by import nor by relation."""

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignObject, ManyToManyField

from tests.architecture.sources import APPS, LAYERS, imports, modules


def test_packages_import_lower_ones_only():
    higher = [
        f"{module}:{line} imports {name}"
        for module in modules()
        for name, line in imports(module)
        if name.partition(".")[0] in LAYERS[LAYERS.index(module.app) + 1 :]
    ]

    assert higher == []


def test_relations_point_down_or_sideways():
    """A foreign key given as a text escapes the check of imports. Users are known to all by AUTH_USER_MODEL."""
    upward = [
        f"{field} points up, to {field.related_model._meta.app_label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in APPS
        for field in model._meta.get_fields()
        if isinstance(field, (ForeignObject, ManyToManyField))
        and field.related_model._meta.label != settings.AUTH_USER_MODEL
        and field.related_model._meta.app_label in APPS
        and APPS.index(field.related_model._meta.app_label) > APPS.index(model._meta.app_label)
    ]

    assert upward == []


def test_core_and_notifications_know_users_by_setting_only():
    for module in modules():
        if module.app in {"core", "notifications"}:
            assert not [name for name, _ in imports(module) if name.startswith("accounts")]
            assert '"accounts.User"' not in module.path.read_text()
