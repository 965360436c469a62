"""Packages: a lower one never knows a higher one, neither by import nor by relation."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignObject, ManyToManyField

from tests.architecture.sources import APPS, LAYERS, imports, modules


@pytest.mark.parametrize("module", modules(), ids=str)
def test_a_package_imports_lower_ones_only(module):
    mine = LAYERS.index(module.app)

    higher = [
        f"{module}:{line} imports {name}"
        for name, line in imports(module)
        if name.partition(".")[0] in LAYERS[mine + 1 :]
    ]

    assert higher == []


@pytest.mark.parametrize("model", [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in APPS])
def test_a_relation_points_down_or_sideways(model):
    """A foreign key given as a text escapes the check of imports. Users are known to all by AUTH_USER_MODEL."""
    mine = APPS.index(model._meta.app_label)

    for field in model._meta.get_fields():
        if not isinstance(field, (ForeignObject, ManyToManyField)):
            continue
        target = field.related_model._meta.app_label
        if target in APPS:
            user = field.related_model._meta.label == settings.AUTH_USER_MODEL
            assert user or APPS.index(target) <= mine, f"{field} points up, to {target}"


def test_core_and_notifications_know_users_by_setting_only():
    for module in modules():
        if module.app in {"core", "notifications"}:
            assert not [name for name, _ in imports(module) if name.startswith("accounts")]
            assert '"accounts.User"' not in module.path.read_text()
