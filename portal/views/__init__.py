"""Pages that mix apps or belong to none."""
