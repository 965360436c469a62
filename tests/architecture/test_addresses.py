"""Z1: every address declares its access, every declaration is reached, and what is declared has its rule."""

import importlib

from django.apps import apps

from core.access import access
from core.access.declarations import ATTRIBUTE, Spec, view_class_of
from core.access.rules import rules
from core.checks import addresses
from tests.architecture.sources import APPS, modules

ADDRESSES = list(addresses())


def test_every_address_declares_its_access():
    assert [a.route for a in ADDRESSES if access.spec_of(a.callback, a.name) is None] == []


def test_every_declared_name_is_an_address():
    assert access.declared_names() - {address.name for address in ADDRESSES} == set()


def test_every_declared_view_is_reached():
    reached = set()
    for address in ADDRESSES:
        view = view_class_of(address.callback) or address.callback
        reached.add(f"{view.__module__}.{view.__qualname__}")

    declared = set()
    for module in modules():
        if module.app in APPS and {"views", "api"} & set(module.name.split(".")):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(getattr(value, "__dict__", {}).get(ATTRIBUTE), Spec):
                    declared.add(f"{value.__module__}.{value.__qualname__}")

    assert declared - reached == set()


def test_every_address_has_a_name():
    assert [address.route for address in ADDRESSES if not address.name] == []


def test_no_two_addresses_share_a_name():
    names = [address.name for address in ADDRESSES]

    shared = {name for name in names if names.count(name) > 1}
    assert shared <= {name for name in shared if len({a.callback for a in ADDRESSES if a.name == name}) == 1}


def test_a_declared_model_has_rules():
    """A resource that is a model (`booking.appointment`) has rules, and one for reading where it is read.

    The other actions name what the service does, which may rest on a rule of another name.
    """
    known = {(model._meta.label_lower, action) for model, action in rules()}
    labels = {model._meta.label_lower for model in apps.get_models()}

    missing = set()
    for address in ADDRESSES:
        spec = access.spec_of(address.callback, address.name)
        if spec is None or spec.public or spec.resource not in labels:
            continue
        if not {label for label, _ in known} & {spec.resource}:
            missing.add(spec.resource)
        if "read" in spec.action_names and (spec.resource, "read") not in known:
            missing.add(f"{spec.resource} read")

    assert missing == set()
