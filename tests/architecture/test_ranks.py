"""Ranks inside an app: a module imports modules of lower rank (`docs/architecture.md`)."""

from functools import lru_cache

from tests.architecture.sources import APPS, imports, modules

RANKS = {
    **dict.fromkeys(("enums", "exceptions", "signals"), 0),
    "models": 1,
    **dict.fromkeys(("rules", "registry", "calendar", "crypto"), 2),
    "selectors": 3,
    "messages": 4,
    "services": 5,
    **dict.fromkeys(("forms", "tasks", "receivers", "admin"), 6),
    **dict.fromkeys(("views", "api"), 7),
    **dict.fromkeys(("urls", "apps", "management"), 8),
}
# `core` is a collection of foundations without those ranks, but for its addresses.
RANKED = [app for app in APPS if app != "core"]


@lru_cache(maxsize=1)
def imports_of():
    """What each module imports, by its name. Read by the test and not before: every process collects this file."""
    return {module.name: list(imports(module)) for module in modules()}


def rank_of(name):
    """The rank written in a dotted name: `booking.search.selectors` is a selector; None for a module without a rank."""
    return next((RANKS[part] for part in name.split(".")[1:] if part in RANKS), None)


def group_of(name):
    return next((part for part in name.split(".")[1:] if part in RANKS), name)


def target_of(imported):
    """The module behind `package.module.name`."""
    while imported and imported not in imports_of():
        imported = imported.rpartition(".")[0]
    return imported


def reached(name, seen=()):
    """The ranked modules of the same app that a module reaches, through modules without a rank."""
    app = name.partition(".")[0]
    for imported, line in imports_of()[name]:
        target = target_of(imported)
        if target.partition(".")[0] != app or target in seen or target in {name, app}:
            continue
        if rank_of(target) is None:
            yield from ((found, line) for found, _ in reached(target, (*seen, name)))
        else:
            yield target, line


def higher(module):
    """What a module reaches above its rank, or beside it in another group."""
    mine, group = rank_of(module.name), group_of(module.name)
    return {
        f"{module}:{line} (rank {mine}) reaches {target} (rank {rank_of(target)})"
        for target, line in reached(module.name)
        if rank_of(target) > mine or (rank_of(target) == mine and group_of(target) != group)
    }


def test_modules_import_lower_ranks_only():
    ranked = [module for module in modules() if module.app in RANKED and rank_of(module.name) is not None]

    assert len(ranked) > 100
    assert set().union(*map(higher, ranked)) == set()
