"""News that this package gives to those above it, in the transaction of the change."""

from django.dispatch import Signal

# What some practitioners offer online has changed. Argument: `practitioner_ids`, a sequence of ids.
offering_changed = Signal()
# A practitioner practises in a practice no more. Arguments: `practice_id`, `agenda_ids` (theirs there).
agendas_left = Signal()
# Somebody will replace a practitioner for some days. Argument: `member_id`, the membership with agendas and dates.
locum_announced = Signal()
# The national register has just been merged, in the transaction of the merge. Arguments: `snapshot_id`, and
# `relation`, a table of that connection with one column `practitioner_id`: everybody whose listing may have changed.
register_merged = Signal()
# Some people left the register, or came back. Argument: `practitioner_ids`, a sequence of at most a thousand ids.
struck_off = Signal()
reinstated = Signal()
