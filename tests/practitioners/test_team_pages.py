"""The team's pages: who opens them, what they say, how many statements they take, and the end of a right midway."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Message
from notifications.registry import composer
from practitioners.enums import Role
from practitioners.models import Membership, TeamInvitation
from practitioners.services.team import end_membership
from tests.desk import desk
from tests.factories import MembershipFactory, TeamInvitationFactory, UserFactory
from tests.strict import CheckedClient

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def enter(user, practice=None, *, strong=True):
    """A browser of this person, in the space of the practice."""
    client = CheckedClient()
    client.force_login(user)
    session = client.session
    if practice is not None:
        session["space"] = f"practice:{practice.uid}"
    if strong:
        session["account_authentication_methods"] = [{"method": "mfa"}]
        session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def martin(desk):
    return enter(desk.users["martin"], desk.practice)


def text(answer):
    return answer.content.decode().replace("\u00a0", " ")


def member_of(desk, name):
    return Membership.objects.get(user=desk.users[name], practice=desk.practice)


def test_the_team_is_seen_by_all_and_changed_by_owners(desk, martin):
    shown = text(martin.get(reverse("practitioners:team")))
    assert "sophie@prendsoin.example" in shown
    assert "Inviter quelqu’un" in shown
    assert "ended@prendsoin.example" not in shown

    seen = text(enter(desk.users["sophie"], desk.practice).get(reverse("practitioners:team")))
    assert "Inviter quelqu’un" not in seen
    assert "Changer<span" not in seen
    assert "Quitter" in seen


def test_the_team_takes_as_many_statements_for_one_as_for_many(desk, martin):
    url = reverse("practitioners:team")
    TeamInvitationFactory(practice=desk.practice, invited_by=desk.users["martin"])
    martin.get(url)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            martin.get(url)
        counts.append(len(statements))
        for _more in range(3):
            MembershipFactory(user=UserFactory(), practice=desk.practice, role=Role.SECRETARY).agendas.set(
                [desk.agenda, desk.second]
            )
            TeamInvitationFactory(practice=desk.practice, invited_by=desk.users["martin"]).agendas.set([desk.second])
    assert counts[0] == counts[1]


def test_an_invitation_is_sent_shown_and_accepted(desk, martin):
    answer = martin.post(
        reverse("practitioners:invite"),
        {"email": "nora@prendsoin.example", "role": "secretary", "agendas": [str(desk.agenda.uid)]},
    )
    assert answer.status_code == 302, text(answer)
    assert "nora@prendsoin.example" in text(martin.get(reverse("practitioners:team")))
    sent = Message.objects.get(kind="practitioners.team_invitation")
    letter = composer(sent.kind)(sent)
    invitation = TeamInvitation.objects.get()
    url = reverse("practitioners:invitation", args=[invitation.uid])
    assert letter.to == "nora@prendsoin.example"
    assert url in letter.text
    assert url in letter.html

    assert martin.get(url).status_code == 404
    nora = enter(UserFactory(email="nora@prendsoin.example"), strong=False)
    assert desk.practice.name in text(nora.get(url))
    assert nora.post(url).status_code == 302
    assert Membership.objects.get(user__email="nora@prendsoin.example").role == Role.SECRETARY
    assert nora.get(url).status_code == 404
    assert composer(sent.kind)(sent) is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": "nora"}, "Il manque le « @ »"),
        ({"role": ""}, "Choisissez un rôle."),
        ({"agendas": ["c0ffee00-0000-4000-8000-000000000000"]}, "Cet agenda n’est pas dans la liste."),
        ({"agendas": []}, "Choisissez au moins un agenda."),
        ({"role": "locum"}, "Un remplacement a toujours un dernier jour."),
        ({"last_day": "31/02/2027"}, "Cette date n’existe pas."),
        ({"last_day": "2019-01-01"}, "Le dernier jour est avant le premier."),
        ({"register_number": "12"}, "Ce numéro RPPS n’est pas juste"),
        ({"email": "martin@prendsoin.example"}, "C’est votre propre adresse"),
    ],
)
def test_a_refused_invitation_says_what_is_wrong(desk, martin, values, sentence):
    wanted = {"email": "nora@prendsoin.example", "role": "secretary", "agendas": [str(desk.agenda.uid)], **values}

    answer = martin.post(reverse("practitioners:invite"), wanted)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not TeamInvitation.objects.exists()


def test_a_member_is_changed_and_ended_from_the_pages(desk, martin):
    sophie = member_of(desk, "sophie")
    page = martin.get(reverse("practitioners:member", args=[sophie.uid]))
    assert 'value="secretary"' in text(page)

    martin.post(
        reverse("practitioners:member", args=[sophie.uid]), {"role": "secretary", "agendas": [str(desk.second.uid)]}
    )
    assert list(sophie.agendas.all()) == [desk.second]
    martin.post(reverse("practitioners:end", args=[sophie.uid]))
    sophie.refresh_from_db()
    assert sophie.ends_at is not None


def test_the_last_owner_is_told_why_they_stay(desk, martin):
    url = reverse("practitioners:end", args=[member_of(desk, "martin").uid])

    answer = martin.post(url)

    assert answer.status_code == 409
    assert "Il faut toujours un responsable" in text(answer)


def test_cover_is_lent_from_the_page(desk):
    paul = enter(desk.users["paul"], desk.practice)
    url = reverse("practitioners:cover")
    wanted = {"colleague": str(member_of(desk, "martin").uid), "agendas": [str(desk.second.uid)]}

    refused = paul.post(url, wanted)
    assert (refused.status_code, Membership.objects.filter(role=Role.COVER).count()) == (422, 0)
    assert paul.post(url, {**wanted, "last_day": "2099-01-01"}).status_code == 422
    assert str(desk.agenda.uid) not in text(paul.get(url))


def test_a_secretary_removed_while_her_page_is_open_finds_nothing(desk):
    """Her session stays; the next request, of a page or of a form already open, answers as for what is not there."""
    sophie = enter(desk.users["sophie"], desk.practice)
    own = reverse("practitioners:end", args=[member_of(desk, "sophie").uid])
    assert sophie.get(reverse("practitioners:team")).status_code == 200

    end_membership(actor=desk.actor("martin"), member=member_of(desk, "sophie").uid)

    for url in (reverse("practitioners:team"), reverse("practitioners:rights"), own):
        assert sophie.get(url).status_code == 404
    assert sophie.post(own).status_code == 404


def test_the_rights_are_shown(martin):
    shown = text(martin.get(reverse("practitioners:rights")))

    assert "Lire les notes internes" in shown
    assert "Comptable du cabinet" in shown
