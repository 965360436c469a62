"""The little Markdown of the information pages: headings, lists, bold, links. What it does not know stays plain text.

Nothing of the source reaches the page unescaped: each piece of text is escaped on its own, and the only tags are those
written here. A link leads to a page of the site, to an `https:` address, or to a number to call or to write to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

_BOLD_OR_LINK = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\[\]\n]+)\]\((?P<address>[^\s()]+)\)")
_ADDRESS = re.compile(r"https://[^\s\"'<>\\]+|/(?![/\\])[^\s\"'<>\\]*|(?:tel|sms):\+?[0-9]{2,15}")
_HEADING = re.compile(r"(#{2,3}) +(.+)")
_BULLET = re.compile(r"- +(.+)")
_NUMBER = re.compile(r"\d{1,2}\. +(.+)")


def is_safe_address(address: str) -> bool:
    """Whether a link of a page may lead there."""
    return _ADDRESS.fullmatch(address) is not None


def render(source: str) -> SafeString:
    """The text as HTML: `h2`, `h3`, `p`, `ul`, `ol`, `strong`, `a`."""
    return SafeString("\n".join(_blocks(source)))


def plain(source: str) -> str:
    """The same text without signs, for a search or a summary."""
    without = _BOLD_OR_LINK.sub(lambda found: found["bold"] or found["label"], source)
    return re.sub(r"(?m)^(?:#{2,3}|-|\d{1,2}\.) +", "", without)


def refused_links(source: str) -> list[str]:
    """The addresses of the text that a page may not lead to; they are shown as plain text."""
    found = (match["address"] for match in _BOLD_OR_LINK.finditer(source) if match["address"])
    return [address for address in found if not is_safe_address(address)]


def _blocks(source: str) -> Iterator[SafeString]:
    for block in re.split(r"\n\s*\n", source.replace("\r\n", "\n").strip()):
        yield from _parts([line.strip() for line in block.split("\n") if line.strip()])


def _parts(lines: list[str]) -> Iterator[SafeString]:
    """A block holds headings, lists and paragraphs in any order; lines of one kind that follow one another go together."""
    at = 0
    while at < len(lines):
        heading = _HEADING.fullmatch(lines[at])
        if heading:
            tag = SafeString(f"h{len(heading[1])}")
            yield format_html("<{}>{}</{}>", tag, _inline(heading[2]), tag)
            at += 1
            continue
        kind = next((mark for mark in (_BULLET, _NUMBER) if mark.fullmatch(lines[at])), None)
        run = [lines[at]]
        at += 1
        while at < len(lines) and _is_same(lines[at], kind):
            run.append(lines[at])
            at += 1
        yield _run(run, kind)


def _is_same(line: str, kind: re.Pattern[str] | None) -> bool:
    if kind is not None:
        return kind.fullmatch(line) is not None
    return not any(mark.fullmatch(line) for mark in (_HEADING, _BULLET, _NUMBER))


def _run(lines: list[str], kind: re.Pattern[str] | None) -> SafeString:
    if kind is None:
        return format_html("<p>{}</p>", _inline(" ".join(lines)))
    items = format_html_join("", "<li>{}</li>", ((_inline(_item(line, kind)),) for line in lines))
    tag = SafeString("ul" if kind is _BULLET else "ol")
    return format_html("<{}>{}</{}>", tag, items, tag)


def _item(line: str, kind: re.Pattern[str]) -> str:
    found = kind.fullmatch(line)
    return found[1] if found else line


def _inline(text: str) -> SafeString:
    parts, at = [], 0
    for found in _BOLD_OR_LINK.finditer(text):
        parts.append(conditional_escape(text[at : found.start()]))
        parts.append(_marked(found))
        at = found.end()
    parts.append(conditional_escape(text[at:]))
    return SafeString("".join(parts))


def _marked(found: re.Match[str]) -> SafeString:
    if found["bold"]:
        return format_html("<strong>{}</strong>", _inline(found["bold"]))
    if not is_safe_address(found["address"]):
        return conditional_escape(found[0])
    if found["address"].startswith("https:"):
        return format_html('<a href="{}" rel="noopener">{}</a>', found["address"], found["label"])
    return format_html('<a href="{}">{}</a>', found["address"], found["label"])
