"""The virtual environment is made once per lock."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from script.servers.layout import CHECKOUT


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The module of script/bootstrap on a folder of its own, where installing only notes the level."""
    loader = SourceFileLoader("bootstrap", str(CHECKOUT / "script" / "bootstrap"))
    module = module_from_spec(spec_from_loader("bootstrap", loader))
    loader.exec_module(module)
    for name, path in (("ROOT", "."), ("VENV", ".venv"), ("PYTHON", ".venv/python"), ("STAMP", ".venv/lock.stamp")):
        monkeypatch.setattr(module, name, tmp_path / path)
    for lock in module.LOCKS.values():
        (tmp_path / lock).write_text(f"{lock} 1")
    module.VENV.mkdir()
    return module


def install(module, level: str) -> None:
    module.PYTHON.touch()
    module.STAMP.write_text(module.checksum(level))


def test_nothing_is_installed_at_first(bootstrap):
    assert not bootstrap.is_installed("run")


def test_environment_of_the_lock_is_not_made_again(bootstrap):
    install(bootstrap, "run")
    assert bootstrap.is_installed("run")
    assert not bootstrap.is_installed("dev")


def test_environment_for_development_serves_the_demo(bootstrap):
    install(bootstrap, "dev")
    assert bootstrap.is_installed("run")


def test_changed_lock_is_installed_again(bootstrap):
    install(bootstrap, "run")
    (bootstrap.ROOT / "requirements.txt").write_text("requirements.txt 2")
    assert not bootstrap.is_installed("run")


def test_environment_that_was_removed_is_made_again(bootstrap):
    install(bootstrap, "run")
    bootstrap.PYTHON.unlink()
    assert not bootstrap.is_installed("run")
