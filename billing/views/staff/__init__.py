"""Pages of billing staff, under `/facturation/`."""
