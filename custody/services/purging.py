"""What is over: how many rows of each line of the table are, and how they go. Each purge may be run twice or at once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import BinaryField, Q
from django.db.models.functions import Cast, Length

from accounts.models import User
from accounts.services.opening import UNCONFIRMED_LIFE, forget_unconfirmed
from booking.enums import Status
from booking.models import Appointment
from booking.services.holds import forget_expired_holds
from booking.services.personal import LOOKED_BACK, forget_answers
from carnet.enums import Origin
from carnet.models import AccessAlert, Document, Grant, PreventionConsent
from carnet.services import filing
from core import audit, clock
from core.access import Actor
from custody import shelves
from custody.models import DataArchive
from custody.services import archives
from notifications.models import Message
from notifications.services.pruning import MESSAGES_KEPT, prune_messages
from practitioners.services import forgetting

CONSENTS_KEPT = ALERTS_KEPT = JOURNAL_KEPT = timedelta(days=3 * 366)


def unconfirmed_due() -> int:
    stale = User.objects.filter(last_login=None, is_active=True, is_staff=False, emailaddress__isnull=False)
    stale = stale.filter(date_joined__lt=clock.now() - UNCONFIRMED_LIFE).exclude(emailaddress__verified=True)
    return stale.distinct().count()


def purge_unconfirmed(actor: Actor) -> int:
    return forget_unconfirmed()


def bin_due() -> int:
    return Document.objects.to_purge(clock.now()).filter(origin=Origin.PATIENT).count()


def purge_bin(actor: Actor) -> int:
    return filing.purge_bin(actor=actor)


def _old_consents() -> tuple[Q, Q]:
    before = clock.now() - CONSENTS_KEPT
    return Q(withdrawn_at__lt=before), Q(revoked_at__lt=before) | Q(ends_at__lt=before)


def consents_due() -> int:
    themes, shares = _old_consents()
    return PreventionConsent.objects.filter(themes).count() + Grant.objects.filter(shares).count()


def purge_consents(actor: Actor) -> int:
    themes, shares = _old_consents()
    with transaction.atomic():
        gone = PreventionConsent.objects.filter(themes).delete()[0] + Grant.objects.filter(shares).delete()[0]
        if gone:
            audit.record(actor, "custody.purge_consents", count=gone)
    return gone


def archives_due() -> int:
    return DataArchive.objects.filter(expires_at__lte=clock.now()).count()


def purge_archives(actor: Actor) -> int:
    return archives.purge_archives(actor=actor)


def answers_due() -> int:
    now = clock.now()
    ended = Appointment.objects.filter(end_at__lt=now, end_at__gte=now - LOOKED_BACK, answers__isnull=False)
    # An answer that was wiped is kept as zero bytes.
    return ended.annotate(length=Length(Cast("answers", BinaryField()))).filter(length__gt=0).count()


def purge_answers(actor: Actor) -> int:
    due = answers_due()
    forget_answers()
    return due


def holds_due() -> int:
    return Appointment.objects.filter(status=Status.HELD, expires_at__lt=clock.now()).count()


def purge_holds(actor: Actor) -> int:
    return forget_expired_holds()


def messages_due() -> int:
    return Message.objects.filter(finished_at__lt=clock.now() - MESSAGES_KEPT).count()


def purge_messages(actor: Actor) -> int:
    return prune_messages()


def alerts_due() -> int:
    return AccessAlert.objects.filter(created_at__lt=clock.now() - ALERTS_KEPT).count()


def purge_alerts(actor: Actor) -> int:
    with transaction.atomic():
        gone = AccessAlert.objects.filter(created_at__lt=clock.now() - ALERTS_KEPT).delete()[0]
        if gone:
            audit.record(actor, "custody.purge_alerts", count=gone)
    return gone


def journal_due() -> int:
    return audit.due_for_purge(clock.now() - JOURNAL_KEPT)


def purge_journal(actor: Actor) -> int:
    return audit.purge_audit(actor=actor, before=clock.now() - JOURNAL_KEPT)


def claims_due() -> int:
    return forgetting.ended_claims().count()


def purge_claims(actor: Actor) -> int:
    return forgetting.forget_ended_claims(actor=actor)


def proofs_due() -> int:
    return forgetting.idle_documents().count()


def purge_proofs(actor: Actor) -> int:
    return forgetting.empty_idle_documents(actor=actor)


def requests_due() -> int:
    return forgetting.old_requests().count()


def purge_requests(actor: Actor) -> int:
    return forgetting.forget_old_requests(actor=actor)


def backups_due() -> int:
    return len(shelves.expired())


def purge_backups(actor: Actor) -> int:
    return shelves.drop_expired()
