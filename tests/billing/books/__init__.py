"""Books, dunning and the staff's pages of billing."""
