"""The number of SQL statements never depends on how much there is."""

from datetime import timedelta

import pytest
from zeal import zeal_context

from booking.enums import Status
from core import clock
from tests.factories import AgendaReasonFactory, AppointmentFactory, OpeningHoursFactory

pytestmark = pytest.mark.django_db

ADDRESSES = [
    ("/recherche/?specialite=medecin-generaliste&lieu=93045", 9),
    ("/recherche/?specialite=medecin-generaliste&lieu=93045&tri=disponibilite&mode=office", 9),
    ("/recherche/?q=cabinet+du+parc", 11),
    ("/medecin-generaliste/les-lilas-93045/", 10),
    ("/recherche/suggestions/?q=parc", 7),
    ("/recherche/lieux/?q=lilas", 1),
    ("/api/v1/practitioners?specialty=medecin-generaliste&place=93045", 9),
    ("/api/v1/practitioners?ordering=availability", 8),
    ("/sitemap.xml", 3),
]


@pytest.fixture(params=[1, 3], ids=["one result", "three results"])
def results(request, listed):
    """So many practitioners, each with as many reasons, windows and visits."""
    for n in range(request.param):
        agenda = listed(f"Person N{n}", practice="Cabinet du parc")
        for m in range(request.param):
            AgendaReasonFactory(agenda=agenda)
            OpeningHoursFactory(agenda=agenda)
            start = clock.now() + timedelta(hours=3 + m)
            AppointmentFactory(agenda=agenda, start_at=start, status=Status.BOOKED)
    return request.param


@pytest.mark.parametrize(("address", "statements"), ADDRESSES, ids=[address for address, _ in ADDRESSES])
def test_search_asks_the_same_number_of_questions(client, results, django_assert_num_queries, address, statements):
    client.get(address)

    with zeal_context(), django_assert_num_queries(statements):
        response = client.get(address)

    assert response.status_code == 200


def test_profile_asks_the_same_number_of_questions(client, results, listed, django_assert_num_queries):
    agenda = listed("Claire Martin", person={"slug": "dr-claire-martin"})
    for _ in range(results):
        AgendaReasonFactory(agenda=agenda)
        listed(practitioner=agenda.practitioner)

    with zeal_context(), django_assert_num_queries(6):
        assert client.get("/praticien/dr-claire-martin/").status_code == 200
    with zeal_context(), django_assert_num_queries(8):
        assert client.get("/api/v1/practitioners/dr-claire-martin").status_code == 200
