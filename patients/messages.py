"""What the patients package says to people: an invitation, a code. No word of health, no name of a practice.

Each message reads its row again when it is sent, and dies if that row no longer stands.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from core import clock
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from patients.data_notice import notice_of, with_notice
from patients.models import GuardianInvitation, PatientRecord, RecordLinkCode

INVITATION = "patients.invitation"
LINK_CODE = "patients.link_code"
FILE_LINK = "patients.file_link"
ONLINE_CLOSED = "patients.online_closed"
ONLINE_OPENED = "patients.online_opened"


def invitation_subject(invitation_id: int) -> str:
    return f"guardian_invitation:{invitation_id}"


def link_subject(request_id: int) -> str:
    return f"link_code:{request_id}"


def record_subject(record_id: int) -> str:
    return f"record:{record_id}"


def file_link_subject(record_id: int) -> str:
    return f"file_link:{record_id}"


@kind(INVITATION)
def invitation(message: Message) -> Envelope | None:
    """To the invited address: who invites, by first name only, and where to answer."""
    found = (
        GuardianInvitation.objects.select_related("invited_by__patient")
        .filter(pk=message.subject_id, accepted_at__isnull=True, expires_at__gt=clock.now())
        .first()
    )
    if found is None:
        return None
    inviter = getattr(found.invited_by, "patient", None)
    context = {
        "inviter": inviter.first_name if inviter else "",
        "link": rendering.absolute(reverse("patients:invitation", args=[found.uid])),
        "expires_at": found.expires_at,
    }
    return rendering.email(INVITATION, context, to=found.email)


@kind(LINK_CODE)
def link_code(message: Message) -> Envelope | None:
    """To the contact in a practice's file: the code alone. The same words whoever asked."""
    waiting = RecordLinkCode.objects.filter(
        pk=message.subject_id, used_at__isnull=True, expires_at__gt=clock.now(), record__patient__isnull=True
    )
    code, to = message.secrets.get("code"), message.address
    if not code or not to or not waiting.exists():
        return None
    context = {"code": code}
    if message.channel == ChannelName.SMS:
        return rendering.sms(LINK_CODE, context, to=to)
    return rendering.email(LINK_CODE, context, to=to)


@kind(FILE_LINK)
def file_link(message: Message) -> Envelope | None:
    """To the contact in a practice's file: a link by which the person joins it to their account."""
    files = _live_files().filter(patient__isnull=True, messages_refused_at__isnull=True).select_related("practice")
    file = files.filter(pk=message.subject_id).first()
    token, to = message.secrets.get("token"), message.address
    if file is None or not token or to not in (file.email, str(file.phone)):
        return None
    link = rendering.absolute(reverse("patients:join_file", args=[token]))
    notice = notice_of(message, file)
    if message.channel == ChannelName.SMS:
        return with_notice(rendering.sms(FILE_LINK, {"link": link}, to=to), notice)
    return rendering.email(FILE_LINK, {"link": link, "data_notice": notice}, to=to)


def _online(name: str, *, closed: bool) -> None:
    @kind(name)
    def compose(message: Message) -> Envelope | None:
        """Neutral words: whom to call, never why."""
        file = _live_files().filter(pk=message.subject_id).select_related("practice").first()
        if file is None or (file.blocked_at is not None) != closed:
            return None
        user = message.user
        to = user.email if user is not None and user.is_active else message.address
        if not to or (user is None and file.messages_refused_at is not None):
            return None
        notice = notice_of(message, file)
        context = {"phone": file.practice.phone, "data_notice": notice}
        if message.channel == ChannelName.SMS:
            return with_notice(rendering.sms(name, context, to=to), notice)
        return rendering.email(name, context, to=to)


def _live_files() -> QuerySet[PatientRecord]:
    return PatientRecord.objects.filter(merged_into__isnull=True, deceased_on__isnull=True)


_online(ONLINE_CLOSED, closed=True)
_online(ONLINE_OPENED, closed=False)
