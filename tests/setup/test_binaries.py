"""The servers' programs are found, brought within reach, or asked for in words."""

import os
import subprocess

import pytest

from script.servers import binaries
from script.servers.layout import Account, Layout


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path, tmp_path, tmp_path)


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr(binaries, "_folder_of", lambda package: None)


def test_programs_of_the_chosen_folder_come_first(layout, tmp_path, monkeypatch):
    (tmp_path / "postgres").touch()
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    assert binaries.postgres_binaries(layout) == tmp_path


def test_chosen_folder_without_programs_is_refused(layout, tmp_path, monkeypatch):
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    with pytest.raises(binaries.ServerMissing, match="PG_BINDIR names"):
        binaries.postgres_binaries(layout)


def test_debian_programs_serve_without_the_wheel(layout, no_wheel, tmp_path, monkeypatch):
    for version in ("9", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    assert binaries.postgres_binaries(layout) == tmp_path / "17" / "bin"


def test_machine_without_postgres_is_told_what_to_set(layout, no_wheel, tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    with pytest.raises(binaries.ServerMissing, match="Set DATABASE_URL"):
        binaries.postgres_binaries(layout)


def test_machine_without_valkey_is_told_what_to_set(no_wheel, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(binaries.ServerMissing, match="Set REDIS_URL"):
        binaries.valkey_binary()


def test_valkey_of_the_system_serves_without_the_wheel(no_wheel, tmp_path, monkeypatch):
    program = tmp_path / "redis-server"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert binaries.valkey_binary() == program


def test_copied_programs_run_and_are_open_to_all(layout, monkeypatch):
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr(binaries, "server_account", lambda: Account(os.geteuid() + 1, os.getegid() + 1))
    monkeypatch.setattr(binaries, "can_be_entered_by_all", lambda folder: False)
    copied = binaries.postgres_binaries(layout)
    assert copied.is_relative_to(layout.state)
    assert (copied / "postgres").stat().st_mode & 0o005 == 0o005
    # psql needs the libraries that stand beside the package.
    assert subprocess.run([copied / "psql", "--version"], capture_output=True, check=True).stdout.startswith(b"psql")
    assert binaries.postgres_version(copied) >= 18
