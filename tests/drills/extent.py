"""How large the drills are: short inside `make test`, full under `make drills` (DRILLS=full).

DRILL_SEED repeats a run: the same victims at the same moments, as far as the machine allows.
"""

import os
import secrets

FULL = os.environ.get("DRILLS") == "full"


def sized(short, full):
    """The size of a drill here."""
    return full if FULL else short


def new_seed() -> int:
    """The seed asked for, or another one each time."""
    asked = os.environ.get("DRILL_SEED", "")
    return int(asked) if asked.isdecimal() else secrets.randbelow(10**9)
