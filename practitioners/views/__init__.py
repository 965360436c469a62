"""Pages of the practice’s team."""
