"""News that this package gives to those above it, in the transaction of the change."""

from django.dispatch import Signal

# What some practitioners offer online has changed. Argument: `practitioner_ids`, a sequence of ids.
offering_changed = Signal()
# A practitioner practises in a practice no more. Arguments: `practice_id`, `agenda_ids` (theirs there).
agendas_left = Signal()
# Somebody will replace a practitioner for some days. Argument: `member_id`, the membership with agendas and dates.
locum_announced = Signal()
# The national register has just been merged, in the transaction of the merge. Arguments: `snapshot_id`, and
# `relation`, a temporary table of that connection whose column `practitioner_id` (primary key) names everybody whose
# listing may have changed; five hundred thousand at the first import, so receivers work by statements over the whole.
register_merged = Signal()
