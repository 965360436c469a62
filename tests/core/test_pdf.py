"""PDF documents: names of any script survive or are seen to miss a letter; headings come again; nobody's name is a code."""

import pypdfium2
import pytest

from core.pdf import Document, Running
from core.pdf_text import MISSING, drawable


class Everything:
    """A font that has each letter."""

    def __contains__(self, code: object) -> bool:
        return True


def pages_of(content: bytes) -> list[str]:
    file = pypdfium2.PdfDocument(content)
    texts = []
    for page in file:
        words = page.get_textpage()
        texts.append(words.get_text_bounded())
        words.close()
        page.close()
    file.close()
    return texts


def test_hebrew_is_drawn_from_right_to_left_with_its_brackets_turned():
    assert drawable("כהן (בן)", Everything()) == "(ןב) ןהכ"


def test_digits_inside_hebrew_keep_their_order():
    assert drawable("אב 12", Everything()) == "12 בא"


def test_arabic_letters_take_the_shape_their_neighbours_give_them():
    assert drawable("محمد", Everything()) == "\ufeaa\ufee4\ufea4\ufee3"


def test_lam_and_alef_are_one_letter():
    assert drawable("سلام", Everything()) == "\ufee1\ufefc\ufeb3"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a\u200db\u202e", "ab"),
        ("a\nb\t c", "a b c"),
        ("a\x00b\x1b", "ab"),
        ("🎉", MISSING),
        ("é", "é"),
        ("e\u0301", "é"),
    ],
)
def test_what_no_font_has_is_marked_and_what_is_invisible_left_out(text, drawn):
    assert drawable(text, {ord(char) for char in "abcé "}) == drawn


@pytest.mark.parametrize(
    "name", ["Élodie Œuvrard-Çelik", "Nguyễn Thị Hương", "Łukasz Żółć", "Щукин Ёлка", "{nb} %(pages)s"]
)
def test_names_are_read_back_as_they_were_written(name):
    document = Document("Jour", language="fr")
    document.table(["Patient"], [[name]], widths=[1])
    (text,) = pages_of(document.content())
    assert name in text


def test_headings_and_running_lines_come_on_each_page_with_its_number():
    running = Running(above="Dr Martin", mark="Confidentiel", below="Imprimé", pages="Page %(page)s sur %(pages)s")
    document = Document("Jour", language="fr", running=running)
    document.table(["Heure", "Patient"], [["8 h", "Awa"]] * 80, widths=[1, 3])

    texts = pages_of(document.content())

    assert len(texts) == document.page_count > 1
    for number, text in enumerate(texts, 1):
        for words in ("Heure", "Dr Martin", "Confidentiel", "Imprimé", f"Page {number} sur {len(texts)}"):
            assert words in text


def test_a_text_longer_than_a_page_does_not_break_the_file():
    document = Document("Jour", language="fr")
    document.table(["Patient", "Motif"], [["a" * 5_000, "mot " * 5_000]], widths=[1, 1])
    assert "…" in "".join(pages_of(document.content()))


def test_a_document_says_its_title_and_language():
    file = pypdfium2.PdfDocument(Document("Agenda du jour", language="fr", author="Cabinet").content())
    assert (file.get_metadata_dict()["Title"], file.get_metadata_dict()["Author"]) == ("Agenda du jour", "Cabinet")
    file.close()
