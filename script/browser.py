"""Finds a Chromium for the browser tests, or installs one; says what to install when it can do neither."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

# The shell draws the same pages without the windows of a browser around them, which costs a third less.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Playwright's own program needs libatomic; without fonts, pages are drawn with empty boxes.
DEBIAN_PACKAGES = ("libatomic1", "fonts-dejavu-core")
APT_TRIES = 30
ADVICE = (
    "The browser tests need Chromium. On Debian: sudo apt-get install " + " ".join((SHELL, *DEBIAN_PACKAGES)) + ". "
    "Elsewhere: .venv/bin/playwright install --only-shell chromium, or set CHROMIUM to the path of a Chromium or Chrome."
)


class BrowserMissing(RuntimeError):
    """There is no browser and none could be installed."""


def find_chromium() -> str | None:
    """The program's path: $CHROMIUM, else one on the PATH, else the one Playwright has downloaded."""
    if chosen := os.environ.get("CHROMIUM"):
        if not Path(chosen).is_file():
            raise BrowserMissing(f"CHROMIUM names {chosen}, which is not a file.")
        return chosen
    return next(filter(None, map(shutil.which, NAMES)), None) or _downloaded()


def ensure_chromium() -> str:
    """The path of a Chromium that can be driven, installed first if need be. Raises BrowserMissing."""
    found = find_chromium()
    if found and _driver_works():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install_with_apt()
    elif _driver_works():
        subprocess.run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], check=False)
    found = find_chromium()
    if not found or not _driver_works():
        raise BrowserMissing(ADVICE)
    return found


def _downloaded() -> str | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or _cache_folder())
    patterns = (
        "chromium_headless_shell-*/*/*headless*shell",
        "chromium-*/chrome-linux*/chrome",
        "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    )
    return next((str(path) for pattern in patterns for path in sorted(folder.glob(pattern), reverse=True)), None)


def _cache_folder() -> Path:
    mac = os.uname().sysname == "Darwin"
    return Path.home() / ("Library/Caches" if mac else ".cache") / "ms-playwright"


def _driver_works() -> bool:
    node, _ = compute_driver_executable()
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


def _install_with_apt() -> None:
    """Not every distribution has the shell."""
    print("  Chromium is installed with apt-get …", flush=True)
    if not any(_apt_installs(browser) for browser in (SHELL, "chromium")):
        print("  apt-get could not install it.", file=sys.stderr)


def _apt_installs(browser: str) -> bool:
    """Another installation may hold apt's lock: this waits for it a few minutes."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", browser, *DEBIAN_PACKAGES]
    for _ in range(APT_TRIES):
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        done = subprocess.run(install, env=environment, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            return True
        if "lock" not in done.stderr.lower():
            print(done.stderr, file=sys.stderr)
            return False
        time.sleep(10)
    return False
