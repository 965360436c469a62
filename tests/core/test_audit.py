"""The journal: written with its effect, never changed, sealed into a chain that shows every later hand."""

from datetime import date, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import audit, clock
from core.access import Actor, Space, system_actor
from core.models import AuditCut, AuditEvent, AuditHead, TokenBucket
from core.tracing import tracing

pytestmark = pytest.mark.django_db

SOPHIE = Actor(user_id=5, space=Space.PRACTICE, practice_id=3, strong=True, ip="203.0.113.77")


def write(count=1, **facts):
    for number in range(count):
        audit.record(SOPHIE, "booking.move_appointment", patient_id=9, practice_id=3, number=number, **facts)


def break_chain(statement, *params):
    """What somebody who administers the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
        cursor.execute(statement, params)
        cursor.execute("ALTER TABLE core_auditevent ENABLE TRIGGER USER")


def test_record_keeps_who_did_what_to_whom():
    head = AuditHead(seq=1, hash=b"", sealed_at="2026-01-01T00:00Z")

    with tracing("request-0001"):
        audit.record(SOPHIE, "booking.move_appointment", head, patient_id=9, practice_id=3, late=True)

    event = AuditEvent.objects.values(
        "user_id", "space", "acting_practice_id", "action", "target_type", "target_id", "patient_id", "practice_id",
        "request_id", "ip", "facts",
    ).get()  # fmt: skip
    assert event == {
        "user_id": 5,
        "space": "practice",
        "acting_practice_id": 3,
        "action": "booking.move_appointment",
        "target_type": "core.audithead",
        "target_id": 1,
        "patient_id": 9,
        "practice_id": 3,
        "request_id": "request-0001",
        "ip": "203.0.113.0/24",
        "facts": {"late": True},
    }


def test_record_names_the_system():
    audit.record(system_actor("booking.refresh"), "booking.refresh")

    assert AuditEvent.objects.get().system_name == "booking.refresh"


def test_record_goes_with_the_effect():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("fact", [1.5, {"a": 1}, b"bytes", "x" * 101, object()])
def test_record_refuses_what_is_not_an_id_a_code_or_a_date(fact):
    with pytest.raises(TypeError, match="fact"):
        write(fact=fact)


def test_record_takes_ids_codes_and_dates():
    write(day=date(2026, 3, 29), uid=UUID(int=1), codes=("a", "b"), space=Space.PATIENT, none=None)

    facts = AuditEvent.objects.get().facts
    assert (facts["day"], facts["uid"], facts["codes"], facts["space"]) == (
        "2026-03-29",
        "00000000-0000-0000-0000-000000000001",
        ["a", "b"],
        "patient",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET action = 'nothing'",
        "DELETE FROM core_auditevent",
        """INSERT INTO core_auditevent (at, space, system_name, action, target_type, request_id, ip, facts, hash)
           VALUES (now(), '', '', 'forged', '', '', '', '{}', 'x')""",
        "UPDATE core_auditevent SET seq = 1, hash = 'x', previous_hash = 'x', sealed_at = now()",
        "SET LOCAL prendsoin.audit_sealing = 'on'; UPDATE core_auditevent SET seq = 1, action = 'other'",
        "SET LOCAL prendsoin.audit_truncate = 'off'; TRUNCATE core_auditevent",
    ],
)
def test_the_database_refuses_to_change_the_journal(statement):
    write()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEvent.objects.get().action == "booking.move_appointment"


def test_the_model_refuses_to_change_the_journal():
    write()
    event = AuditEvent.objects.get()

    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_seal_chains_what_was_written():
    write(3)

    assert audit.seal_audit() == 3
    assert list(AuditEvent.objects.order_by("id").values_list("seq", flat=True)) == [1, 2, 3]
    assert AuditHead.objects.get().seq == 3
    assert audit.verify_audit() == audit.Verification(sealed=3, unsealed=0)


def test_seal_goes_on_where_it_stopped():
    write(3)
    assert audit.seal_audit(limit=2) == 2
    write()

    assert audit.verify_audit() == audit.Verification(sealed=2, unsealed=2)
    assert audit.seal_audit() == 2
    assert audit.seal_audit() == 0
    assert audit.verify_audit() == audit.Verification(sealed=4, unsealed=0)


def test_a_sealed_row_cannot_be_sealed_again():
    write(1)
    audit.seal_audit()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL prendsoin.audit_sealing = 'on'; UPDATE core_auditevent SET hash = 'x'")


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE core_auditevent SET action = 'nothing' WHERE seq = 2", 2),
        ("UPDATE core_auditevent SET facts = '{}' WHERE seq = 3", 3),
        ("DELETE FROM core_auditevent WHERE seq = 2", 2),
        ("DELETE FROM core_auditevent WHERE seq = 4", 4),
        ("DELETE FROM core_auditevent", 1),
        ("UPDATE core_auditevent SET seq = 9 WHERE seq = 4", 4),
        ("UPDATE core_auditevent SET hash = sha256(hash) WHERE seq = 1", 1),
        ("DELETE FROM core_audithead", 5),
    ],
)
def test_verify_sees_every_later_hand(statement, broken_at):
    write(4)
    audit.seal_audit()

    break_chain(statement)

    assert audit.verify_audit().broken_at == broken_at


def test_the_command_says_whether_the_journal_holds():
    write(2)
    audit.seal_audit()
    out = StringIO()

    call_command("verify_audit", stdout=out)

    assert out.getvalue() == "The journal holds: 2 sealed, 0 waiting to be sealed.\n"
    break_chain("UPDATE core_auditevent SET user_id = 6 WHERE seq = 1")
    with pytest.raises(CommandError, match="broken at 1"):
        call_command("verify_audit", stdout=out)


def test_a_target_without_a_number_is_kept_by_its_type_alone():
    audit.record(SOPHIE, "core.test", TokenBucket(id="abc"))

    assert AuditEvent.objects.values_list("target_type", "target_id").get() == ("core.tokenbucket", None)


OLD, KEPT = clock.now() - timedelta(days=1_200), clock.now() - timedelta(days=1_098)


def aged(count, at):
    for _ in range(count):
        AuditEvent.objects.create(at=at, action="booking.move_appointment", system_name="tests")


def test_old_rows_go_and_what_is_left_still_proves_itself():
    aged(3, OLD)
    write(2)
    audit.seal_audit()
    assert audit.due_for_purge(KEPT) == 3

    assert audit.purge_audit(actor=system_actor("tests"), before=KEPT) == 3
    assert audit.purge_audit(actor=system_actor("tests"), before=KEPT) == 0

    assert audit.verify_audit() == audit.Verification(sealed=2, unsealed=1)
    audit.seal_audit()
    assert audit.verify_audit() == audit.Verification(sealed=3, unsealed=0)
    break_chain("UPDATE core_auditevent SET user_id = 7 WHERE seq = 4")
    assert audit.verify_audit().broken_at == 4


def test_rows_before_a_younger_one_alone_go():
    aged(1, OLD)
    write(1)
    aged(1, OLD)
    audit.seal_audit()

    assert audit.purge_audit(actor=system_actor("tests"), before=KEPT) == 1
    assert sorted(AuditEvent.objects.exclude(seq=None).values_list("seq", flat=True)) == [2, 3]


def test_a_cut_that_nobody_made_is_found():
    aged(3, OLD)
    write(1)
    audit.seal_audit()
    seal = AuditEvent.objects.get(seq=2).hash
    AuditCut.objects.create(seq=2, hash=seal, before=KEPT, cut_at=clock.now())
    break_chain("DELETE FROM core_auditevent WHERE seq <= 2")

    assert audit.verify_audit().reason == "the journal was cut and does not say so"


@pytest.mark.parametrize("at", [OLD, clock.now()])
def test_database_lets_no_row_go_by_another_way(at):
    aged(2, at)
    audit.seal_audit()
    with connection.cursor() as cursor:
        if at is not OLD:
            seal = AuditEvent.objects.get(seq=2).hash
            AuditCut.objects.create(seq=2, hash=seal, before=KEPT, cut_at=clock.now())
            cursor.execute("SET LOCAL prendsoin.audit_purging = 'on'")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("DELETE FROM core_auditevent WHERE seq = 1")
    assert AuditEvent.objects.count() == 2
