"""The benchmarks: the product as it is deployed, against floors measured in the same pass. See `docs/scaling.md`."""
