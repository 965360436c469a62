"""Mandates: signed with a proof, moved to another account as an amendment, revoked, and dead after 36 months unused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing.days import today
from billing.debit_calendar import notice_of
from billing.enums import PaymentMethod
from billing.enums_payment import DebitState, MandateState, Scheme
from billing.exceptions_payment import PaymentRefusal
from billing.ibans import BESIDE_EEA, Iban, IbanProblem, read_iban
from billing.mandate_text import VERSION, mandate_text
from billing.models import Debit, Mandate, MandateAmendment, Payer
from billing.seller import seller
from billing.services import _money
from core import audit, clock
from core.access import Actor, get_or_404, system_actor
from core.jobs import handler
from core.network import network_of

EXPIRE_JOB = "billing.expire_mandates"
LONGEST_HOLDER = 70


def sign_mandate(
    *, actor: Actor, payer: UUID, iban: str, holder: str, agreed: bool, scheme: str = Scheme.CORE
) -> Mandate:
    """Sign a mandate: from now on the payer's invoices are collected. The proof keeps what was agreed to, when, by whom.

    Raises NotForYou, `iban_malformed`, `iban_checksum`, `iban_country`, `holder_missing`, `agreement_missing`,
    `address_missing`, `payer_closed`, `scheme_impossible`, `mandate_exists`, `creditor_missing`.
    """
    found = get_or_404(actor, Payer, "sign", uid=payer)
    if found.closed_on is not None:
        raise PaymentRefusal("payer_closed")
    if scheme not in Scheme.values:
        raise PaymentRefusal("scheme_impossible")
    if not settings.SEPA_CREDITOR_ID or not seller().iban:
        raise PaymentRefusal("creditor_missing")
    account, name = _account(iban, found), _holder(holder)
    if not agreed:
        raise PaymentRefusal("agreement_missing")
    with transaction.atomic():
        _money.lock_payers([found.pk])
        if Mandate.objects.filter(payer=found, state__in=[MandateState.ACTIVE, MandateState.BLOCKED]).exists():
            raise PaymentRefusal("mandate_exists")
        notice = settings.SEPA_NOTICE_DAYS
        made = Mandate.objects.create(
            payer=found,
            umr=f"{found.account}-{Mandate.objects.filter(payer=found).count() + 1:03d}",
            iban=account.number,
            iban_country=account.country,
            iban_last4=account.last4,
            iban_key=account.key,
            bic=account.bic,
            holder=name,
            scheme=scheme,
            signed_at=clock.now(),
            signed_on=today(),
            signed_by_id=actor.user_id,
            proof=_proof(actor, scheme),
            notice_days=notice_of(notice),
        )
        Payer.objects.filter(pk=found.pk).update(method=PaymentMethod.SEPA)
        audit.record(actor, "billing.sign_mandate", made, practice_id=found.practice_id, scheme=str(scheme))
    return made


def change_account(
    *, actor: Actor, mandate: UUID, iban: str, holder: str, agreed: bool, expected_revision: int | None = None
) -> Mandate:
    """Collect from another account under the same mandate; the next file tells the bank. One that a bank suspended lives
    again.

    Raises NotForYou, the codes `iban_…` and `iban_same`, `holder_missing`, `agreement_missing`, `mandate_over`,
    `changed_meanwhile`.
    """
    found = get_or_404(actor, Mandate, "keep", uid=mandate)
    get_or_404(actor, Payer, "sign", pk=found.payer_id)
    account, name = _account(iban, found.payer), _holder(holder)
    if not agreed:
        raise PaymentRefusal("agreement_missing")
    with transaction.atomic():
        _money.lock_payers([found.payer_id])
        found.refresh_from_db()
        if expected_revision is not None and expected_revision != found.revision:
            raise PaymentRefusal("changed_meanwhile")
        if found.state not in {MandateState.ACTIVE, MandateState.BLOCKED}:
            raise PaymentRefusal("mandate_over")
        if account.key == found.iban_key:
            raise PaymentRefusal("iban_same")
        MandateAmendment.objects.create(
            mandate=found,
            old_iban=found.iban,
            old_country=found.iban_country,
            old_last4=found.iban_last4,
            old_bic=found.bic,
            changed_by_id=actor.user_id,
            proof=_proof(actor, found.scheme),
        )
        found.iban, found.iban_key, found.bic, found.holder = account.number, account.key, account.bic, name
        found.iban_country, found.iban_last4 = account.country, account.last4
        found.state, found.state_code, found.revision = MandateState.ACTIVE, "", found.revision + 1
        found.save()
        audit.record(actor, "billing.change_account", found, practice_id=found.payer.practice_id)
    return found


def revoke_mandate(*, actor: Actor, mandate: UUID) -> Mandate:
    """End a mandate: what is announced is called off, what was sent to the bank goes on. Revoking twice changes nothing.

    Raises NotForYou.
    """
    found = get_or_404(actor, Mandate, "keep", uid=mandate)
    with transaction.atomic():
        _money.lock_payers([found.payer_id])
        found.refresh_from_db()
        if found.state in {MandateState.ENDED, MandateState.EXPIRED}:
            return found
        end_mandate(found, MandateState.ENDED, "revoked")
        audit.record(actor, "billing.revoke_mandate", found, practice_id=found.payer.practice_id)
    return found


def end_mandate(mandate: Mandate, state: MandateState, code: str) -> None:
    """The mandate collects no more: announced debits are off, its payer pays by transfer. For services, payer locked."""
    mandate.state, mandate.state_code, mandate.ended_on = state, code, today()
    mandate.revision += 1
    mandate.save(update_fields=["state", "state_code", "ended_on", "revision"])
    Debit.objects.filter(mandate=mandate, state=DebitState.NOTIFIED).update(
        state=DebitState.CANCELLED, cancelled_reason=code
    )
    Payer.objects.filter(pk=mandate.payer_id, method=PaymentMethod.SEPA).update(method=PaymentMethod.TRANSFER)


def block_mandate(mandate: Mandate, code: str) -> None:
    """The bank said that this account cannot be debited: nothing more is announced until the account changes."""
    if mandate.state != MandateState.ACTIVE:
        return
    mandate.state, mandate.state_code, mandate.revision = MandateState.BLOCKED, code, mandate.revision + 1
    mandate.save(update_fields=["state", "state_code", "revision"])
    Debit.objects.filter(mandate=mandate, state=DebitState.NOTIFIED).update(
        state=DebitState.CANCELLED, cancelled_reason=code
    )


@handler(EXPIRE_JOB)
def expire_mandates() -> None:
    """Ends the mandates under which nothing was collected for 36 months."""
    actor = system_actor("billing.debits")
    living = Mandate.objects.filter(state__in=[MandateState.ACTIVE, MandateState.BLOCKED]).select_related("payer")
    for mandate in living.order_by("pk").iterator(chunk_size=500):
        if mandate.ends_on <= today():
            _money.lock_payers([mandate.payer_id])
            end_mandate(mandate, MandateState.EXPIRED, "unused")
            audit.record(actor, "billing.expire_mandate", mandate, practice_id=mandate.payer.practice_id)


def _account(text: str, payer: Payer) -> Iban:
    try:
        found = read_iban(text)
    except IbanProblem as problem:
        raise PaymentRefusal(problem.code) from None
    if found.country in BESIDE_EEA and not (payer.street and payer.city):
        raise PaymentRefusal("address_missing")
    return found


def _holder(text: str) -> str:
    name = " ".join(text.split())[:LONGEST_HOLDER]
    if len(name) < 2:
        raise PaymentRefusal("holder_missing")
    return name


def _proof(actor: Actor, scheme: str) -> dict[str, Any]:
    """What shows that somebody agreed: the words, the moment, the person and the network. No account."""
    text = mandate_text(creditor=seller().name, scheme=scheme, notice_days=notice_of(settings.SEPA_NOTICE_DAYS))
    return {
        "how": "checkbox",
        "version": VERSION,
        "sha256": text.digest,
        "sentences": list(text.sentences),
        "at": clock.now().isoformat(timespec="seconds"),
        "user": actor.user_id,
        "network": network_of(actor.ip),
        "second_factor": actor.strong,
    }
