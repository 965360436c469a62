"""Puts the non-breaking spaces of French (U+00A0) into the sentences of templates and code.

`.venv/bin/python -m script.typography templates booking/forms.py …`: before `: ; ? ! »` and units, after `«`, inside
hours. Only sentences to be translated are touched. A test fails on the sentences of templates that lack them.
"""

import re
import sys
from pathlib import Path

SPACE = "\u00a0"
RULES = (
    (re.compile(r"(?<=[^\s{(:;]) (?=[:;?!»](?:\s|$|<|\"|\)|\u00a0|\{))"), SPACE),
    (re.compile(r"« "), f"«{SPACE}"),
    (re.compile(r"(?<=\d) (?=(?:€|%|km|min|h\b|Mo))"), SPACE),
    (re.compile(r"(?<=\bh) (?=\d\d\b)"), SPACE),
)
IN_TEMPLATES = (
    re.compile(r'(\{% trans(?:late)? ")([^"]*)(")'),
    re.compile(r'(_\(")([^"]*)("\))'),
    re.compile(r"(\{% blocktrans[^%]*%\})(.*?)(\{% endblocktrans %\})", re.DOTALL),
)
IN_CODE = (re.compile(r'(_\(\s*"|gettext\(\s*")([^"\n]*)(")'),)


def set_french(sentence: str) -> str:
    """The sentence with its non-breaking spaces; the same one when it has them already."""
    for pattern, by in RULES:
        sentence = pattern.sub(by, sentence)
    return sentence


def set_file(text: str, *, code: bool) -> str:
    """A template, or a Python module with `code`, with its sentences set."""
    for pattern in IN_CODE if code else IN_TEMPLATES:
        text = pattern.sub(lambda found: found[1] + set_french(found[2]) + found[3], text)
    return text


def main(arguments: list[str]) -> None:
    for argument in arguments:
        given = Path(argument)
        for path in [given] if given.is_file() else sorted(given.rglob("*")):
            if path.suffix in {".html", ".txt", ".py"}:
                before = path.read_text()
                after = set_file(before, code=path.suffix == ".py")
                if after != before:
                    path.write_text(after)
                    print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
