"""VIES: its answers kept with their proof, its silence held against nobody, and what a payer abroad is billed."""

from datetime import date

import pytest
from django.urls import reverse

from billing.doubles.vies_service import ViesDouble, serving
from billing.enums_payment import VatCheckState
from billing.exceptions import BillingRefusal
from billing.gateways.vies import OWN_API, ViesGateway
from billing.models import Invoice, VatCheck
from billing.payer_fields import clean
from billing.selectors.run import prepare
from billing.services.payers import change_payer_details, open_payer
from billing.services.vat_checks import CHECK_JOB, check_vat_number
from core.jobs import run
from core.models import Job
from practitioners.enums import Role
from tests.billing.invoices.rows import a_payer
from tests.billing.payments.test_debits import owner_of
from tests.billing.payments.test_pages import signed_in, text
from tests.billing.world import FIELDS, Clock, make_world
from tests.factories import MembershipFactory

BELGIAN, GREEK = "BE0403170701", "EL094259216"
ABROAD = {
    **FIELDS, "siret": "", "vat_number": "be 0403.170.701", "country": "BE", "postcode": "1000", "city": "Bruxelles",
}  # fmt: skip


@pytest.fixture(scope="module")
def served():
    with serving(ViesDouble()) as double:
        yield double


@pytest.fixture
def vies(served, settings):
    settings.VIES_API = served.api
    served.unknown.clear()
    served.down.clear()
    return served


def test_contract_known_unknown_silent_and_out_of_reach(vies):
    gateway = ViesGateway()
    known = gateway.check(BELGIAN)
    assert (known.state, known.consultation[:6]) == (VatCheckState.VALID, "DOUBLE")
    assert vies.asked[-1]["requesterNumber"] == "11123456782"
    vies.unknown.add(BELGIAN)
    assert gateway.check(BELGIAN).state == VatCheckState.INVALID
    assert gateway.check("BE123").state == VatCheckState.INVALID
    vies.down.add("BE")
    silent = gateway.check(BELGIAN)
    assert (silent.state, silent.code) == (VatCheckState.UNAVAILABLE, "MS_UNAVAILABLE")
    for api in ("http://127.0.0.1:9", f"{vies.api}/elsewhere"):
        assert ViesGateway(api=api).check(GREEK).state == VatCheckState.UNAVAILABLE
    assert [ViesGateway(api=api).is_double for api in (vies.api, OWN_API)] == [True, False]


@pytest.mark.parametrize(
    "told", [[], {}, {"valid": True}, {"countryCode": "BE", "vatNumber": "0", "valid": True}, {"errorWrappers": "x"}]
)
def test_contract_answer_to_another_question_is_none(vies, monkeypatch, told):
    monkeypatch.setattr(ViesDouble, "answer", lambda self, asked: (200, told))
    assert ViesGateway().check(BELGIAN).state == VatCheckState.UNAVAILABLE


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"country": "BE", "postcode": "1000"}, ("1000", "BE", "eu")),
        ({"country": "IE", "postcode": "d02 af30"}, ("D02 AF30", "IE", "eu")),
        ({"country": "FR", "postcode": "98000"}, ("98000", "MC", "mc")),
        ({"postcode": "97 400"}, ("97400", "FR", "re")),
    ],
)
def test_place_follows_country_and_postcode(fields, expected):
    found = clean({"name": "X", **fields})
    assert (found["postcode"], found["country"], found["territory"]) == expected


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"country": "US"}, "country_wrong"),
        ({"country": "BE", "vat_number": "BE0403170702"}, "vat_number_wrong"),
        ({"country": "BE", "vat_number": "FR44732829320"}, "vat_number_wrong"),
        ({"country": "FR", "vat_number": BELGIAN}, "vat_number_wrong"),
        ({"country": "NL", "postcode": "x" * 11}, "postcode_wrong"),
    ],
)
def test_country_and_number_agree(fields, code):
    assert clean({"name": "X", "country": "GR", "vat_number": GREEK})["vat_number"] == GREEK
    with pytest.raises(BillingRefusal) as refusal:
        clean({"name": "X", **fields})
    assert refusal.value.code == code


@pytest.mark.django_db
def test_number_is_checked_after_it_was_written_and_its_proof_is_shown(vies):
    payer = a_payer(is_default=True)
    member = MembershipFactory(practice=payer.practice, role=Role.OWNER)
    change_payer_details(actor=owner_of(payer), payer=payer.uid, fields={"vat_number": "FR44732829320"})
    jobs = Job.objects.filter(kind=CHECK_JOB)
    assert jobs.count() == 1
    run(jobs.get().pk)
    change_payer_details(actor=owner_of(payer), payer=payer.uid, fields={"city": "Pantin"})
    assert jobs.count() == 1

    check = VatCheck.objects.get()
    page = text(
        signed_in(member.user, f"practice:{payer.practice.uid}").get(reverse("subscription:payer", args=[payer.uid]))
    )
    assert (check.state, check.number, check.by_double) == ("valid", "FR44732829320", True)
    assert [word for word in (check.consultation, "double de VIES") if word not in page] == []


@pytest.mark.django_db
def test_silence_blocks_nobody_and_a_number_nobody_knows_waits_for_its_payer(vies, monkeypatch):
    time = Clock(monkeypatch, date(2026, 1, 10))
    world = make_world()
    payer = open_payer(actor=world.owner, practice=world.practice.uid, fields=ABROAD)
    world.subscribe(payer=payer.uid, payer_fields=None)
    time.day = date(2026, 2, 9)
    vies.down.add("BE")
    run(Job.objects.get(kind=CHECK_JOB).pk)
    assert Job.objects.filter(kind=CHECK_JOB, state="pending").get().due_at is not None

    def prepared():
        (one,) = prepare([payer], date(2026, 3, 1))
        return one

    paper = prepared().draft.paper
    assert (paper.vat_cents, paper.net_cents > 0, "Autoliquidation" in paper.totals[0].exemption) == (0, True, True)
    assert (payer.vat_number, payer.territory, payer.siren) == (BELGIAN, "eu", "")
    vies.down.clear()
    vies.unknown.add(BELGIAN)
    check_vat_number(payer_id=payer.pk, number=BELGIAN, before=1)
    assert [one.code for one in prepared().missing] == ["buyer_vat_number_unknown"]
    assert not Invoice.objects.exists()
    VatCheck.objects.create(payer=payer, number=BELGIAN, state="unavailable")
    assert prepared().draft is None
    VatCheck.objects.create(payer=payer, number=BELGIAN, state="valid")
    assert prepared().draft is not None


@pytest.mark.django_db
def test_without_an_endpoint_nobody_is_asked(settings):
    settings.VIES_API = ""
    change_payer_details(actor=owner_of(payer := a_payer()), payer=payer.uid, fields={"vat_number": "FR44732829320"})
    assert not Job.objects.filter(kind=CHECK_JOB).exists()
