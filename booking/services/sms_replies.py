"""What is done with a reply by SMS: the visit it means is confirmed or cancelled, or the person is asked, or the desk reads it.

Nothing is guessed. Several visits behind one number are told apart by day and hour alone: no name, no specialty. Each
kind of answer has its share of a day, so that two machines that answer each other soon stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from booking import replies
from booking.enums import AnsweredBy, TaskKind
from booking.exceptions import Refusal
from booking.messages_replies import SMS_ANSWER, labels_of
from booking.models import AnswerLink, Appointment, SmsDialogue, Task
from booking.replies import Meaning, Reading
from booking.selectors.sms_visits import Told, told_by_sms
from booking.services._locks import lock_performers
from booking.services.answers import CANCEL, CONFIRM, answer_under_lock
from core import audit, clock
from core.access import system_actor
from notifications.reply_handler import Reply
from notifications.services.replies import answer, may_answer

# « Lequel ? » waits for so long.
DIALOGUE_LIFE = timedelta(hours=12)
OPTIONS_AT_MOST = 9
# Links are dead once the visit began; their rows go a while later.
LINKS_KEPT = timedelta(days=30)
# Of a day's answers to one number, so many ask again or hand to the desk, and so many tell a stranger whom to call.
ASKED_A_DAY, STRANGER_A_DAY = 3, 1
ABOUT_AT_MOST = 1_000
SMS = system_actor("sms")
ACTS = {Meaning.CONFIRM: CONFIRM, Meaning.CANCEL: CANCEL}
# The first number of PostgreSQL's two-number advisory locks says what is locked.
_LOCK = 7_305


def read_sms(reply: Reply) -> str:
    """Does what the reply means, in the transaction of its job; returns a short code of it. Read again, it acts once."""
    _one_at_a_time(reply.sender)
    reading = replies.read(reply.text)
    if reading.meaning is Meaning.COURTESY:
        return "courtesy"
    told = told_by_sms(reply.number, reply.sender)
    if not told.is_known:
        if may_answer(reply.sender, bucket="stranger", at_most=STRANGER_A_DAY):
            _say(reply, reading.language, "stranger")
        return "stranger"
    language = "en" if reading.language == "en" else told.language
    if not told.visits:
        _ask(reply, language, "nothing")
        return "nothing"
    return _understood(reply, reading, told, language)


def _understood(reply: Reply, reading: Reading, told: Told, language: str) -> str:
    dialogue = SmsDialogue.objects.filter(number=reply.sender, expires_at__gt=clock.now()).first()
    act = ACTS.get(reading.meaning)
    if act is None and reading.meaning is Meaning.CHOICE and dialogue is not None:
        act = dialogue.wanted
    if reading.meaning is Meaning.NO:
        SmsDialogue.objects.filter(number=reply.sender).delete()
        _ask(reply, language, "sure", told.visits[:1] if len(told.visits) == 1 else ())
        return "no"
    if reading.meaning is Meaning.DOUBTFUL:
        return _hand_to_desk(reply, told, language)
    if act is None:
        _ask(reply, language, "sure", told.visits[:1] if len(told.visits) == 1 else ())
        return "asked"
    meant = _meant(reading, told.visits, dialogue)
    if meant:
        SmsDialogue.objects.filter(number=reply.sender).delete()
        return _do(reply, meant, act, language)
    return _ask_which(reply, told, act, language)


def _meant(reading: Reading, visits: Sequence[Appointment], dialogue: SmsDialogue | None) -> list[Appointment]:
    """The visits meant; none when that has to be asked. A figure means something only after « lequel ? »."""
    if reading.choice is None and not reading.everything:
        return list(visits) if len(visits) == 1 else []
    if dialogue is None:
        return list(visits) if len(visits) == 1 and reading.choice is None else []
    standing = {(visit.pk, visit.revision): visit for visit in visits}
    options = [standing.get((pk, revision)) for pk, revision in dialogue.options]
    if reading.everything:
        return [visit for visit in options if visit is not None]
    chosen = options[reading.choice - 1] if reading.choice and reading.choice <= len(options) else None
    return [chosen] if chosen is not None else []


def _do(reply: Reply, visits: Sequence[Appointment], act: str, language: str) -> str:
    lock_performers(*{visit.performer_id for visit in visits})
    done, refused = [], []
    for visit in visits:
        try:
            done.append(answer_under_lock(SMS, visit, act, via=AnsweredBy.SMS))
        except Refusal as refusal:
            if refusal.code == "agenda_busy":
                raise
            refused.append(visit)
    if refused:
        _ask(reply, language, "over")
    elif act == CONFIRM:
        _say(reply, language, "confirmed", done)
    # A cancellation is told by the message of every cancelled visit.
    return "refused" if refused else "confirmed" if act == CONFIRM else "cancelled"


def _ask_which(reply: Reply, told: Told, act: str, language: str) -> str:
    """« Lequel ? », with a figure for each visit; when words cannot tell them apart, the desk asks."""
    options = told.visits[:OPTIONS_AT_MOST]
    if len(set(labels_of(options))) < len(options):
        return _hand_to_desk(reply, told, language)
    SmsDialogue.objects.update_or_create(
        number=reply.sender,
        defaults={
            "wanted": act,
            "options": [[visit.pk, visit.revision] for visit in options],
            "expires_at": clock.now() + DIALOGUE_LIFE,
        },
    )
    _ask(reply, language, "which_cancel" if act == CANCEL else "which_confirm", options)
    return "which"


def _hand_to_desk(reply: Reply, told: Told, language: str) -> str:
    """The words become a task of the practice that wrote last; the person is told so."""
    visit = told.latest
    if visit is None:
        return "unread"
    words = _("Réponse par SMS : « %s »") % " ".join(reply.text.split())[:400]
    open_task = Task.objects.select_for_update().filter(
        appointment=visit, kind=TaskKind.CALL_BACK, created_by__isnull=True, done_at__isnull=True
    )
    task = open_task.order_by("pk").first()
    if task is None:
        task = Task.objects.create(
            practice_id=visit.practice_id,
            kind=TaskKind.CALL_BACK,
            about=words,
            record_id=visit.record_id,
            appointment=visit,
        )
    elif words not in task.about and len(task.about) + len(words) < ABOUT_AT_MOST:
        task.about = f"{task.about}\n{words}"
        task.save(update_fields=["about"])
    audit.record(
        SMS, "booking.hand_reply", task, patient_id=visit.patient_id, practice_id=visit.practice_id, kind=task.kind
    )
    _ask(reply, language, "desk")
    return "desk"


def _ask(reply: Reply, language: str, what: str, visits: Sequence[Appointment] = ()) -> None:
    """An answer that changes nothing: fewer of these a day."""
    if may_answer(reply.sender, bucket="asked", at_most=ASKED_A_DAY):
        _say(reply, language, what, visits)


def _say(reply: Reply, language: str, what: str, visits: Sequence[Appointment] = ()) -> None:
    with translation.override(language):
        answer(reply, SMS_ANSWER, what=what, visits=[visit.pk for visit in visits])


def _one_at_a_time(sender: str) -> None:
    """Replies of one number are read one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, int(sender[:8], 16) - 2**31])


def forget_dialogues() -> int:
    """Deletes the conversations that are over, and the links of visits long past; returns how many conversations."""
    AnswerLink.objects.filter(appointment__start_at__lt=clock.now() - LINKS_KEPT).delete()
    return SmsDialogue.objects.filter(expires_at__lt=clock.now()).delete()[0]
