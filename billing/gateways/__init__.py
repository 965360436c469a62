"""The roads by which money comes, behind one contract (`billing.gateways.base`)."""
