"""News that this package gives to those above it, in the transaction of the change."""

from django.dispatch import Signal

# Somebody lives by another clock from now on. Argument: `user_id`.
clock_changed = Signal()
