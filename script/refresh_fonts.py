"""Takes the fonts of the site from their npm packages again and notes their versions and checksums in vendor.json.

`.venv/bin/python -m script.refresh_fonts` needs npm and uv; nobody else does, as the fonts are in the repository.
Young Serif, whose licence reserves no name, is cut to the letters of French and English: 12 kB less on every page.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
FONTS = CHECKOUT / "static" / "fonts"
RECORD = CHECKOUT / "static" / "vendor" / "vendor.json"
# npm package → file of the package: name in static/fonts.
SOURCES = {
    "@fontsource-variable/source-sans-3": {
        "files/source-sans-3-latin-wght-normal.woff2": "source-sans-3-latin-wght-normal.woff2",
        "files/source-sans-3-latin-ext-wght-normal.woff2": "source-sans-3-latin-ext-wght-normal.woff2",
        "LICENSE": "source-sans-3.OFL.txt",
    },
    "@fontsource/young-serif": {
        "files/young-serif-latin-400-normal.woff2": "young-serif-latin-400-normal.woff2",
        "files/young-serif-latin-ext-400-normal.woff2": "young-serif-latin-ext-400-normal.woff2",
        "LICENSE": "young-serif.OFL.txt",
    },
}


# Latin-1, œ, quotation marks, dashes, the euro and minus signs; kerning, ligatures, figures that stand on the line.
LETTERS = "U+0020-007E,U+00A0-00FF,U+0152-0153,U+2010-2015,U+2018-201E,U+2022,U+2026,U+20AC,U+2212"
CUT = ("young-serif-latin-400-normal.woff2",)


def cut(font: Path) -> None:
    """Keeps only LETTERS of a font, in place."""
    whole = font.with_suffix(".whole")
    font.rename(whole)
    uvx = CHECKOUT / ".tools" / "bin" / "uvx"
    subset: list[str | Path] = [
        uvx,
        "--quiet",
        "--with",
        "brotli",
        "--from",
        "fonttools",
        "pyftsubset",
        whole,
        f"--unicodes={LETTERS}",
    ]
    options = ["--layout-features=kern,liga,lnum", "--no-hinting", "--flavor=woff2", f"--output-file={font}"]
    subprocess.run([*subset, *options], check=True)
    whole.unlink()


def take(package: str, files: dict[str, str], folder: Path) -> dict[str, object]:
    """Copies the files of one package into static/fonts and returns its line of the record."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        version = json.load(archive.extractfile("package/package.json"))["version"]  # type: ignore[arg-type]
        for source, target in files.items():
            (FONTS / target).write_bytes(archive.extractfile(f"package/{source}").read())  # type: ignore[union-attr]
            if target in CUT:
                cut(FONTS / target)
    return {
        "name": package,
        "version": version,
        "licence": "OFL-1.1",
        "sha256": {
            f"fonts/{target}": hashlib.sha256((FONTS / target).read_bytes()).hexdigest() for target in files.values()
        },
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = [take(package, files, Path(folder)) for package, files in SOURCES.items()]
    others = [line for line in json.loads(RECORD.read_text())["vendored"] if line["name"] not in SOURCES]
    RECORD.write_text(json.dumps({"vendored": [*lines, *others]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
