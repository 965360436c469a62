"""Every pair of colours that carries text or a sign keeps its WCAG ratio, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
MIMOSA_INK = "mimosa-ink"
BLOCKS = {
    "light": r":root \{\n  color-scheme: light;(.*?)\n\}",
    "dark": r':root\[data-theme="dark"\] \{(.*?)\n  \}',
    "dark by the device": r':root:not\(\[data-theme="light"\]\) \{(.*?)\n  \}',
}

GROUNDS = ("ground", "surface", "inset")
SOFTS = ("primary-soft", "mimosa-soft", "ok-soft", "info-soft", "warn-soft", "danger-soft")
TINTS = tuple(f"m{n}" for n in range(1, 7))
PAIRS = [
    *((text, ground, need) for text, need in (("ink", 7), ("ink-2", 4.5), ("ink-3", 4.5)) for ground in GROUNDS),
    *(("line-strong", ground, 3) for ground in GROUNDS),
    *(("primary", ground, 4.5) for ground in GROUNDS),
    *(("primary", soft, 4.5) for soft in SOFTS if soft != "danger-soft"),
    *(("ink", soft, 7) for soft in SOFTS),
    ("on-primary", "primary", 4.5),
    ("on-primary", "primary-hover", 4.5),
    ("on-primary-soft", "primary-soft", 4.5),
    ("on-mimosa", "mimosa-soft", 4.5),
    (MIMOSA_INK, "mimosa", 4.5),
    ("mimosa-line", "mimosa-soft", 3),
    ("on-band", "band", 4.5),
    ("on-band-2", "band", 4.5),
    ("band-line", "band", 3),
    ("mimosa", "band", 3),
    *((tone, f"{tone}-soft", 4.5) for tone in ("ok", "info", "warn", "danger")),
    *((tone, "surface", 4.5) for tone in ("ok", "info", "warn", "danger")),
    ("ink-2", "warn-soft", 4.5),
    ("ink-2", "danger-soft", 4.5),
    ("ink-2", "info-soft", 4.5),
    ("on-danger", "danger", 4.5),
    ("on-danger", "danger-hover", 4.5),
    *(("ink", tint, 7) for tint in TINTS),
    *(("ink-2", tint, 4.5) for tint in TINTS),
    *((f"{tint}-bar", tint, 3) for tint in TINTS),
    ("focus-ring", "ground", 3),
    ("focus-ring", "surface", 3),
    ("focus-halo", "band", 3),
]


def colours(theme: str) -> dict[str, str]:
    block = re.search(BLOCKS[theme], TOKENS, re.DOTALL)
    assert block, f"tokens.css has no block for {theme}"
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", block[1]))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_that_of_wcag():
    assert ratio("#000000", "#FFFFFF") == 21
    assert round(ratio("#15231D", "#F2F6F2"), 1) == 14.9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pairs_keep_their_ratio(theme):
    found = colours(theme)
    ratios = [(front, back, ratio(found[front], found[back]), need) for front, back, need in PAIRS]
    assert [pair for pair in ratios if pair[2] < pair[3]] == []


def test_at_least_the_pairs_of_the_design_are_measured():
    assert len(PAIRS) >= 68


def test_dark_is_the_same_list_whether_the_device_or_the_person_chose_it():
    chosen, by_device = (re.search(BLOCKS[theme], TOKENS, re.DOTALL)[1] for theme in ("dark", "dark by the device"))
    assert chosen.split() == by_device.split()


def test_both_themes_name_the_same_colours():
    assert colours("light").keys() == colours("dark").keys()
