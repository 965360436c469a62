"""Workers of the monthly pass of prevention die in the middle of a chunk: everybody is told once, nobody twice."""

from collections import Counter
from datetime import date, timedelta

import pytest

from carnet.enums_health import Theme
from carnet.models import PreventionChunk, PreventionConsent, PreventionDigest, PreventionNotice, PreventionRun
from carnet.services import prevention_run
from core import clock, jobs
from core.models import Job
from notifications.models import Message
from tests.drills.work import CRASHED
from tests.factories import PatientFactory, UserFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
PEOPLE, SIZE = 12, 3


def survive():
    """Another worker takes over what the dead one held once its lease has ended."""
    Job.objects.filter(state=Job.BUSY).update(lease_until=clock.now() - timedelta(seconds=1))
    for _round in range(4):
        for pk in Job.objects.filter(kind__startswith="carnet.").exclude(state="done").values_list("pk", flat=True):
            jobs.run(pk)


def test_pass_whose_workers_die_tells_everybody_once(start):
    def die(point, chunks):
        assert start("tests.drills.prevention_process", point, str(chunks)).wait(120) == CRASHED

    for _ in range(PEOPLE):
        user = UserFactory()
        person = PatientFactory(user=user, birth_date=date(1970, 1, 1))
        PreventionConsent.objects.create(
            patient=person, user=user, theme=Theme.CANCERS, text_version="1", given_at=clock.now()
        )
    prevention_run.start_run(size=SIZE)

    die("digests_written", 1)
    assert PreventionDigest.objects.count() == SIZE
    die("job_settled", 0)
    assert PreventionDigest.objects.count() == SIZE
    prevention_run.start_run(size=SIZE)
    survive()

    assert PreventionRun.objects.get().finished_at is not None
    assert not PreventionChunk.objects.filter(done_at__isnull=True).exists()
    told = Counter(PreventionDigest.objects.values_list("user_id", flat=True))
    assert (len(told), set(told.values())) == (PEOPLE, {1})
    assert Message.objects.count() == 2 * PEOPLE
    lines = Counter(PreventionNotice.objects.values_list("user_id", "patient_id", "code"))
    assert set(lines.values()) == {1}
