"""What the pages do, without JavaScript: each form keeps what was typed, says what is wrong, and leads somewhere."""

from datetime import date

import pytest
from django.urls import reverse

from core.jobs import run
from core.models import Job
from notifications.models import Message
from patients.enums import Level, Relation
from patients.models import GuardianInvitation, Guardianship, Patient, PatientRecord
from tests import factories as make
from tests.strict import CheckedClient

NADIA = {
    "first_name": "Nadia",
    "birth_name": "Benali",
    "used_name": "",
    "birth_date": "28/02/1990",
    "sex": "F",
    "form_token": "jeton",
}
INES = {**NADIA, "first_name": "Inès", "birth_date": "29/02/2020", "relation": "child", "attested": "on"}


def text(answer) -> str:
    """The page, its non-breaking spaces as plain ones."""
    return answer.content.decode().replace("\u00a0", " ")


@pytest.fixture
def newcomer(db) -> CheckedClient:
    client = CheckedClient()
    client.force_login(make.UserFactory())
    return client


def test_identity_is_given_and_leads_back_to_the_booking(newcomer):
    answer = newcomer.post(reverse("patients:identity"), {**NADIA, "next": "/rendez-vous/abc/"})

    assert (answer.status_code, answer["Location"]) == (302, "/rendez-vous/abc/")
    assert Patient.objects.get().birth_date == date(1990, 2, 28)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_identity_leads_nowhere_else(newcomer, elsewhere):
    answer = newcomer.post(reverse("patients:identity"), {**NADIA, "next": elsewhere})

    assert answer["Location"] == reverse("patients:people")


def test_identity_sent_twice_is_kept_once(newcomer):
    for _ in range(2):
        newcomer.post(reverse("patients:identity"), NADIA)

    assert Patient.objects.count() == 1


def test_identity_is_shown_again_to_be_corrected(alice):
    page = text(alice.client.get(reverse("patients:identity")))
    assert 'value="14/03/1988"' in page

    alice.client.post(reverse("patients:identity"), {**NADIA, "form_token": "autre"})
    alice.patient.refresh_from_db()
    assert alice.patient.first_name == "Nadia"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("birth_date", "31/02/2020", "Cette date n’existe pas. Écrivez-la ainsi : 17/03/2020."),
        ("birth_date", "", "Écrivez la date de naissance."),
        ("birth_date", "01/01/2199", "Cette date est dans l’avenir."),
        ("birth_date", "01/01/1850", "Indiquez une date de naissance à partir de 1900."),
        ("first_name", "  \u202e ", "Écrivez le prénom."),
        ("birth_name", "42", "Écrivez ce nom avec au moins une lettre."),
        ("birth_name", "x" * 81, "80"),
        ("sex", "", "Choisissez le sexe"),
    ],
)
def test_identity_says_what_is_wrong_and_keeps_the_rest(newcomer, field, typed, sentence):
    answer = newcomer.post(reverse("patients:identity"), {**NADIA, field: typed})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Benali" in text(answer) or field == "birth_name"
    assert not Patient.objects.exists()


@pytest.mark.parametrize("typed", ["28/02/1990", "28-02-1990", "28.02.1990", "28 02 1990", "28021990", "1990-02-28"])
def test_birth_date_is_read_as_people_write_it(newcomer, typed):
    newcomer.post(reverse("patients:identity"), {**NADIA, "birth_date": typed})

    assert Patient.objects.get().birth_date == date(1990, 2, 28)


def test_nul_in_a_name_is_a_mistake_not_a_failure(newcomer):
    assert newcomer.post(reverse("patients:identity"), {**NADIA, "first_name": "a\0b"}).status_code == 422


def test_relative_is_added_and_shown(alice):
    client = alice.client
    answer = client.post(reverse("patients:add"), {**INES, "next": "/rendez-vous/abc/"})

    assert answer["Location"] == "/rendez-vous/abc/"
    assert "Inès Benali" in text(client.get(reverse("patients:people")))
    assert Guardianship.objects.get().relation == Relation.CHILD


def test_relative_form_has_nothing_ticked_beforehand(alice):
    assert " checked" not in text(alice.client.get(reverse("patients:add")))


def test_relative_needs_the_attestation(alice):
    answer = alice.client.post(reverse("patients:add"), {**INES, "attested": ""})

    assert answer.status_code == 422
    assert "Cochez cette case pour continuer." in text(answer)


def test_adult_child_is_refused_at_the_birth_date_and_may_be_corrected_at_once(alice):
    client = alice.client
    answer = client.post(reverse("patients:add"), {**INES, "birth_date": "01/01/1990"})
    assert answer.status_code == 422
    assert "À 18 ans, un enfant crée son propre compte" in text(answer)
    token = answer.context["form"].data["form_token"]

    assert client.post(reverse("patients:add"), {**INES, "form_token": token}).status_code == 302


def test_relative_is_corrected(alice, leo):
    values = {**NADIA, "first_name": "Léon", "birth_date": leo.birth_date.strftime("%d/%m/%Y"), "sex": "M"}

    assert alice.client.post(reverse("patients:edit", args=[leo.uid]), values).status_code == 302
    leo.refresh_from_db()
    assert leo.first_name == "Léon"


def test_editing_oneself_leads_to_the_identity_page(alice):
    answer = alice.client.get(reverse("patients:edit", args=[alice.patient.uid]))

    assert answer["Location"] == reverse("patients:identity")


def test_relative_with_an_account_is_not_corrected(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient)
    values = {**NADIA, "first_name": "Ada"}
    answer = bob.client.post(reverse("patients:edit", args=[alice.patient.uid]), values)

    assert answer.status_code == 422
    assert "elle seule modifie son identité" in text(answer)


def test_removing_asks_then_removes(alice, leo):
    client = alice.client
    assert "Retirer Léo Moreau de votre liste ?" in text(client.get(reverse("patients:remove", args=[leo.uid])))
    leo.refresh_from_db()
    assert leo.removed_at is None

    assert client.post(reverse("patients:remove", args=[leo.uid])).status_code == 302
    leo.refresh_from_db()
    assert leo.removed_at is not None


def test_removing_with_a_visit_to_come_says_what_to_do(alice, leo):
    make.AppointmentFactory(patient=leo, booked_by=alice.user)

    answer = alice.client.post(reverse("patients:remove", args=[leo.uid]))

    assert answer.status_code == 422
    assert "Annulez-le d’abord" in text(answer)
    assert "/mes-rendez-vous/" in text(answer)


def test_invitation_travels_from_form_to_guardian(alice, bob):
    values = {"email": "Bob@prendsoin.example ", "relation": "spouse", "level": "granted"}
    assert alice.client.post(reverse("patients:invite", args=[alice.patient.uid]), values).status_code == 302
    assert "bob@prendsoin.example" in text(alice.client.get(reverse("patients:person", args=[alice.patient.uid])))

    sent = GuardianInvitation.objects.get()
    answer = bob.client.post(reverse("patients:invitation", args=[sent.uid]))

    assert answer["Location"] == reverse("patients:person", args=[alice.patient.uid])
    assert Guardianship.objects.get().level == Level.GRANTED
    assert "Alice Moreau" in text(bob.client.get(reverse("patients:people")))


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("bob", "Il manque le"),
        ("", "Écrivez l’adresse e-mail"),
        ("alice@prendsoin.example", "C’est votre propre adresse"),
    ],
)
def test_invitation_says_what_is_wrong_with_an_address(alice, email, sentence):
    values = {"email": email, "relation": "spouse", "level": "granted"}
    answer = alice.client.post(reverse("patients:invite", args=[alice.patient.uid]), values)

    assert answer.status_code == 422
    assert sentence in text(answer)


def test_withdrawing_an_invitation(alice):
    sent = make.InvitationFactory(patient=alice.patient, invited_by=alice.user)

    assert alice.client.post(reverse("patients:withdraw", args=[sent.uid])).status_code == 302
    assert sent.email not in text(alice.client.get(reverse("patients:person", args=[alice.patient.uid])))


def test_accepting_what_one_already_has_is_said(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)
    sent = make.InvitationFactory(patient=alice.patient, invited_by=alice.user, email=bob.user.email)

    answer = bob.client.post(reverse("patients:invitation", args=[sent.uid]))

    assert answer.status_code == 409
    assert "Vous pouvez déjà agir" in text(answer)


def test_right_is_taken_back(alice, bob):
    right = make.GuardianshipFactory(user=bob.user, patient=alice.patient)

    assert alice.client.post(reverse("patients:revoke", args=[right.uid])).status_code == 302
    assert "Alice" not in text(bob.client.get(reverse("patients:people")))


def test_contact_is_hidden_and_shown_again(alice, bob, leo, alice_granted, bob_granted):
    page = reverse("patients:person", args=[leo.uid])
    address = reverse("patients:contact", args=[alice_granted.uid])
    assert "alice@prendsoin.example" in text(bob.client.get(page))

    alice.client.post(address, {"hidden": "on"})
    assert "alice@prendsoin.example" not in text(bob.client.get(page))

    alice.client.post(address)
    assert "alice@prendsoin.example" in text(bob.client.get(page))


def test_file_is_linked_by_the_code(alice):
    practice = make.AgendaFactory().practice
    make.RecordFactory(
        practice=practice,
        first_name="Alice",
        birth_name="Moreau",
        birth_date=alice.patient.birth_date,
        email="x@prendsoin.example",
    )
    client = alice.client
    answer = client.post(
        reverse("patients:link_file", args=[practice.uid]), {"patient": alice.patient.uid, "next": "/praticien/x/"}
    )
    assert answer.status_code == 302
    run(Job.objects.get().pk)
    code = Message.objects.get().secrets["code"]

    answer = client.post(answer["Location"], {"code": code, "next": "/praticien/x/"})

    assert answer["Location"] == "/praticien/x/"
    assert PatientRecord.objects.get().patient == alice.patient


def test_code_page_is_the_same_with_and_without_a_file(alice, charlie):
    practice = make.AgendaFactory().practice
    make.RecordFactory(
        practice=practice,
        first_name="Alice",
        birth_name="Moreau",
        birth_date=alice.patient.birth_date,
        email="x@prendsoin.example",
    )
    pages = []
    for someone in (alice, charlie):
        client = someone.client
        sent = client.post(reverse("patients:link_file", args=[practice.uid]), {"patient": someone.patient.uid})
        for job in Job.objects.filter(state="pending"):
            run(job.pk)
        tried = client.post(sent["Location"], {"code": "000000"})
        pages.append((sent.status_code, tried.status_code, tried.context["form"].errors.as_json()))

    assert pages[0] == pages[1]
    assert "code_wrong" not in pages[0][2]


def test_people_page_of_an_account_without_identity(newcomer):
    page = text(newcomer.get(reverse("patients:people")))

    assert "Vous n’avez pas encore donné votre identité" in page
    assert "Aucun proche pour l’instant" in page


def test_pages_are_in_english_too(alice, leo):
    client = alice.client
    answer = client.get(reverse("patients:people"), headers={"Accept-Language": "en"})

    assert answer.status_code == 200
