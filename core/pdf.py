"""PDF files of the product: a titled document in the reader's language, with a running header, numbered pages and tables.

Source Sans 3 is embedded at two weights, and DejaVu Sans for the letters that it lacks; a letter that neither has is drawn
as an empty box. Texts come finished and translated: this module knows none of its own. Lengths are in millimetres.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF, FontFace, ViewerPreferences
from fpdf.enums import DocumentCompliance, TableBordersLayout, TableHeadingsDisplay

from core import clock
from core.pdf_text import drawable

FONTS = Path(__file__).resolve().parent / "fonts"
BODY, OTHER_LETTERS = "source-sans-3", "dejavu-sans"
STYLES = {"": "regular", "B": "bold"}
MARGIN, FOOT = 15, 18
INK, SOFT, LINE, SHADE = (26, 32, 44), (84, 92, 105), (190, 196, 204), (240, 242, 245)
# A cell longer than this would not fit on any page.
LONGEST_CELL = 600
# Drawn text never holds it (a private code point), so nobody's name can be taken for the number of pages.
PAGES = "\uf8ff"
# It tells each glyph it keeps, which are letters of people's names.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Running:
    """What each page repeats: a line above, a mark at its right (« Confidentiel »), a line below.

    `pages` words the number: « Page %(page)s sur %(pages)s ».
    """

    above: str = ""
    mark: str = ""
    below: str = ""
    pages: str = "%(page)s / %(pages)s"


class Document:
    """One A4 file, written from top to bottom; `content()` ends it.

    `title` and `language` (a tag such as "fr") are what a screen reader announces; `author` who gives the file out.
    `archival` makes a PDF/A-3 (ISO 19005-3, level B): everything it needs is inside, and files may be attached to it.
    """

    def __init__(
        self,
        title: str,
        *,
        language: str,
        author: str = "",
        running: Running | None = None,
        archival: bool = False,
        made_at: datetime | None = None,
    ) -> None:
        self._paper = _Paper(running or Running(), archival=archival)
        self._paper.set_title(title)
        self._paper.set_lang(language)
        self._paper.set_author(author)
        self._paper.set_creator("Prendsoin")
        self._paper.set_creation_date(made_at or clock.now())
        self._paper.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def new_page(self, *, above: str | None = None) -> None:
        """Begins a page; `above` is its running line and that of the pages after it."""
        if above is not None:
            self._paper.above = above
        self._paper.add_page()

    def heading(self, text: str, *, level: int = 1) -> None:
        """A title, also in the outline of the file."""
        paper = self._begun()
        paper.set_font(BODY, "B", 17 if level == 1 else 12)
        paper.set_text_color(*INK)
        paper.start_section(text, level=level - 1)
        paper.multi_cell(0, None, paper.drawn(text), align="L", new_x="LMARGIN", new_y="NEXT")
        paper.ln(1.5)

    def paragraph(self, text: str, *, bold: bool = False, soft: bool = False) -> None:
        """Lines of text; an empty line between two of them is kept."""
        paper = self._begun()
        paper.set_font(BODY, "B" if bold else "", 10.5)
        paper.set_text_color(*(SOFT if soft else INK))
        for line in text.split("\n"):
            paper.multi_cell(0, 5.2, paper.drawn(line), align="L", new_x="LMARGIN", new_y="NEXT")
        paper.ln(1.5)

    def columns(self, blocks: Sequence[Sequence[str]]) -> None:
        """Blocks of lines side by side, of one width; the first line of each stands out. They lie on one page."""
        paper = self._begun()
        width = paper.epw / len(blocks)
        if paper.will_page_break(max(len(lines) for lines in blocks) * 5.2):
            paper.add_page()
        top = bottom = paper.y
        for n, lines in enumerate(blocks):
            paper.set_y(top)
            for position, line in enumerate(lines):
                paper.set_x(paper.l_margin + n * width)
                paper.set_font(BODY, "B" if position == 0 else "", 10.5)
                paper.set_text_color(*(SOFT if position == 0 else INK))
                paper.multi_cell(width - 4, 5.2, paper.drawn(line), align="L", new_x="LMARGIN", new_y="NEXT")
            bottom = max(bottom, paper.y)
        paper.set_y(bottom)
        paper.ln(4)

    def sums(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels and amounts at the right of the page; the last one is the total."""
        paper = self._begun()
        if paper.will_page_break(6.2 * len(rows)):
            paper.add_page()
        for n, (label, amount) in enumerate(rows, start=1):
            paper.set_font(BODY, "B" if n == len(rows) else "", 10.5)
            paper.set_text_color(*INK)
            paper.set_x(paper.l_margin + paper.epw * 0.4)
            paper.cell(paper.epw * 0.4, 6.2, paper.drawn(label), align="R")
            paper.cell(0, 6.2, paper.drawn(amount), align="R", new_x="LMARGIN", new_y="NEXT")
        paper.ln(3)

    def space(self, height: float = 4) -> None:
        self._begun().ln(height)

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        align: Sequence[str] | None = None,
        struck: Mapping[int, bool] | None = None,
    ) -> None:
        """Rows under headings that come again on each page. `widths` are shares, `align` letters L, R or C by column.

        Rows numbered in `struck` are written in grey: what no longer holds.
        """
        paper = self._begun()
        paper.set_font(BODY, "", 10)
        paper.set_text_color(*INK)
        paper.set_draw_color(*LINE)
        with paper.table(
            col_widths=tuple(widths),
            text_align=tuple({"L": "LEFT", "R": "RIGHT", "C": "CENTER"}[one] for one in align or "L" * len(headings)),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=SHADE),
            repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
            line_height=5,
            padding=(1.1, 1.5),
            v_align="T",
        ) as table:
            table.row([paper.drawn(text) for text in headings])
            for n, row in enumerate(rows):
                style = FontFace(color=SOFT) if struck and struck.get(n) else None
                table.row([paper.drawn(_cut(text)) for text in row], style=style)
        paper.ln(2)

    @property
    def page_count(self) -> int:
        """How many pages are begun."""
        return int(self._paper.page)

    def content(self) -> bytes:
        """The bytes of the file; nothing can be added afterwards."""
        self._begun()
        return bytes(self._paper.output())

    def _begun(self) -> _Paper:
        if not self._paper.page:
            self._paper.add_page()
        return self._paper


class _Paper(FPDF):
    """Pages with our fonts, header and footer."""

    _has_others = False

    def __init__(self, running: Running, *, archival: bool = False) -> None:
        super().__init__(format="A4", unit="mm", enforce_compliance=DocumentCompliance.PDFA_3B if archival else None)
        self.running, self.above = running, running.above
        self._add(BODY)
        self.alias_nb_pages(PAGES)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, FOOT)

    def drawn(self, text: str) -> str:
        """The characters to draw; the second family is read only by a file that needs a letter of it."""
        found = drawable(text, _letters(BODY) | _letters(OTHER_LETTERS))
        if not self._has_others and not _letters(BODY).issuperset(map(ord, found)):
            self._has_others = True
            self._add(OTHER_LETTERS)
            self.set_fallback_fonts([OTHER_LETTERS], exact_match=False)
        return found

    def _add(self, family: str) -> None:
        for style, name in STYLES.items():
            self.add_font(family, style, FONTS / f"{family}-{name}.ttf")

    def header(self) -> None:
        if self.above or self.running.mark:
            self._small()
            self.cell(130, 5, self.drawn(self.above), align="L")
            self.set_font(BODY, "B", 8.5)
            self.cell(0, 5, self.drawn(self.running.mark), align="R", new_x="LMARGIN", new_y="NEXT")
            self.ln(4)

    def footer(self) -> None:
        self.set_y(-FOOT + 5)
        self._small()
        self.cell(130, 5, self.drawn(self.running.below), align="L")
        number = self.running.pages % {"page": self.page_no(), "pages": "%(pages)s"}
        before, _, after = self.drawn(number).partition("%(pages)s")
        self.cell(0, 5, f"{before}{PAGES}{after}", align="R")

    def _small(self) -> None:
        self.set_font(BODY, "", 8.5)
        self.set_text_color(*SOFT)


@cache
def _letters(family: str) -> frozenset[int]:
    """The code points that a family draws, at every weight."""
    found = [frozenset(TTFont(FONTS / f"{family}-{name}.ttf", lazy=True).getBestCmap()) for name in STYLES.values()]
    return found[0].intersection(*found) - {ord(PAGES)}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
