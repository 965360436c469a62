"""Bounds of booking that an operator may change."""

from config import environment

# Slots one visitor (session or account), and one network address, may keep at the same time.
HOLDS_PER_VISITOR = environment.number("HOLDS_PER_VISITOR", 3, minimum=1)
HOLDS_PER_ADDRESS = environment.number("HOLDS_PER_ADDRESS", 12, minimum=1)
