"""Asks the child: whether a file opens, and what its pages look like. A child that dies is a refusal, never an error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
WALL_SECONDS = 25
MOST_PREVIEWS = 10


class Unreadable(Exception):
    """The file does not open, or costs too much to open."""


def page_count(media_type: str, content: bytes) -> int:
    """Raises Unreadable."""
    try:
        return int(json.loads(_ask("check", media_type, content=content))["pages"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable from error


def page_images(media_type: str, content: bytes, most: int = MOST_PREVIEWS) -> Iterator[bytes]:
    """The first pages as JPEG images drawn in the child. Raises Unreadable."""
    answer = _ask("pages", media_type, str(most), content=content)
    at = 0
    while at + 4 <= len(answer):
        length = int.from_bytes(answer[at : at + 4], "big")
        page = answer[at + 4 : at + 4 + length]
        if len(page) != length or not page.startswith(b"\xff\xd8"):
            raise Unreadable
        yield page
        at += 4 + length


def _ask(*arguments: str, content: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter and file; nothing of the sender is an argument)
            [sys.executable, "-I", str(CHILD), *arguments],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env={"LANG": "C.UTF-8"},
            cwd="/",
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable from error
    if done.returncode != 0:
        raise Unreadable
    return done.stdout
