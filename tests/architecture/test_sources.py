"""How the source reads: small files, short functions, first lines that say what a module is for, one clock."""

import ast
import re

from tests.architecture.sources import ROOT, functions, modules, python_tests

MAX_LINES, MAX_TEST_LINES, MAX_FUNCTION = 400, 800, 70
PACKAGES_OF_NAMES = {"data", "info", "manager", "helper", "helpers", "utils", "misc"}
# The clock itself, and what looks at the machine's own time on purpose.
# Django writes the end of a session by its own clock: it is read by the same one.
CLOCKS = {"core.clock", "accounts.session_store"}


def length(function):
    return (function.end_lineno or 0) - function.lineno + 1


def test_modules_are_small():
    assert [f"{module}: {module.lines} lines" for module in modules() if module.lines > MAX_LINES] == []


def test_modules_say_what_they_are_for():
    assert [str(module) for module in modules() if module.lines and not ast.get_docstring(module.tree)] == []


def test_test_files_stay_readable():
    assert [str(module) for module in python_tests() if module.lines > MAX_TEST_LINES] == []


def test_functions_do_one_thing():
    long = [(module, f) for module in modules() for f in functions(module) if length(f) >= MAX_FUNCTION]

    assert [f"{module}:{f.lineno} {f.name} has {length(f)} lines" for module, f in long] == []


def test_names_say_something():
    assert [m.name for m in modules() if set(m.name.split(".")) & PACKAGES_OF_NAMES] == []


def test_only_the_clock_reads_the_time():
    calls = [
        f"{module}:{node.lineno} {ast.unparse(node.func)}()"
        for module in modules()
        if module.name not in CLOCKS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and re.fullmatch(
            r"(datetime\.)?(datetime|date)\.(now|utcnow|today|fromtimestamp|combine)|timezone\.(now|localdate)",
            ast.unparse(node.func),
        )
        # A moment of UTC is no wall-clock time.
        and not (node.func.attr in {"combine", "fromtimestamp"} and ast.unparse(node.args[-1]) == "UTC")
    ]

    assert calls == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")
    files = [m.path for m in (*modules(), *python_tests())] + list((ROOT / "templates").rglob("*.html"))

    assert [str(path.relative_to(ROOT)) for path in files if marks.search(path.read_text())] == []


def test_no_test_is_skipped():
    skips = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|@unittest\.skip")

    assert [
        str(m) for m in python_tests() if m.path.name != "test_sources.py" and skips.search(m.path.read_text())
    ] == []
