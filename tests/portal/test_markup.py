"""The little Markdown of the information pages: what it draws, and what it never lets through."""

import pytest

from portal.markup import is_safe_address, refused_links, render


def test_blocks_and_marks_are_drawn():
    source = "## Titre\nUne ligne\nla même\n\n- **gras** et [lien](/sante/x/)\n- deux\n\n1. un\n2. deux\n### Sous"

    assert render(source) == (
        "<h2>Titre</h2>\n<p>Une ligne la même</p>\n"
        '<ul><li><strong>gras</strong> et <a href="/sante/x/">lien</a></li><li>deux</li></ul>\n'
        "<ol><li>un</li><li>deux</li></ol>\n<h3>Sous</h3>"
    )


HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<b>)",
    "[x](//elsewhere.example)",
    '[x](https://a.example/"onclick="x)',
    "[<img src=x onerror=y>](/a/)",
    "## <b onmouseover=x>",
    "**<i>**",
    "[x](/\\elsewhere.example)",
    "[x](tel:15;alert)",
)


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_hostile_reaches_the_page(source):
    page = render(source)

    for sign in (
        "<script",
        "<img",
        "<b ",
        "<i>",
        'href="javascript',
        'href="data',
        'href="//',
        'href="/\\',
        '"onclick',
    ):
        assert sign not in page
    assert "alert)" not in page or "href" not in page


def test_links_that_may_not_be_are_named():
    assert refused_links("[a](http://a.example) [b](/b/) [c](tel:15)") == ["http://a.example"]
    assert is_safe_address("sms:114")
    assert not is_safe_address("/\n/x")
