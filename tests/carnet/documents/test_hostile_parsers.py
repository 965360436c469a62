"""B15-B17: files that open, or nearly, and are made to exhaust or to deceive what opens and draws them.

Each is refused, or accepted and drawn as plain pictures; in both cases only the child pays, and what is shown holds nothing
of what the file carried.
"""

import struct
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from carnet.sandbox.parent import Unreadable, page_images
from carnet.sniffing import media_type_of
from tests.carnet.documents.files import pdf, picture

MARK = b"<script>planted()</script>"


def built(fill) -> bytes:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(300, 400))
    fill(made)
    made.save(out)
    return out.getvalue()


def deep_tree(depth=1_000) -> bytes:
    """A page under a thousand levels of nodes."""
    parts = [b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"]
    parts += [b"%d 0 obj<</Type/Pages/Kids[%d 0 R]/Count 1>>endobj\n" % (n, n + 1) for n in range(2, depth + 2)]
    parts.append(b"%d 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj\n" % (depth + 2))
    parts.append(b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (depth + 3))
    return b"".join(parts)


def many_objects(count=100_000) -> bytes:
    body = b"".join(b"%d 0 obj null endobj\n" % number for number in range(10, count))
    return pdf().replace(b"xref", body + b"xref", 1)


def scripted(made) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), NeedAppearances=True)
    made.attachments["run.exe"] = b"MZ" + MARK


def inflating(made) -> None:
    """A page whose drawing is half a gigabyte of spaces."""
    stream = pikepdf.Stream(made, b"")
    stream.write(zlib.compress(b" " * 500_000_000, 9), filter=pikepdf.Name.FlateDecode)
    made.pages[0].Contents = stream


def huge_picture(made) -> None:
    """JBIG2 and JPX alike: a picture that says it is enormous and holds nothing."""
    for name, kind in (("/A", "/JBIG2Decode"), ("/B", "/JPXDecode")):
        image = pikepdf.Stream(made, b"\0" * 64)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width = image.Height = 60_000
        image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceGray, 1
        image.Filter = pikepdf.Name(kind)
        page = made.pages[0]
        page.Resources = page.get("/Resources", pikepdf.Dictionary())
        page.Resources.XObject = page.Resources.get("/XObject", pikepdf.Dictionary())
        page.Resources.XObject[name] = image
    made.pages[0].Contents = pikepdf.Stream(made, b"q 300 0 0 400 0 0 cm /A Do /B Do Q")


def animated(frames=2_000) -> bytes:
    """A PNG that says it has thousands of frames."""
    plain = picture("PNG")

    def piece(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    control = piece(b"acTL", struct.pack(">II", frames, 0))
    frame = b"".join(piece(b"fcTL", struct.pack(">IIIIIHHBB", n, 60, 40, 0, 0, 1, 100, 0, 0)) for n in range(frames))
    return plain[:33] + control + frame + plain[33:]


def looping_exif() -> bytes:
    """EXIF whose directory names itself as the next one."""
    loop = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8, 8)
    plain = picture()
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(loop) + 2) + loop + plain[2:]


def carrying(kind: bytes) -> bytes:
    """A photo that is also a program of another kind: in its comment and behind its end."""
    plain = picture()
    return plain[:2] + b"\xff\xfe" + struct.pack(">H", len(kind) + 2) + kind + plain[2:] + kind


def wide_profile() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40)).save(out, "JPEG", icc_profile=b"\0" * 2_000_000)
    return out.getvalue()


FILES = {
    "deep.pdf": deep_tree,
    "objects.pdf": many_objects,
    "script.pdf": lambda: built(scripted),
    "inflating.pdf": lambda: built(inflating),
    "pictures.pdf": lambda: built(huge_picture),
    "animated.png": animated,
    "loop.jpg": looping_exif,
    "php.jpg": lambda: carrying(b"<?php system($_GET[0]); ?>" + MARK),
    "html.jpg": lambda: carrying(b"<html>" + MARK),
    "profile.jpg": wide_profile,
    "html.pdf": lambda: pdf() + b"\n<html>" + MARK,
}


@pytest.mark.parametrize("name", FILES)
def test_only_the_child_pays_and_what_is_shown_is_drawn_anew(name):
    content = FILES[name]()
    media_type = media_type_of(name, content)
    if media_type is None:  # refused at the door
        return
    try:
        pages = list(page_images(media_type, content))
    except Unreadable:
        return
    assert pages
    for page in pages:
        assert page[:2] == b"\xff\xd8"
        assert MARK not in page
        assert b"Exif" not in page
        assert len(page) < 5_000_000
