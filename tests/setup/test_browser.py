"""A browser is found or installed; without one the run fails and says what to do."""

import pytest

from script import browser


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without a browser, without rights and without a way to download one."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(browser, "_driver_works", lambda: False)
    return tmp_path


def test_browser_missing_says_what_to_install(bare):
    with pytest.raises(browser.BrowserMissing, match="apt-get install chromium libatomic1 fonts-dejavu-core"):
        browser.ensure_chromium()


def test_browser_named_must_exist(bare, monkeypatch):
    monkeypatch.setenv("CHROMIUM", str(bare / "nothing"))
    with pytest.raises(browser.BrowserMissing, match="CHROMIUM names"):
        browser.ensure_chromium()


def test_browser_named_is_preferred(bare, monkeypatch):
    chosen = bare / "my-chromium"
    chosen.touch()
    monkeypatch.setenv("CHROMIUM", str(chosen))
    assert browser.find_chromium() == str(chosen)


def test_browser_on_the_path_is_found(bare):
    program = bare / "chromium"
    program.touch(mode=0o755)
    assert browser.find_chromium() == str(program)


def test_browser_downloaded_is_found(bare):
    program = bare / "browsers" / "chromium-1" / "chrome-linux" / "chrome"
    program.parent.mkdir(parents=True)
    program.touch()
    assert browser.find_chromium() == str(program)


def test_apt_is_tried_again_while_another_holds_its_lock(bare, monkeypatch):
    installed = bare / "chromium"
    answers = iter(["E: Could not get lock /var/lib/dpkg/lock-frontend", ""])
    calls = []

    class Done:
        def __init__(self, stderr: str) -> None:
            self.stderr, self.returncode = stderr, 100 if stderr else 0

    def run(command, **options):
        calls.append(command)
        if command[1] != "install":
            return Done("")
        done = Done(next(answers))
        if done.returncode == 0:
            installed.touch(mode=0o755)
        return done

    (bare / "apt-get").touch(mode=0o755)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser.subprocess, "run", run)
    monkeypatch.setattr(browser.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(browser, "_driver_works", installed.exists)
    assert browser.ensure_chromium() == str(installed)
    assert [command[1] for command in calls] == ["update", "install", "update", "install"]
