"""Reads the source of the project, for the tests of how it is built."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Lowest first: a package never imports one that stands after it.
LAYERS = (
    "core", "notifications", "accounts", "practitioners", "patients", "booking", "carnet", "billing", "custody", "portal",
    "config",
)  # fmt: skip
APPS = LAYERS[:-1]


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name, its path and its syntax tree."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def app(self) -> str:
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))


@lru_cache(maxsize=1)
def modules() -> tuple[Module, ...]:
    """Every module of the project but its migrations and tests."""
    paths = (path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py")))
    return tuple(_read(path) for path in paths if "migrations" not in path.parts)


def _read(path: Path) -> Module:
    text = path.read_text()
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return Module(name, path, ast.parse(text), text.count("\n"))


def python_tests() -> list[Module]:
    return [_read(path) for path in sorted((ROOT / "tests").rglob("*.py"))]


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """Every module or name it imports, wherever in the file, with the line; what only type checkers read is left out."""
    package = module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]
    skipped = {id(node) for test in _type_checking(module.tree) for node in ast.walk(test)}
    for node in ast.walk(module.tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def _type_checking(tree: ast.Module) -> list[ast.If]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
