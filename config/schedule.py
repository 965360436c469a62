"""What Celery beat starts, and when (UTC). Every entry may run twice without harm: two beats are allowed.

Periodic work is a job of the outbox: a beat only says that its time has come (`core.tick`), so a failure is tried again
and a second beat adds nothing. An entry reads `"name": {"task": …, "schedule": timedelta(...) or crontab(...)}`.
"""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab


def _tick(kind: str, schedule: timedelta | crontab) -> dict[str, Any]:
    # A beat that no worker heard within ten minutes is not worth hearing: the next one does the same.
    return {"task": "core.tick", "args": [kind], "schedule": schedule, "options": {"expires": 600}}


def _often(task: str, seconds: int) -> dict[str, Any]:
    return {"task": task, "schedule": timedelta(seconds=seconds), "options": {"expires": seconds}}


BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "give-back-lost-rows": _often("core.sweep", 20),
    "show-that-workers-live": _often("core.worker_seen", 30),
    "seal-the-journal": _tick("core.seal_audit", timedelta(seconds=60)),
    "refresh-the-directory": _tick("booking.refresh_stale_listings", timedelta(seconds=60)),
    "list-whom-no-message-reached": _tick("booking.list_unreached", crontab(minute=5)),
    "forget-answers-of-ended-visits": _tick("booking.forget_answers", crontab(minute=20)),
    "forget-expired-holds": _tick("booking.forget_expired_holds", crontab(minute=35)),
    "review-the-waitlist": _tick("booking.review_waitlist", crontab(minute=10)),
    "forget-what-ended": _tick("core.prune", crontab(hour=1, minute=40)),
    "look-at-the-register-again": _tick("practitioners.recheck_register", crontab(hour=4, minute=40)),
    "forget-old-messages": _tick("notifications.prune", crontab(hour=1, minute=50)),
    "empty-the-bin-of-documents": _tick("carnet.purge_bin", crontab(hour=3, minute=5)),
    "tell-what-prevention-is-due": _tick("carnet.start_prevention_run", crontab(hour=7, minute=10)),
    "erase-what-is-kept-no-longer": _tick("custody.purge_expired", crontab(hour=3, minute=30)),
    "follow-the-calendar-of-subscriptions": _tick("billing.follow_calendar", crontab(hour=2, minute=20)),
    # After the calendar, which ends what ends with the month, and in the small hours of Paris all year round.
    "bill-the-month": _tick("billing.start_due_run", crontab(day_of_month="1-5", hour=3, minute=20)),
    "forget-unconfirmed-accounts": _tick("accounts.forget_unconfirmed", crontab(hour=2, minute=0)),
    "announce-debits": _tick("billing.plan_debits", crontab(hour=4, minute=10)),
    "settle-debits": _tick("billing.settle_debits", crontab(hour=6, minute=10)),
    "charge-cards": _tick("billing.charge_due_cards", crontab(hour=7, minute=40)),
    "follow-up-late-invoices": _tick("billing.start_dunning", crontab(hour=7, minute=20)),
    "end-unused-mandates": _tick("billing.expire_mandates", crontab(hour=3, minute=50)),
}
