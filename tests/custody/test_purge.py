"""The table of retention and the purge that reads it: what the dry run counts is what then goes."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from carnet.models import AccessAlert, Document, Grant
from core import clock, ledger
from custody.models import DataArchive
from custody.retention import TABLE, purgeable
from practitioners.models import Claim, ClaimDocument, ListingRequest, ListingWish
from tests.carnet.documents.conftest import lay
from tests.factories import UserFactory


@pytest.fixture
def over(alice, lilas):
    """One thing that is over in each of these lines, and one beside it that is not."""
    now = clock.now()
    long_ago = now - timedelta(days=5 * 366)
    for ends_at in (long_ago + timedelta(days=1), now + timedelta(days=1)):
        Grant.objects.create(
            patient=alice.patient, practitioner=lilas.practitioner, starts_at=long_ago, ends_at=ends_at
        )
    for number, at in enumerate((long_ago, now)):
        row = AccessAlert.objects.create(kind="many", user_id=1, occasion=str(number))
        AccessAlert.objects.filter(pk=row.pk).update(created_at=at)
    for number, purge_at in enumerate((now - timedelta(minutes=1), now + timedelta(days=1))):
        document = lay(alice, number)
        Document.objects.filter(pk=document.pk).update(removed_at=now, purge_at=purge_at)
    DataArchive.objects.create(user=alice.user, created_at=long_ago, expires_at=long_ago)
    _claims_and_requests(now, long_ago)
    return {"consents": 1, "alerts": 1, "bin": 1, "archives": 1, "claims": 2, "proofs": 2, "requests": 2}


def _claims_and_requests(now, long_ago):
    """Of each line what is over, and beside it what is recent, undecided or holds a page."""
    for state, moved_at, sent_at in (
        ("refused", long_ago, None),
        ("withdrawn", long_ago, None),
        ("refused", now, now),
        ("register_match", long_ago, long_ago),
        ("id_valid", long_ago, now),
    ):
        claim = Claim.objects.create(user=UserFactory(), rpps="10002909371", state=state, moved_at=moved_at)
        if sent_at is not None:
            ClaimDocument.objects.create(
                claim=claim, mimetype="image/png", size=1, content="eA==", name="x", sent_at=sent_at
            )
    for state, decided_at, expires_at in (
        ("done", long_ago, None),
        ("refused", now, None),
        ("proving", None, long_ago),
        ("proving", None, now),
        ("waiting", None, None),
    ):
        ListingRequest.objects.create(kind="report", state=state, decided_at=decided_at, expires_at=expires_at)
    ListingWish.objects.create(rpps="10002909371", objected=True)


def counts(capsys, *options):
    capsys.readouterr()
    call_command("purge_expired", *options)
    lines = capsys.readouterr().out.splitlines()[:-1]
    return {line.split()[0]: int(line.split()[1]) for line in lines if int(line.split()[1])}


def test_a_dry_run_counts_and_erases_nothing_and_the_purge_erases_just_that(over, capsys):
    assert counts(capsys, "--dry-run") == over
    assert counts(capsys, "--dry-run") == over
    assert counts(capsys) == over
    assert counts(capsys) == {}
    assert (Grant.objects.count(), AccessAlert.objects.count(), Document.objects.count()) == (1, 1, 1)
    assert [one.kind for one in ledger.erasures()] == ["document"]
    assert (Claim.objects.count(), ListingRequest.objects.count(), ListingWish.objects.count()) == (3, 3, 1)
    assert [one.content for one in ClaimDocument.objects.order_by("pk")] == ["", "", "eA=="]


def test_one_line_alone_is_purged_and_an_unknown_one_is_refused(over, capsys):
    assert counts(capsys, "--only", "alerts") == {"alerts": 1}
    assert counts(capsys, "--dry-run") == {code: count for code, count in over.items() if code != "alerts"}
    with pytest.raises(SystemExit):
        call_command("purge_expired", "--only", "everything")


def test_every_line_says_why_on_what_ground_how_long_and_what_then():
    codes = [kept.code for kept in TABLE]
    assert len(set(codes)) == len(codes)
    assert all(
        str(word) for kept in TABLE for word in (kept.what, kept.why, kept.basis, kept.how_long, kept.afterwards)
    )
    assert {kept.code for kept, _purge in purgeable()} >= {"bin", "archives", "consents", "backups", "messages"}
