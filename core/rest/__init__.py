"""The policies named in DRF's settings. They stand apart from `core.api`, which DRF must not load while it loads itself."""
