"""Who pays for a practice: opened, written, made the usual one, closed. What an issued invoice says never changes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from billing.days import today
from billing.exceptions import BillingRefusal
from billing.models import Payer, Subscription, SubscriptionItem
from billing.payer_fields import HOME, TEXTS, clean
from billing.services.vat_checks import check_soon
from billing.vat import UNION
from core import audit, idempotency
from core.access import Actor, get_or_404
from core.idempotency import Claim
from practitioners.changes import assign, differences, facts_of
from practitioners.models import Practice

# Numbers of a company and an e-mail say who somebody is: the journal keeps that they changed, not what they are.
_UNTOLD = (*TEXTS, "siret", "siren", "vat_number")


@transaction.atomic
def open_payer(
    *, actor: Actor, practice: UUID, fields: Mapping[str, str], is_default: bool = False, claim: Claim | None = None
) -> Payer:
    """A new payer of the practice; its first one is the usual one. Raises NotForYou and what `payer_fields.clean` refuses."""
    if (kept := idempotency.begin(actor, claim)) is not None:
        return kept  # type: ignore[return-value]
    found = get_or_404(actor, Practice, "keep_payers", uid=practice)
    payer = write_payer(actor, found, fields, is_default=is_default)
    idempotency.complete(actor, claim, payer)
    return payer


def write_payer(actor: Actor, practice: Practice, fields: Mapping[str, str], *, is_default: bool = False) -> Payer:
    """The row of `open_payer`, inside the caller's transaction. The name is never missing."""
    wanted = clean({"name": "", **fields})
    Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    others = Payer.objects.open().filter(practice=practice)
    usual = is_default or not others.exists()
    if usual:
        others.update(is_default=False)
    payer = Payer.objects.create(practice=practice, is_default=usual, **wanted)
    check_soon(payer)
    audit.record(actor, "billing.open_payer", payer, practice_id=practice.pk, method=payer.method)
    return payer


@transaction.atomic
def change_payer_details(
    *, actor: Actor, payer: UUID, fields: Mapping[str, str], expected_revision: int | None = None
) -> Payer:
    """Write a payer's name, address, numbers or means of payment: the next invoices say so.

    Raises NotForYou, `changed_meanwhile`, `payer_closed` and what `payer_fields.clean` refuses.
    """
    row = _locked(actor, payer)
    if expected_revision is not None and row.revision != expected_revision:
        raise BillingRefusal("changed_meanwhile")
    if row.closed_on is not None:
        raise BillingRefusal("payer_closed")
    changes = differences(row, clean({**_where(row, fields), **fields}))
    if changes:
        facts = facts_of(row, changes, texts=_UNTOLD)
        assign(row, {**changes, "revision": row.revision + 1})
        audit.record(actor, "billing.change_payer", row, practice_id=row.practice_id, **facts)
        if "vat_number" in changes:
            check_soon(row)
    return row


@transaction.atomic
def make_usual(*, actor: Actor, payer: UUID) -> Payer:
    """New seats go to this payer from now on. Raises NotForYou, `payer_closed`."""
    row = _locked(actor, payer)
    if row.closed_on is not None:
        raise BillingRefusal("payer_closed")
    if not row.is_default:
        Payer.objects.filter(practice=row.practice_id, is_default=True).update(is_default=False)
        row.is_default = True
        row.save(update_fields=["is_default"])
        audit.record(actor, "billing.make_usual_payer", row, practice_id=row.practice_id)
    return row


@transaction.atomic
def close_payer(*, actor: Actor, payer: UUID) -> Payer:
    """This payer takes on nothing more; what it owes stays owed.

    Raises NotForYou, `payer_in_use` while a seat or an option is its own, `payer_is_default`.
    """
    row = _locked(actor, payer)
    if row.closed_on is not None:
        return row
    live = SubscriptionItem.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today()), payer=row)
    if live.exclude(ends_on=F("starts_on")).exists():
        raise BillingRefusal("payer_in_use")
    if row.is_default and Payer.objects.open().filter(practice=row.practice_id).exclude(pk=row.pk).exists():
        raise BillingRefusal("payer_is_default")
    row.closed_on = today()
    row.save(update_fields=["closed_on"])
    audit.record(actor, "billing.close_payer", row, practice_id=row.practice_id)
    return row


def payer_for(actor: Actor, practice_id: int, payer: UUID | None) -> Payer:
    """The payer named, or the usual one. Raises NotForYou for another practice's, `payer_closed`."""
    if payer is None:
        found = Payer.objects.open().filter(practice=practice_id).first()
        if found is None:
            raise BillingRefusal("payer_name_missing")
        return found
    row = get_or_404(actor, Payer, "keep", uid=payer, practice_id=practice_id)
    if row.closed_on is not None:
        raise BillingRefusal("payer_closed")
    return row


def _where(payer: Payer, fields: Mapping[str, str]) -> dict[str, str]:
    """Country and postcode as they are, for a change that names one of what depends on them."""
    if not fields.keys() & {"country", "postcode", "vat_number"}:
        return {}
    return {"country": payer.country if payer.territory == UNION else HOME, "postcode": payer.postcode}


def _locked(actor: Actor, uid: UUID) -> Payer:
    """The payer within its practice's lock: one change of its payers at a time."""
    found = get_or_404(actor, Payer, "keep", uid=uid)
    Practice.objects.select_for_update(no_key=True).get(pk=found.practice_id)
    # The subscription too, when there is one: a seat may be given to this payer at the same moment.
    list(Subscription.objects.select_for_update().filter(practice=found.practice_id))
    return Payer.objects.select_for_update().get(pk=found.pk)
