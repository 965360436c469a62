"""Makes the fonts that PDF files embed: `.venv/bin/python -m script.pdf_fonts`. Nobody needs it but to change the fonts.

Source Sans 3 comes from the site's own files, at two weights; DejaVu Sans (Debian's fonts-dejavu-core) brings the letters of
other languages. Only the letters of names and sentences are kept, in the few tables that a PDF reads.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

CHECKOUT = Path(__file__).resolve().parent.parent
SITE, TARGET, SYSTEM = CHECKOUT / "static/fonts", CHECKOUT / "core/fonts", Path("/usr/share/fonts/truetype/dejavu")
LATIN = ("source-sans-3-latin-wght-normal.woff2", "source-sans-3-latin-ext-wght-normal.woff2")
WEIGHTS = {"regular": 400, "bold": 700}
DEJAVU = {"regular": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}
# Latin of all languages, Greek, Cyrillic, Armenian, Hebrew, Arabic and its joined forms, Georgian, signs, arrows, boxes.
SCRIPTS = (
    *((0x20, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x531, 0x58F), (0x591, 0x5F4), (0x600, 0x6FF), (0x10A0, 0x10FF)),
    *((0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x21FF), (0x25A0, 0x25FF)),
    *((0x2600, 0x26FF), (0x2700, 0x27BF), (0xFB1D, 0xFB4F), (0xFB50, 0xFBFF), (0xFE70, 0xFEFF)),
)
KEPT = {"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "OS/2", "post"}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    for name, weight in WEIGHTS.items():
        _trimmed(_source_sans(weight), None).save(TARGET / f"source-sans-3-{name}.ttf")
        letters = (code for low, high in SCRIPTS for code in range(low, high + 1))
        _trimmed(TTFont(SYSTEM / DEJAVU[name]), letters).save(TARGET / f"dejavu-sans-{name}.ttf")


def _source_sans(weight: int) -> TTFont:
    """The two halves of the site's variable font as one font of one weight."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for name in LATIN:
            font = instantiateVariableFont(TTFont(SITE / name), {"wght": weight})
            font.flavor = None
            _drop_tables(font)
            parts.append(str(Path(folder) / f"{Path(name).stem}.ttf"))
            font.save(parts[-1])
        return Merger().merge(parts)


def _trimmed(font: TTFont, letters: Iterable[int] | None) -> TTFont:
    _drop_tables(font)
    options = Options()
    options.name_IDs, options.notdef_outline, options.hinting = ["*"], True, False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters if letters is not None else font.getBestCmap())
    subsetter.subset(font)
    return font


def _drop_tables(font: TTFont) -> None:
    for tag in [tag for tag in font.keys() if tag not in KEPT and tag != "GlyphOrder"]:  # noqa: SIM118
        del font[tag]


if __name__ == "__main__":
    main()
