"""News that this package gives to those above it, in the transaction of the change."""

from django.dispatch import Signal

# What some practitioners offer online has changed. Argument: `practitioner_ids`, a sequence of ids.
offering_changed = Signal()
