"""Booking at a colleague's who keeps times for it: who finds them, what goes along, what each side sees, and races."""

from datetime import date, timedelta

import pytest
import time_machine

from booking.enums import Channel, Status
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange, Referral
from booking.selectors.desk_referral import find_colleagues, referral_received, referrals_of, times_to_refer
from booking.selectors.offers import public_offers
from booking.services.appointments import cancel_appointment
from booking.services.desk import undo_change
from booking.services.desk.referral import refer_patient, withdraw_referral
from booking.services.record_keeper import VisitKeeper
from core import clock, idempotency
from core.access import may, scoped
from core.exceptions import DomainError, NotForYou
from notifications.models import Message
from patients.models import PatientRecord
from practitioners.models import AgendaReason, OnlineBlock
from practitioners.services.offers import change_offer, set_offer
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, events, problem, statements
from tests.factories import AppointmentFactory, BookableAgendaFactory, PatientFactory, RecordFactory, UserFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(desk):
    """dr diallo's only reason, kept for colleagues."""
    return keep(desk.elsewhere)


def keep(agenda):
    offer = agenda.reasons.get()
    offer.online, offer.referrals = False, True
    offer.save()
    return offer


@pytest.fixture
def file(desk):
    return RecordFactory(
        practice=desk.practice,
        first_name="Odette",
        birth_name="Lambert",
        birth_date=date(1951, 3, 12),
        email="odette@prendsoin.example",
        phone="+33612345678",
        notes="Allergique",
    )


def refer(desk, file, offer, *, name="martin", start=None, **more):
    wish = {"agreed": True, "word": "Merci de la voir", **more}
    start = start or times_to_refer(offer)[0].start
    return refer_patient(
        actor=desk.actor(name),
        record=file.uid,
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        **wish,
    )


def test_the_visit_is_the_colleagues_and_the_file_there_has_identity_and_contact_alone(desk, kept, file):
    visit = refer(desk, file, kept)

    there = visit.record
    assert (visit.practice, visit.channel, visit.status) == (desk.elsewhere.practice, Channel.REFERRAL, Status.BOOKED)
    assert (there.practice, there.display_name, there.birth_date) == (
        desk.elsewhere.practice, "Odette Lambert", date(1951, 3, 12),
    )  # fmt: skip
    assert (there.email, str(there.phone), there.notes, there.known_since) == (file.email, str(file.phone), "", None)
    assert there.name_key == file.name_key
    assert there.phone_key
    diallo, martin = desk.actor("diallo"), desk.actor("martin")
    assert (may(diallo, "change", visit), may(martin, "read", visit), may(martin, "work", there)) == (
        True,
        False,
        False,
    )
    assert referral_received(visit).word == "Merci de la voir"


def test_each_practice_has_its_row_in_the_journal(desk, kept, file):
    refer(desk, file, kept)

    rows = events("booking.refer")
    assert {row.practice_id for row in rows} == {desk.practice.pk, desk.elsewhere.practice.pk}
    assert [row.practice_id for row in events("patients.file_from_colleague")] == [desk.elsewhere.practice.pk]


def test_the_patient_and_the_other_practice_are_told_after_the_minutes_of_undoing(desk, kept, file):
    visit = refer(desk, file, kept, start=times_to_refer(kept, clock.now() + timedelta(days=2))[0].start)

    told = Message.objects.filter(subject=f"appointment:{visit.pk}")
    patients = told.filter(kind="booking.confirmed")
    assert {row.channel for row in patients} == {"email", "sms"}
    assert all(row.due_at > clock.now() for row in patients)
    assert told.filter(kind="booking.practice_booked", user=desk.users["diallo"]).exists()
    assert not told.filter(user=desk.users["martin"]).exists()


def test_the_person_with_an_account_sees_the_visit_and_has_one_file_there(desk, kept):
    person = PatientFactory(user=UserFactory())
    file = RecordFactory(practice=desk.practice, patient=person)
    already = RecordFactory(practice=desk.elsewhere.practice, patient=person, email="her@own.example")

    visit = refer(desk, file, kept)

    assert visit.record == already
    already.refresh_from_db()
    assert already.email == "her@own.example"
    reader = desk.actor("martin").__class__(user_id=person.user_id, space="patient")
    assert may(reader, "read", visit)


def test_a_file_of_the_same_names_and_birth_date_is_taken_as_it_is(desk, kept, file):
    there = RecordFactory(
        practice=desk.elsewhere.practice,
        first_name="odette",
        birth_name="LAMBERT",
        birth_date=file.birth_date,
        phone="",
    )
    RecordFactory(
        practice=desk.elsewhere.practice, first_name="Odette", birth_name="Lambert", birth_date=date(1990, 1, 1)
    )

    visit = refer(desk, file, kept)

    assert visit.record == there
    assert events("patients.file_from_colleague") == []


def test_a_file_without_a_birth_date_or_that_of_somebody_dead_is_not_taken(desk, kept, file):
    dead = RecordFactory(
        practice=desk.elsewhere.practice, first_name="Odette", birth_name="Lambert", birth_date=file.birth_date,
        deceased_on=clock.now().date(),
    )  # fmt: skip

    assert refer(desk, file, kept).record != dead


def test_the_referring_practice_reads_when_and_where_and_never_what_is_noted(desk, kept, file):
    visit = refer(desk, file, kept)
    visit.internal_note = "MARQUE-NOTE"
    visit.save()
    martin = browser_of(desk, "martin")

    page = martin.get(f"/cabinet/patients/{file.uid}/").text

    assert desk.elsewhere.practitioner.display_name in page
    assert desk.elsewhere.location.name in page
    assert "MARQUE-NOTE" not in page
    assert martin.get(f"/cabinet/rendez-vous/{visit.uid}/").status_code == 404
    assert martin.get(f"/cabinet/patients/{visit.record.uid}/").status_code == 404
    received = browser_of(desk, "diallo").get(f"/cabinet/rendez-vous/{visit.uid}/").text
    assert "Merci de la voir" in received
    assert desk.practice.name in received


def test_a_cancellation_of_the_colleague_shows_on_the_file(desk, kept, file):
    visit = refer(desk, file, kept)
    cancel_appointment(actor=desk.actor("diallo"), appointment=visit.uid)

    (sent,) = referrals_of(desk.actor("martin"), file)

    assert (sent.is_cancelled, sent.may_withdraw) == (True, False)


def test_an_ordinary_or_closed_offer_is_not_there_for_referrals(desk, kept, file):
    start = times_to_refer(kept)[0].start
    kept.referrals = False
    kept.save()
    with pytest.raises(NotForYou):
        refer(desk, file, kept, start=start)
    kept.referrals = True
    kept.save()
    OnlineBlock.objects.create(agenda=kept.agenda, cause="owner")
    with pytest.raises(NotForYou):
        refer(desk, file, kept, start=start)
    assert Referral.objects.count() == 0


def test_what_is_kept_for_colleagues_is_nowhere_for_the_public(desk, kept):
    assert not public_offers().filter(pk=kept.pk).exists()
    anonymous = {"visit_reason": str(kept.visit_reason.uid), "agenda": str(kept.agenda.uid)}
    answer = desk.call("", "get", f"/availabilities?visit_reason={kept.visit_reason.uid}")
    assert problem(answer) == (422, "not_offered")
    start = times_to_refer(kept)[0].start.isoformat()
    assert problem(desk.call("alice", "post", "/holds", {**anonymous, "start": start})) == (422, "not_offered")
    assert kept.visit_reason.name not in browser_of(desk, "alice").get("/praticien/dr-diallo/").text


def test_a_taken_time_comes_with_others_and_leaves_nothing(desk, kept, file):
    slot = times_to_refer(kept)[0]
    AppointmentFactory(agenda=kept.agenda, visit_reason=kept.visit_reason, start_at=slot.start, end_at=slot.end)

    with pytest.raises(Refusal) as refused:
        refer(desk, file, kept, start=slot.start)

    assert refused.value.code == "slot_taken"
    assert refused.value.alternatives
    assert (Referral.objects.count(), PatientRecord.objects.filter(practice=desk.elsewhere.practice).count()) == (0, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"agreed": False}, "patient_not_asked"), ({"word": "x" * 1001}, "word_too_long")],
)
def test_what_is_missing_is_asked_for(desk, kept, file, change, code):
    with pytest.raises(Refusal) as refused:
        refer(desk, file, kept, **change)

    assert (refused.value.code, Appointment.objects.count()) == (code, 0)


def test_the_colleagues_terms_bind(desk, kept, file):
    kept.notice_minutes = 60 * 24 * 3
    kept.save()

    with pytest.raises(Refusal) as refused:
        refer(desk, file, kept, start=clock.now() + timedelta(days=1))

    assert refused.value.code in ("notice_too_short", "not_offered")


def test_nobody_dead_is_referred_and_no_file_of_others(desk, kept, file):
    stranger = RecordFactory(practice=desk.elsewhere.practice)
    with pytest.raises(NotForYou):
        refer(desk, stranger, kept)
    file.deceased_on = clock.now().date()
    file.save()
    with pytest.raises(Refusal) as refused:
        refer(desk, file, kept)
    assert refused.value.code == "patient_deceased"


def test_the_same_request_twice_is_one_visit(desk, kept, file):
    claim = idempotency.Claim("once-and-for-all-1", "booking.refer", "same")
    start = times_to_refer(kept)[0].start

    first, second = (refer(desk, file, kept, start=start, claim=claim) for _ in range(2))

    assert (first, Referral.objects.count()) == (second, 1)


def test_it_is_taken_back_without_a_word_until_it_is_told(desk, kept, file):
    visit = refer(desk, file, kept, start=times_to_refer(kept, clock.now() + timedelta(days=2))[0].start)
    (sent,) = referrals_of(desk.actor("martin"), file)
    assert sent.may_withdraw
    with pytest.raises(NotForYou):
        withdraw_referral(actor=desk.actor("diallo"), referral=sent.referral.uid)

    withdraw_referral(actor=desk.actor("martin"), referral=sent.referral.uid)

    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_PRACTICE
    assert not Message.objects.filter(subject=f"appointment:{visit.pk}", state="pending").exists()
    assert len(events("booking.withdraw_referral")) == 2
    with pytest.raises(Refusal) as refused:
        withdraw_referral(actor=desk.actor("martin"), referral=sent.referral.uid)
    assert refused.value.code == "changed_meanwhile"


def test_once_told_or_changed_there_it_stays(desk, kept, file):
    far = clock.now() + timedelta(days=2)
    visit = refer(desk, file, kept, start=times_to_refer(kept, far)[0].start)
    (sent,) = referrals_of(desk.actor("martin"), file)
    with time_machine.travel(clock.now() + timedelta(minutes=6)), pytest.raises(Refusal) as refused:
        withdraw_referral(actor=desk.actor("martin"), referral=sent.referral.uid)
    assert refused.value.code == "undo_over"
    # The practice that receives undoes it too, as any booking of its agenda.
    change = AppointmentChange.objects.get(appointment=visit)
    assert undo_change(actor=desk.actor("diallo"), change=change.uid).is_cancelled


def test_a_merge_keeps_what_was_sent(desk, kept, file):
    refer(desk, file, kept)
    other = RecordFactory(practice=desk.practice)

    VisitKeeper().move(file.pk, other.pk)

    assert len(referrals_of(desk.actor("martin"), other)) == 1


def test_colleagues_are_found_by_specialty_name_and_place(desk, kept):
    martin, agenda = desk.actor("martin"), desk.elsewhere
    keep(BookableAgendaFactory())
    person, place = agenda.practitioner, agenda.location.place

    def found(**wanted):
        return agenda.pk in {one.agenda.pk for one in find_colleagues(martin, **wanted)}

    assert found()
    assert found(name=person.last_name[:3], place=place.name, specialty=person.specialty.slug)
    assert found(place=agenda.location.postcode[:2])
    assert not found(name="zzz")
    assert not found(specialty="nulle-part")
    assert not found(place="zzz")
    assert [one.agenda.pk for one in find_colleagues(desk.actor("ended"))] == []


def test_finding_costs_the_same_for_one_and_for_three(desk, kept):
    martin = desk.actor("martin")
    one = statements(lambda: find_colleagues(martin))[1]
    for _ in range(2):
        keep(BookableAgendaFactory())

    three = statements(lambda: find_colleagues(martin))[1]

    assert len(find_colleagues(martin)) == 3
    assert one == three


def test_the_list_of_what_was_sent_costs_the_same_for_one_and_for_three(desk, kept, file):
    martin = desk.actor("martin")
    refer(desk, file, kept)
    one = statements(lambda: [sent.zone for sent in referrals_of(martin, file)])[1]
    for _ in range(2):
        refer(desk, file, kept)

    assert statements(lambda: [sent.zone for sent in referrals_of(martin, file)])[1] == one


def test_the_pages_lead_from_the_file_to_the_booking(desk, kept, file):
    martin = browser_of(desk, "martin")
    assert f"/cabinet/adresser/?fiche={file.uid}" in martin.get(f"/cabinet/patients/{file.uid}/").text
    page = martin.get("/cabinet/adresser/", {"fiche": file.uid}).text
    address = f"/cabinet/adresser/{kept.agenda.uid}/{kept.visit_reason.uid}/"
    assert f"{address}?fiche={file.uid}" in page
    page = martin.get(address, {"fiche": file.uid})
    assert file.email in page.text
    value, _slot = page.context["hours"][0]
    about = {"fiche": file.uid, "slot": value, "word": "Avis", "form_token": page.context["form"]["form_token"].value()}

    refused = martin.post(address, about)
    answer = martin.post(address, {**about, "agreed": "on"})

    assert refused.status_code == 422
    assert (answer.status_code, answer["Location"]) == (302, f"/cabinet/patients/{file.uid}/")
    (sent,) = referrals_of(desk.actor("martin"), file)
    if sent.may_withdraw:
        back = martin.post(f"/cabinet/adresser/{sent.referral.uid}/retour/", {"fiche": file.uid})
        assert back["Location"] == f"/cabinet/patients/{file.uid}/"


@pytest.mark.parametrize("body", [{"slot": "nothing"}, {"slot": ""}, {"fiche": "nobody"}, {"word": "\0"}])
def test_nonsense_is_refused_and_nothing_is_booked(desk, kept, file, body):
    martin = browser_of(desk, "martin")
    address = f"/cabinet/adresser/{kept.agenda.uid}/{kept.visit_reason.uid}/"
    slot = f"{kept.agenda.uid}/{(clock.now() + timedelta(days=900)).isoformat()}"

    answer = martin.post(address, {"fiche": str(file.uid), "slot": slot, "agreed": "on", "form_token": "t-1", **body})

    assert answer.status_code in (404, 409, 422)
    assert Appointment.objects.count() == 0


def test_an_offer_is_for_the_public_or_for_colleagues(desk):
    martin, offer = desk.actor("martin"), desk.offer
    about = {"actor": martin, "visit_reason": offer.visit_reason.uid, "agenda": desk.agenda.uid}

    change_offer(**about, changes={"referrals": True})
    offer.refresh_from_db()
    assert (offer.online, offer.referrals) == (False, True)
    change_offer(**about, changes={"online": True})
    offer.refresh_from_db()
    assert (offer.online, offer.referrals) == (True, False)
    with pytest.raises(DomainError) as refused:
        change_offer(**about, changes={"online": True, "referrals": True})
    assert refused.value.code == "online_or_referrals"
    set_offer(**about, terms={"duration_minutes": 20, "modes": ["office"], "referrals": True})
    offer.refresh_from_db()
    assert (offer.online, offer.referrals) == (False, True)


def test_a_locum_refers_for_the_files_of_their_dates(desk, kept, file):
    lea = desk.actor("lea")
    assert scoped(lea, AgendaReason, "refer").filter(pk=kept.pk).exists()
    with pytest.raises(NotForYou):
        refer(desk, file, kept, name="lea")
