"""The link by which a message's reader answers without signing in: made when the message is written, kept as a digest.

The token is drawn from the site's secret, so that each message about a visit bears the same one for the same recipient
and none has to be kept. It is worth nothing without the birth date.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date

from django.urls import reverse
from django.utils.crypto import salted_hmac

from booking.models import AnswerLink, Appointment

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def answer_path(visit: Appointment, *, user_id: int | None = None, address: str = "") -> str:
    """The path of the page where this recipient answers; empty when the patient's birth date is not known.

    The visit comes with `record__patient`. Written again, it changes nothing.
    """
    if birth_date_of(visit) is None:
        return ""
    token = token_of(visit, user_id=user_id, address=address)
    AnswerLink.objects.bulk_create(
        [AnswerLink(digest=digest_of(token), appointment=visit, user_id=user_id)], ignore_conflicts=True
    )
    return reverse("booking:answer", args=[token])


def token_of(visit: Appointment, *, user_id: int | None = None, address: str = "") -> str:
    """The token of this visit for an account, or for an address noted by the practice."""
    whose = f"user:{user_id}" if user_id is not None else f"at:{address.strip().lower()}"
    mac = salted_hmac("booking.answer_link", f"{visit.uid}|{whose}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac[:16]).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def birth_date_of(visit: Appointment) -> date | None:
    """What the reader has to know: the civil identity's date, else the one in the practice's file."""
    record = visit.record
    if record is None:
        return None
    return record.patient.birth_date if record.patient is not None else record.birth_date
