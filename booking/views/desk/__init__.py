"""Pages of the practice's side."""
