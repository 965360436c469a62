"""What runs in the child: reads a file on its standard input, answers on its standard output. It knows nothing of the site.

`child.py check application/pdf` answers `{"pages": 3}`; `child.py pages application/pdf 10` answers each page as a JPEG
preceded by its length (4 bytes). Any failure is an exit code other than 0: the file is then refused.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO

MEMORY = 640 * 1024 * 1024
SECONDS = 10
MAX_PIXELS = 60_000_000
MAX_PAGES = 2_000
WIDTH, HEIGHT = 1240, 2600


def confine() -> None:
    """Before the first byte is read: from here on nothing can be written, and too much memory or time is the end."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (value, value))


def check(media_type: str, content: bytes) -> dict[str, int]:
    """How many pages; raises whatever the parser raises."""
    if media_type == "application/pdf":
        import pikepdf  # noqa: PLC0415  (only what this file needs is loaded)

        with pikepdf.open(BytesIO(content)) as pdf:
            pages = len(pdf.pages)
            if pdf.is_encrypted or not 1 <= pages <= MAX_PAGES:
                raise ValueError("encrypted or too long")
            return {"pages": pages}
    with image_of(media_type, content) as image:
        image.load()
    return {"pages": 1}


def image_of(media_type: str, content: bytes):
    import warnings  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    formats = {"image/jpeg": ["JPEG"], "image/png": ["PNG"], "image/heic": ["HEIF"]}[media_type]
    if media_type == "image/heic":
        import pillow_heif  # noqa: PLC0415

        pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(BytesIO(content), formats=formats)


def pages(media_type: str, content: bytes, most: int) -> Iterator[bytes]:
    """Pages drawn anew, without any of the file's own metadata."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    if media_type == "application/pdf":
        import pypdfium2  # noqa: PLC0415

        pdf = pypdfium2.PdfDocument(content)
        for number in range(min(len(pdf), most)):
            page = pdf[number]
            scale = min(WIDTH / max(page.get_width(), 1), HEIGHT / max(page.get_height(), 1), 4)
            yield drawn(page.render(scale=scale, may_draw_forms=False).to_pil())
            page.close()
        return
    with image_of(media_type, content) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        yield drawn(upright)


def drawn(image) -> bytes:
    from PIL import Image  # noqa: PLC0415

    if image.mode.startswith("I"):
        # Sixteen bits a dot, as scanners of X-rays write: cut to eight, not clipped to white.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    flat = Image.new("RGB", image.size, "white")
    if image.mode in {"RGBA", "LA", "P"}:
        image = image.convert("RGBA")
        flat.paste(image, mask=image.getchannel("A"))
    else:
        flat.paste(image.convert("RGB"))
    out = BytesIO()
    flat.save(out, "JPEG", quality=82)
    return out.getvalue()


def main(arguments: list[str]) -> None:
    confine()
    verb, media_type = arguments[:2]
    content = sys.stdin.buffer.read()
    if verb == "check":
        sys.stdout.write(json.dumps(check(media_type, content)))
        return
    for page in pages(media_type, content, int(arguments[2])):
        sys.stdout.buffer.write(len(page).to_bytes(4, "big") + page)


if __name__ == "__main__":
    main(sys.argv[1:])
