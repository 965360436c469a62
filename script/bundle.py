"""Joins the style sheets and the behaviours that every page loads: two files to fetch instead of twenty-four.

`.venv/bin/python -m script.bundle` after a change in static/css or static/js; a test fails when it was forgotten. The
order of the style sheets is that of the cascade. Sheets of one page alone (home, slip, rail, gallery) are not in it.
"""

import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
STYLES = (
    *("css/tokens.css", "css/base.css", "css/layout.css"),
    *("css/components/button.css", "css/components/field.css", "css/components/banner.css"),
    *("css/components/sign.css", "css/components/carton.css", "css/components/slots.css"),
    *("css/components/practitioner_card.css", "css/components/search.css", "css/components/nav.css"),
    *("css/components/footer.css", "css/components/feedback.css", "css/components/table.css"),
)
BEHAVIOURS = (
    *("js/page.js", "js/submit_once.js", "js/menu.js", "js/dialog.js", "js/toast.js"),
    *("js/combo_box.js", "js/near_me.js", "js/hold_countdown.js", "js/slot_week.js", "js/button_words.js"),
)
SITE_CSS = STATIC / "css" / "site.css"
SITE_JS = STATIC / "js" / "site.js"


def site_css() -> str:
    """The sheets one after the other, without comments nor indentation, addresses seen from static/css."""
    joined = "\n".join((STATIC / name).read_text() for name in STYLES).replace("../../img/", "../img/")
    bare = re.sub(r"/\*.*?\*/", "", joined, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in bare.splitlines() if line.strip())


def site_js() -> str:
    """The modules one after the other, each in a block of its own so that their names do not meet."""
    return "".join(f"{{\n{(STATIC / name).read_text()}}}\n" for name in BEHAVIOURS)


def main() -> None:
    SITE_CSS.write_text(site_css())
    SITE_JS.write_text(site_js())


if __name__ == "__main__":
    main()
