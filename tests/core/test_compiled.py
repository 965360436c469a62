"""A statement made once gives what its queryset gives."""

import threading

import pytest
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import JSONObject

from core.compiled import CompiledQuery, CompiledRows
from practitioners.models import Agenda
from tests.factories import AgendaFactory

pytestmark = pytest.mark.django_db

MARK = -1


def agendas():
    return (
        Agenda.objects.filter(pk=MARK)
        .select_related("location__place", "practice")
        .annotate(has_others=Exists(Agenda.objects.filter(practice=OuterRef("practice")).exclude(pk=OuterRef("pk"))))
    )


def test_a_compiled_query_gives_instances_with_relations_and_annotations(django_assert_num_queries):
    alone, first = AgendaFactory(practice__phone="+33199001234"), AgendaFactory()
    AgendaFactory(practice=first.practice)
    query = CompiledQuery(agendas())

    with django_assert_num_queries(2):
        (found,), (other,) = query.fetch({MARK: alone.pk}), query.fetch({MARK: first.pk})
        seen = (found.location.place.name, found.location.uid, found.practice.phone, found.has_others, other.has_others)

    assert seen == (alone.location.place.name, alone.location.uid, alone.practice.phone, False, True)
    assert (found, found.created_at, other) == (alone, alone.created_at, first)
    assert not found._state.adding


def test_a_value_that_matches_nothing_gives_nothing():
    AgendaFactory()

    assert CompiledQuery(agendas()).fetch({MARK: 0}) == []


def test_what_is_deferred_is_read_when_asked_for(django_assert_num_queries):
    agenda = AgendaFactory()
    query = CompiledQuery(Agenda.objects.filter(pk=MARK).select_related("location").defer("location__street"))
    (found,) = query.fetch({MARK: agenda.pk})

    with django_assert_num_queries(1):
        assert found.location.street == agenda.location.street


def test_a_query_made_in_one_thread_serves_another():
    agenda = AgendaFactory()
    made: list[CompiledQuery[Agenda]] = []
    thread = threading.Thread(target=lambda: made.append(CompiledQuery(agendas())))
    thread.start()
    thread.join()

    assert made[0].fetch({MARK: agenda.pk}) == [agenda]


def test_compiled_rows_of_a_union_give_what_the_querysets_give_for_other_values():
    first, other = AgendaFactory(), AgendaFactory()

    def rows(pk):
        mine = Agenda.objects.filter(pk=pk).annotate(said=JSONObject(it=F("repeat_limit_days")))
        place = Agenda.objects.filter(pk=pk).annotate(said=JSONObject(it=F("location__place__timezone")))
        return mine.values_list("uid", "said").union(place.values_list("uid", "said"), all=True)

    query = CompiledRows(rows(MARK))

    for agenda in (first, other):
        found = sorted(map(tuple, query.fetch({MARK: agenda.pk})), key=str)
        assert found == sorted(rows(agenda.pk), key=str)
        assert len(found) == 2
