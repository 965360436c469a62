"""Pages of billing: the practice's own, and those of billing staff."""
