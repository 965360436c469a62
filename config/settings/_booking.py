"""Bounds of booking that an operator may change."""

from config import environment

# Slots one visitor (session or account), and one network address, may keep at the same time.
HOLDS_PER_VISITOR = environment.number("HOLDS_PER_VISITOR", 3, minimum=1)
HOLDS_PER_ADDRESS = environment.number("HOLDS_PER_ADDRESS", 12, minimum=1)
# Readings of the directory and of free slots, by one address and by its network: a household, a hospital's way out.
READS_PER_ADDRESS_AND_MINUTE = environment.number("READS_PER_ADDRESS_AND_MINUTE", 120, minimum=1)
READS_PER_NETWORK_AND_MINUTE = environment.number("READS_PER_NETWORK_AND_MINUTE", 1200, minimum=1)
