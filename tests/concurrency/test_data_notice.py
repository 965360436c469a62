"""Messages of one file that are written at the same instant: one bears the notice on the data."""

import threading

import pytest
from django.db import connection

from notifications.channels import Unreachable
from patients.data_notice import notice_of
from patients.models import DataNotice
from tests.booking.desk.desk_acts import caller
from tests.desk import desk  # noqa: F401
from tests.patients.test_data_notice import message


@pytest.mark.django_db(transaction=True)
def test_messages_at_the_same_instant_bear_one_notice(desk):  # noqa: F811
    record = caller(desk)
    rows, taken, barrier = [message() for _ in range(6)], [], threading.Barrier(6)

    def compose(one):
        try:
            barrier.wait()
            taken.append(notice_of(one, record) is not None)
        except Unreachable:
            taken.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=compose, args=(one,)) for one in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False] * 5 + [True]
    assert DataNotice.objects.count() == 1
