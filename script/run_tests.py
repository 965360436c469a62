"""`make test`: makes sure of the browser, then runs every test in two processes, or the tests that are named."""

import os
import sys

from script.browser import BrowserMissing, ensure_chromium

PROCESSES = "2"


def main() -> int:
    try:
        os.environ["CHROMIUM"] = ensure_chromium()
    except BrowserMissing as error:
        print(error, file=sys.stderr)
        return 1
    named = sys.argv[1:]
    # Single files are quicker without a second process.
    shared = [] if named else ["-n", PROCESSES, "--dist", "worksteal"]
    return os.execv(sys.executable, [sys.executable, "-m", "pytest", *shared, *named])


if __name__ == "__main__":
    sys.exit(main())
