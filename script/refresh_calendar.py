"""Takes the agenda's calendar grid (@event-calendar/build) again from its npm package and notes it in vendor.json.

`.venv/bin/python -m script.refresh_calendar` needs npm; nobody else does, as the files are in the repository. The line
that names a source map is cut, since the map is not kept. The package bears no licence file: ours stands beside it.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
STATIC = CHECKOUT / "static"
FOLDER = STATIC / "vendor" / "event-calendar"
RECORD = STATIC / "vendor" / "vendor.json"
PACKAGE, VERSION = "@event-calendar/build", "5.10.1"
FILES = ("event-calendar.min.js", "event-calendar.min.css")
LICENCE = "LICENSE"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{PACKAGE}@{VERSION}"
        packed = subprocess.run(
            ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
            for name in FILES:
                text = archive.extractfile(f"package/dist/{name}").read().decode()  # type: ignore[union-attr]
                (FOLDER / name).write_text(re.sub(r"\n?//# sourceMappingURL=\S+", "", text))
    names = (*FILES, LICENCE)
    line = {
        "name": PACKAGE,
        "version": VERSION,
        "licence": "MIT",
        "sha256": {
            f"vendor/event-calendar/{name}": hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in names
        },
    }
    others = [one for one in json.loads(RECORD.read_text())["vendored"] if one["name"] != PACKAGE]
    RECORD.write_text(json.dumps({"vendored": [*others, line]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
