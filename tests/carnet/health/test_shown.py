"""What a visit or a document shows as done: nobody is told to do again what took place."""

from datetime import date, time, timedelta

import pytest

from carnet.models import Document
from carnet.prevention.facts import State
from carnet.prevention.proofs import act_of_visit
from carnet.prevention.rules_fr import rule_on
from carnet.prevention.rules_screening import RULES
from carnet.selectors.prevention import advice_of
from carnet.services import prevention_run as run
from carnet.services.prevention import choose_themes
from core import clock
from patients.majority import PARIS
from practitioners.models import ReasonKind
from tests import factories as make
from tests.carnet.documents.conftest import lay


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/documents"


def visit(person, slug: str, *, specialty: str = "sage-femme", days: int = -10, status: str = "seen"):
    """A visit under a usual reason, `days` from today."""
    kind_of = make.SpecialtyFactory(slug=specialty, name=specialty, profession="50")
    kind = ReasonKind.objects.create(
        specialty=kind_of, slug=slug, name=slug, name_en="x", duration_minutes=20, modes=["office"]
    )
    agenda = make.BookableAgendaFactory(practitioner=make.PractitionerFactory(specialty=kind_of))
    reason = agenda.reasons.get().visit_reason
    reason.kind = kind
    reason.save()
    start = clock.combine(clock.today(PARIS) + timedelta(days=days), time(12), PARIS)
    return make.AppointmentFactory(patient=person, agenda=agenda, visit_reason=reason, start_at=start, status=status)


@pytest.mark.parametrize(
    ("reason", "specialty", "on", "code"),
    [
        ("mammographie", "radiologue", date(2026, 11, 1), "mammography"),
        ("frottis-de-depistage", "sage-femme", date(2026, 2, 28), "cytology"),
        ("frottis-de-depistage", "sage-femme", date(2026, 3, 1), "hpv-test"),
        ("bilan-de-prevention", "pharmacien", date(2026, 11, 1), "checkup"),
        ("controle-annuel", "dentiste", date(2026, 11, 1), "dental-check"),
        ("controle-annuel", "ophtalmologue", date(2026, 11, 1), None),
        ("examen-obligatoire-du-nourrisson", "pediatre", date(2026, 11, 1), "child-exam"),
        ("vaccination", "pharmacien", date(2026, 11, 1), None),
    ],
)
def test_a_usual_reason_names_one_act_or_none(reason, specialty, on, code):
    assert act_of_visit(reason, specialty, date(1996, 2, 29), on) == code
    assert code is None or any(code in rule.counted for rule in _rules(on))


def _rules(on):
    codes = [*(rule.code for rule in RULES), "MBP-18", "DENT-MT", "ENF-20"]
    return [found for code in codes if (found := rule_on(code, on))]


@pytest.mark.parametrize(("status", "days"), [("seen", -10), ("booked", -1)])
def test_a_visit_that_took_place_is_done_and_not_told_again(alice, status, days):
    choose_themes(actor=alice.actor, patient=alice.patient.uid, themes=["cancers"])
    visit(alice.patient, "frottis-de-depistage", status=status, days=days)

    found = advice_of(alice.actor, alice.patient, "DEP-COL-30")

    assert (found.state, found.answer.last) == (State.DONE, clock.today(PARIS) + timedelta(days=days))
    run.start_run()
    run.tell(clock.today(PARIS), after_id=0, upto_id=10**9)
    told = set(run.PreventionNotice.objects.values_list("code", flat=True))
    assert told == {"DEP-SEIN", "DEP-COLON"}


@pytest.mark.parametrize("status", ["no_show", "excused", "cancelled_by_patient", "cancelled_by_practice"])
def test_a_visit_that_did_not_take_place_proves_nothing(alice, status):
    visit(alice.patient, "frottis-de-depistage", status=status)

    assert advice_of(alice.actor, alice.patient, "DEP-COL-30").state in (State.DUE, State.OVERDUE)


def test_a_check_of_a_child_in_the_record_is_its_exam(alice, leo):
    code = next(
        f"ENF-{number:02d}"
        for number in range(1, 21)
        if advice_of(alice.actor, leo, f"ENF-{number:02d}").state in (State.DUE, State.OVERDUE)
    )
    document = lay(alice, 1, patient=leo, kind="child_checkup", dated_on=clock.today(PARIS))

    assert advice_of(alice.actor, leo, code).state is State.DONE
    Document.objects.filter(pk=document.pk).update(state="refused")
    assert advice_of(alice.actor, leo, code).state is not State.DONE
