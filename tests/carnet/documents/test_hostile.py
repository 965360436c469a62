"""B14-B17: files made to deceive or to exhaust. Each is refused, or kept as something that a browser never runs."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from carnet.exceptions import CarnetRefusal
from carnet.sandbox.parent import Unreadable, page_count, page_images
from carnet.services.deposit import examined
from carnet.sniffing import media_type_of
from carnet.words import safe_name
from core.scanners import TEST_SIGNATURE
from tests.carnet.documents.conftest import sealed
from tests.carnet.documents.files import pdf, picture


def zipped(content=b"0" * 1_000_000):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/passwd", content)
    return out.getvalue()


def huge_png(width, height):
    """A picture of a few hundred bytes that says it is enormous."""

    def piece(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = piece(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + piece(b"IDAT", zlib.compress(b"\0" * 1000)) + piece(b"IEND", b"")


def encrypted_pdf():
    out = BytesIO()
    made = pikepdf.open(BytesIO(pdf()))
    made.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def looping_pdf():
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000056 00000 n \n"
        b"trailer<</Root 1 0 R/Size 3/Prev 116>>\nstartxref\n116\n%%EOF"
    )


REFUSED = {
    "archive.zip": zipped(),
    "archive.pdf": zipped(),
    "archive.jpg": zipped(),
    "page.html": b"<html><script>alert(1)</script>",
    "page.pdf": b"<html><script>alert(1)</script>%PDF-1.4",
    "prefixed.pdf": b"<script>1</script>\n" + pdf(),
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "gif.gif": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "gif.jpg": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "letter.docx": zipped(b"word"),
    "macro.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    "program.exe": b"MZ" + b"\0" * 100,
    "program.pdf": b"MZ" + b"\0" * 100,
    "movie.mp4": b"\0\0\0\x18ftypmp42" + b"\0" * 50,
    "movie.heic": b"\0\0\0\x18ftypmp42" + b"\0" * 50,
    "photo.pdf": picture(),
    "report.jpg": pdf(),
    "photo.png": picture("JPEG"),
    "double.pdf.html": pdf(),
    "nothing": pdf(),
    "hollow.pdf": b"%PDF-1.7\n" + b"\0" * 400,
    "cut.pdf": pdf(3)[:150],
    "cut.jpg": picture(size=(400, 400))[:300],
    "cut.png": picture("PNG", size=(400, 400))[:60],
    "enormous.png": huge_png(20_000, 20_000),
    "line.png": huge_png(1, 2**31 - 1),
    "locked.pdf": encrypted_pdf(),
    "loop.pdf": looping_pdf(),
    "many.pdf": None,
}


def many_pages():
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(10, 10))
    for _ in range(2_000):
        made.pages.append(made.pages[0])
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused(name):
    content = REFUSED[name] if REFUSED[name] is not None else many_pages()

    with pytest.raises(CarnetRefusal) as refused:
        examined(sealed(content, name))

    assert refused.value.code in {"type_refused", "file_unreadable"}


def test_case_64_an_empty_file_is_refused():
    with pytest.raises(CarnetRefusal) as refused:
        examined(sealed(b"", "a.pdf"))

    assert refused.value.code == "file_empty"


def test_a_pdf_with_a_zip_at_its_end_is_a_pdf_and_nothing_else():
    assert examined(sealed(pdf() + zipped(), "a.pdf")).media_type == "application/pdf"


def test_a_picture_in_four_inks_is_drawn():
    out = BytesIO()
    Image.new("CMYK", (20, 20)).save(out, "JPEG")

    assert examined(sealed(out.getvalue(), "a.jpg")).pages == 1


def test_the_child_that_takes_too_much_dies_alone(monkeypatch):
    monkeypatch.setattr("carnet.sandbox.parent.WALL_SECONDS", 0.01)

    with pytest.raises(Unreadable):
        page_count("application/pdf", pdf())


NAMES = [
    "facture\u202efdp.exe",
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    ".htaccess",
    "con.pdf",
    "a\r\nSet-Cookie: x=1.pdf",
    "a\0b.pdf",
    "x" * 500 + ".pdf",
    "",
    "   ",
    "é̀.pdf",
    'a"b;c.pdf',
    "rapport.pdf.exe",
]


@pytest.mark.parametrize("name", NAMES)
def test_case_64_a_file_name_harms_no_machine(name):
    safe = safe_name(name, "application/pdf")

    assert safe.endswith(".pdf")
    assert len(safe) <= 120
    assert not set(safe) & set('/\\\r\n\0"<>:|?*\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')
    assert not safe.startswith(".")
    assert safe.partition(".")[0].lower() not in {"con", "nul", "prn", ""}


def test_case_64_the_name_must_say_what_the_bytes_say():
    assert media_type_of("a.pdf", pdf()) == "application/pdf"
    assert media_type_of("a.jpeg", pdf()) is None


def test_the_test_file_of_antivirus_is_known():
    assert len(TEST_SIGNATURE) == 68


def test_a_picture_of_sixteen_bits_is_drawn_with_its_shades():
    out = BytesIO()
    Image.new("I;16", (20, 20), 30_000).save(out, "PNG")

    [page] = page_images("image/png", out.getvalue())

    assert 110 < Image.open(BytesIO(page)).convert("L").getpixel((5, 5)) < 125
