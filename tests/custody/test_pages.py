"""« Mes données » through the pages: a second factor, a fresh proof, and what the person sees."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from carnet.models import Grant, PatientKey, PreventionConsent
from carnet.services.prevention import choose_themes
from carnet.services.sharing import create_grant
from core import clock
from core.access import system_actor
from custody.models import DataArchive
from custody.retention import TABLE
from custody.selectors.consents import consents_of
from custody.services.archives import build_archive
from tests.carnet.documents.conftest import lay

HOME = "/compte/mes-donnees/"


def stale(client):
    """The proof was given long ago."""
    session = client.session
    long_ago = (clock.now() - timedelta(hours=5)).timestamp()
    session["account_authentication_methods"] = [{"method": "mfa", "at": long_ago}]
    session.save()
    return client


def test_a_copy_is_asked_for_fetched_and_thrown_away(alice):
    lay(alice, 1, title="Prise de sang")
    client = alice.client
    assert "Préparer ma copie" in client.get(HOME).content.decode()

    client.post(reverse("custody:request_copy"))
    assert "se prépare" in client.get(HOME).content.decode()
    archive = DataArchive.objects.get()
    build_archive(actor=system_actor("tests"), archive=archive.pk)
    assert "Télécharger la copie" in client.get(HOME).content.decode()

    answer = client.get(reverse("custody:copy", args=[archive.uid]))
    content = b"".join(answer.streaming_content)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert int(answer["Content-Length"]) == len(content)
    assert answer["Content-Disposition"] == 'attachment; filename="prendsoin.zip"'
    assert answer["Cache-Control"] == "private, no-store"
    client.post(reverse("custody:forget_copy", args=[archive.uid]))
    assert not DataArchive.objects.exists()


def test_an_old_proof_is_asked_again_before_anything_leaves(alice):
    client = alice.client
    client.post(reverse("custody:request_copy"))
    archive = DataArchive.objects.get()
    build_archive(actor=system_actor("tests"), archive=archive.pk)
    DataArchive.objects.exclude(pk=archive.pk).delete()
    late = stale(client)

    for answer in (
        late.get(reverse("custody:copy", args=[archive.uid])),
        late.post(reverse("custody:request_copy")),
        late.post(reverse("custody:erase", args=[alice.patient.uid]), {"understood": "on"}),
    ):
        assert answer.status_code == 302
        assert "/compte/verification/" in answer["Location"] or "/compte/second-facteur/" in answer["Location"]
    assert DataArchive.objects.get() == archive


def test_agreements_show_their_words_and_are_taken_back_at_once(alice, charlie, martin, visit):
    choose_themes(actor=alice.actor, patient=alice.patient.uid, themes=["vaccines", "teeth"])
    create_grant(actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid)
    client = alice.client
    page = client.get(reverse("custody:agreements")).content.decode()
    assert page.count("texte du 2026-11-22") == 3
    assert "Un message par mois au plus" in page

    theme = PreventionConsent.objects.get(theme="teeth")
    assert charlie.client.post(reverse("custody:withdraw", args=["prevention", theme.pk])).status_code == 404
    client.post(reverse("custody:withdraw", args=["prevention", theme.pk]))
    client.post(reverse("custody:withdraw", args=["sharing", Grant.objects.get().uid]))

    assert list(PreventionConsent.objects.filter(withdrawn_at=None).values_list("theme", flat=True)) == ["vaccines"]
    assert martin.client.get(f"/cabinet/carnets/{alice.patient.uid}/").status_code == 404
    held = {one.about: one.holds for purpose in consents_of(alice.actor) for one in purpose.agreements}
    assert list(held.values()).count(False) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_agreements_cost_the_same_for_one_and_three(alice, lilas, count, django_assert_max_num_queries):
    now = clock.now()
    for _number in range(count):
        Grant.objects.create(
            patient=alice.patient,
            practitioner=lilas.practitioner,
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=1),
        )
    with django_assert_max_num_queries(3):
        consents_of(alice.actor)


def test_a_record_is_erased_and_the_account_stays(alice, django_capture_on_commit_callbacks):
    lay(alice, 1)
    client = alice.client
    address = reverse("custody:erase", args=[alice.patient.uid])
    page = client.get(address).content.decode()
    assert "1 document, son titre et ses notes" in page
    assert "20 ans" in page
    assert client.post(address).status_code == 422
    assert PatientKey.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"understood": "on"})
    assert not PatientKey.objects.exists()
    assert client.get("/carnet/", follow=True).status_code == 200


def test_the_table_of_what_is_kept_is_open_to_all_and_whole(client, db):
    page = client.get("/donnees-gardees/").content.decode()

    for kept in TABLE:
        assert str(kept.what) in page.replace("&#x27;", "'")
