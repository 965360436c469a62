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
    with pytest.raises(
        browser.BrowserMissing, match="apt-get install chromium-headless-shell libatomic1 fonts-dejavu-core"
    ):
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


def test_shell_is_preferred_to_a_whole_browser(bare):
    for name in ("chromium", "chromium-headless-shell"):
        (bare / name).touch(mode=0o755)
    assert browser.find_chromium() == str(bare / "chromium-headless-shell")


def test_browser_downloaded_is_found(bare):
    for folder, name in (
        ("chromium-1/chrome-linux", "chrome"),
        ("chromium_headless_shell-1/chrome-linux", "headless_shell"),
    ):
        program = bare / "browsers" / folder / name
        program.parent.mkdir(parents=True)
        program.touch()
        assert browser.find_chromium() == str(program)


@pytest.fixture
def apt(bare, monkeypatch):
    """`apt(*errors)`: what apt-get install says, one after the other; it installs when it says nothing. Gives its calls."""
    calls = []

    class Done:
        def __init__(self, stderr: str) -> None:
            self.stderr, self.returncode = stderr, 100 if stderr else 0

    def answer_with(*errors: str) -> list[list[str]]:
        answers = iter(errors)

        def run(command, **options):
            calls.append(command)
            if command[1] != "install":
                return Done("")
            done = Done(next(answers))
            if done.returncode == 0:
                (bare / command[5]).touch(mode=0o755)
            return done

        monkeypatch.setattr(browser.subprocess, "run", run)
        return calls

    (bare / "apt-get").touch(mode=0o755)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(browser, "_driver_works", lambda: browser.find_chromium() is not None)
    return answer_with


def test_apt_is_tried_again_while_another_holds_its_lock(bare, apt):
    calls = apt("E: Could not get lock /var/lib/dpkg/lock-frontend", "")

    assert browser.ensure_chromium() == str(bare / "chromium-headless-shell")
    assert [command[1] for command in calls] == ["update", "install", "update", "install"]


def test_whole_browser_is_installed_where_there_is_no_shell(bare, apt):
    calls = apt("E: Unable to locate package chromium-headless-shell", "")

    assert browser.ensure_chromium() == str(bare / "chromium")
    assert [command[5] for command in calls if command[1] == "install"] == ["chromium-headless-shell", "chromium"]
