"""Files that tests send: the smallest of each kind, made here."""

from io import BytesIO

import pikepdf
from PIL import Image


def pdf(pages: int = 1, words: str = "") -> bytes:
    made, out = pikepdf.new(), BytesIO()
    for _number in range(pages):
        made.add_blank_page(page_size=(300, 400))
    if words:
        made.docinfo["/Title"] = words
    made.save(out)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "teal", **more) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def heic() -> bytes:
    import pillow_heif

    out = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "olive")).save(out, quality=50)
    return out.getvalue()
