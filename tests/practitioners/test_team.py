"""Inviting, changing, leaving and covering: who may, what it gives, and when it ends."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from core import clock, jobs
from core.access import Actor, Space, may, scoped
from core.exceptions import DomainError, NotForYou
from core.models import Job
from notifications.models import Message
from practitioners.enums import BlockCause, Role
from practitioners.models import Agenda, Membership, OnlineBlock, TeamInvitation
from practitioners.services.cover import grant_cover
from practitioners.services.personal import export_memberships, leave_teams
from practitioners.services.team import (
    accept_invitation,
    change_member,
    end_membership,
    invite_member,
    withdraw_invitation,
)
from practitioners.spaces import practice_of
from tests.desk import desk, events
from tests.factories import MembershipFactory, TeamInvitationFactory, UserFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

ADDRESS = "nora@prendsoin.example"
PARIS = ZoneInfo("Europe/Paris")


def days(count):
    return clock.today(PARIS) + timedelta(days=count)


def person(user, practice=None):
    """The actor of an account: in a practice's space, else among their own visits."""
    space = Space.PRACTICE if practice else Space.PATIENT
    return Actor(user_id=user.pk, space=space, practice_id=practice.pk if practice else None, strong=True)


def membership(desk, name):
    return Membership.objects.get(user=desk.users[name], practice=desk.practice)


@pytest.fixture
def nora(db):
    return UserFactory(email=ADDRESS, display_name="Nora")


def invited(desk, **more):
    wanted = {"role": Role.SECRETARY, "agendas": [desk.agenda.uid], **more}
    return invite_member(actor=desk.actor("martin"), email="Nora@Prendsoin.example ", **wanted)


def test_invited_member_gets_exactly_what_was_offered(desk, nora):
    invitation = invited(desk, last_day=days(30))

    member = accept_invitation(actor=person(nora), invitation=invitation.uid)

    assert (member.role, member.all_agendas) == (Role.SECRETARY, False)
    assert list(member.agendas.all()) == [desk.agenda]
    assert clock.local_date(member.ends_at, PARIS) == days(31)
    assert list(scoped(person(nora, desk.practice), Agenda, "manage")) == [desk.agenda]
    assert [event.facts["role"] for event in events("practitioners.accept_invitation")] == [Role.SECRETARY]


def test_invitation_letter_goes_to_the_address_alone(desk):
    invited(desk)

    sent = Message.objects.get(kind="practitioners.team_invitation")
    assert (sent.address, sent.user_id) == (ADDRESS, None)


@pytest.mark.parametrize("name", ["sophie", "anna", "paul", "lea", "ended", "pending", "later", "diallo"])
def test_only_an_owner_invites_changes_and_withdraws(desk, name):
    waiting = TeamInvitationFactory(practice=desk.practice, invited_by=desk.users["martin"])
    actor = desk.actor(name)
    intruder = Actor(user_id=actor.user_id, space=Space.PRACTICE, practice_id=desk.practice.pk, strong=True)
    for act in (
        lambda: withdraw_invitation(actor=intruder, invitation=waiting.uid),
        lambda: invite_member(actor=intruder, email="x@prendsoin.example", role=Role.OWNER),
        lambda: change_member(actor=intruder, member=membership(desk, "sophie").uid, role=Role.OWNER),
        lambda: (
            change_member(actor=intruder, member=membership(desk, name).uid, role=Role.OWNER)
            if name != "diallo"
            else end_membership(actor=intruder, member=membership(desk, "sophie").uid)
        ),
    ):
        with pytest.raises(NotForYou):
            act()
    assert TeamInvitation.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": -1},
        {"withdrawn_at": 0},
        {"accepted_at": 0},
        {"email": "somebody@prendsoin.example"},
    ],
)
def test_an_invitation_opens_nothing_once_over_or_to_others(desk, nora, change):
    at = {key: clock.now() + timedelta(seconds=v) if isinstance(v, int) else v for key, v in change.items()}
    invitation = TeamInvitationFactory(
        **{"practice": desk.practice, "invited_by": desk.users["martin"], "email": ADDRESS, **at}
    )

    with pytest.raises(NotForYou):
        accept_invitation(actor=person(nora), invitation=invitation.uid)
    assert practice_of(nora.pk, str(desk.practice.uid)) is None


def test_an_unproven_address_accepts_nothing(desk):
    invitation = invited(desk)
    impostor = UserFactory(email=ADDRESS, verified=False)

    with pytest.raises(NotForYou):
        accept_invitation(actor=person(impostor), invitation=invitation.uid)


def test_an_invitation_dies_with_the_right_to_make_it(desk, nora):
    MembershipFactory(user=UserFactory(), practice=desk.practice, role=Role.OWNER)
    invitation = invited(desk)
    end_membership(actor=desk.actor("martin"), member=membership(desk, "martin").uid)

    with pytest.raises(NotForYou):
        accept_invitation(actor=person(nora), invitation=invitation.uid)


def test_a_second_invitation_replaces_the_first(desk, nora):
    first, second = invited(desk), invited(desk, role=Role.PRACTITIONER)

    with pytest.raises(NotForYou):
        accept_invitation(actor=person(nora), invitation=first.uid)
    accept_invitation(actor=person(nora), invitation=second.uid)
    with pytest.raises(NotForYou):
        accept_invitation(actor=person(nora), invitation=second.uid)
    assert Membership.objects.get(user=nora).role == Role.PRACTITIONER


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"role": "king"}, "role_unknown"),
        ({"agendas": []}, "agendas_required"),
        ({"role": Role.LOCUM}, "dates_required"),
        ({"role": Role.COVER}, "dates_required"),
        ({"first_day": 5, "last_day": 2}, "dates_reversed"),
        ({"first_day": -5, "last_day": -2}, "dates_past"),
        ({"role": Role.LOCUM, "last_day": 400}, "dates_too_long"),
        ({"register_number": "10001234566"}, "register_number_wrong"),
        ({"register_number": "١٠٠٠١٢٣٤٥٦٧"}, "register_number_wrong"),
    ],
)
def test_refused_invitations_say_why_and_write_nothing(desk, more, code):
    wanted = {key: days(value) if key.endswith("_day") else value for key, value in more.items()}

    with pytest.raises(DomainError) as refused:
        invited(desk, **wanted)
    assert refused.value.code == code
    assert not TeamInvitation.objects.exists()


def test_nobody_invites_themselves_nor_somebody_already_there(desk):
    for email, code in (("MARTIN@prendsoin.example", "own_address"), ("sophie@prendsoin.example", "already_member")):
        with pytest.raises(DomainError) as refused:
            invite_member(actor=desk.actor("martin"), email=email, role=Role.OWNER)
        assert refused.value.code == code


def test_agendas_of_another_practice_are_not_there(desk):
    with pytest.raises(NotForYou):
        invited(desk, agendas=[desk.agenda.uid, desk.elsewhere.uid])
    with pytest.raises(NotForYou):
        change_member(
            actor=desk.actor("martin"),
            member=membership(desk, "sophie").uid,
            role=Role.SECRETARY,
            agendas=[desk.elsewhere.uid],
        )


def test_twenty_invitations_a_day(desk):
    for number in range(20):
        invite_member(actor=desk.actor("martin"), email=f"n{number}@prendsoin.example", role=Role.ACCOUNTANT)

    with pytest.raises(DomainError) as refused:
        invite_member(actor=desk.actor("martin"), email="one@prendsoin.example", role=Role.ACCOUNTANT)
    assert refused.value.status == 429


def test_a_locum_works_between_the_dates_and_no_longer(desk, nora):
    """T21: the end is an instant of the database; no job and no sign-in has to happen."""
    invitation = invited(desk, role=Role.LOCUM, first_day=days(2), last_day=days(3), register_number="100 012 345 65")
    member = accept_invitation(actor=person(nora), invitation=invitation.uid)
    locum = person(nora, desk.practice)
    assert member.register_number == "10001234565"

    seen = []
    for moment in (
        clock.now(),
        member.starts_at - timedelta(seconds=1),
        member.starts_at,
        member.ends_at - timedelta(seconds=1),
        member.ends_at,
    ):
        with time_machine.travel(moment, tick=False):
            seen.append(scoped(locum, Agenda, "manage").count())
    assert seen == [0, 0, 1, 1, 0]


def test_a_changed_member_has_the_new_scope_at_once(desk):
    sophie = desk.actor("sophie")
    assert list(scoped(sophie, Agenda, "manage")) == [desk.agenda]

    change_member(
        actor=desk.actor("martin"),
        member=membership(desk, "sophie").uid,
        role=Role.SECRETARY,
        agendas=[desk.second.uid],
    )

    assert list(scoped(sophie, Agenda, "manage")) == [desk.second]
    assert events("practitioners.change_member")[0].facts["agendas_before"] == [desk.agenda.pk]


@pytest.mark.parametrize("more", [{"role": Role.PRACTITIONER}, {"role": Role.OWNER, "last_day": 3}])
def test_the_last_owner_stays(desk, more):
    wanted = {key: days(value) if key.endswith("_day") else value for key, value in more.items()}
    martin = membership(desk, "martin")

    for act in (
        lambda: change_member(actor=desk.actor("martin"), member=martin.uid, **wanted),
        lambda: end_membership(actor=desk.actor("martin"), member=martin.uid),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("last_owner", 409)
    martin.refresh_from_db()
    assert (martin.role, martin.ends_at) == (Role.OWNER, None)


def test_an_owner_whose_account_is_closed_does_not_count(desk):
    MembershipFactory(user=UserFactory(is_active=False), practice=desk.practice, role=Role.OWNER)

    with pytest.raises(DomainError):
        end_membership(actor=desk.actor("martin"), member=membership(desk, "martin").uid)


def test_leaving_ends_access_and_closes_the_agenda_online(desk):
    paul = desk.actor("paul")
    assert scoped(paul, Agenda, "manage").exists()

    end_membership(actor=paul, member=membership(desk, "paul").uid)

    assert not scoped(paul, Agenda, "manage").exists()
    assert practice_of(paul.user_id, str(desk.practice.uid)) is None
    block = OnlineBlock.objects.get(agenda=desk.second)
    assert (block.cause, block.closed_at) == (BlockCause.OWNER, None)
    assert not OnlineBlock.objects.filter(agenda=desk.agenda).exists()


def test_a_practitioner_made_secretary_closes_their_agenda(desk):
    change_member(
        actor=desk.actor("martin"), member=membership(desk, "paul").uid, role=Role.SECRETARY, all_agendas=True
    )

    assert OnlineBlock.objects.filter(agenda=desk.second, cause=BlockCause.OWNER).exists()


def test_a_known_end_closes_the_agenda_when_it_comes(desk):
    member = change_member(
        actor=desk.actor("martin"), member=membership(desk, "paul").uid, role=Role.PRACTITIONER, last_day=days(10)
    )
    job = Job.objects.get(kind="practitioners.close_left_agendas")
    assert job.due_at == member.ends_at

    jobs.run(job.pk)
    assert not OnlineBlock.objects.exists()
    with time_machine.travel(member.ends_at + timedelta(minutes=1), tick=False):
        job.refresh_from_db()
        from practitioners.services._leaving import close_after_the_end

        close_after_the_end(member_id=member.pk)
    assert OnlineBlock.objects.filter(agenda=desk.second, cause=BlockCause.OWNER).count() == 1


def test_who_had_not_begun_is_taken_off_the_team(desk):
    later = membership(desk, "later")

    end_membership(actor=desk.actor("martin"), member=later.uid)

    assert not Membership.objects.filter(pk=later.pk).exists()


def test_cover_acts_on_the_agenda_and_never_reads_private_notes(desk):
    from booking.models import Appointment
    from tests.factories import AppointmentFactory

    visit = AppointmentFactory(agenda=desk.agenda)
    paul = desk.actor("paul")
    assert not may(paul, "change", visit)

    cover = grant_cover(
        actor=desk.actor("martin"),
        colleague=membership(desk, "paul").uid,
        agendas=[desk.agenda.uid],
        first_day=None,
        last_day=days(2),
    )

    assert may(paul, "change", visit)
    assert not may(paul, "read_internal_note", visit)
    assert not may(paul, "arrange", desk.agenda)
    with time_machine.travel(cover.ends_at, tick=False):
        assert not scoped(paul, Appointment, "read").filter(pk=visit.pk).exists()


def test_a_practitioner_lends_their_own_agenda_only_and_takes_it_back(desk):
    paul, martin = desk.actor("paul"), membership(desk, "martin")
    with pytest.raises(NotForYou):
        grant_cover(actor=paul, colleague=martin.uid, agendas=[desk.agenda.uid], first_day=None, last_day=days(2))

    cover = grant_cover(
        actor=paul, colleague=membership(desk, "lea").uid, agendas=[desk.second.uid], first_day=None, last_day=days(2)
    )
    end_membership(actor=paul, member=cover.uid)

    cover.refresh_from_db()
    assert cover.ends_at <= clock.now()


@pytest.mark.parametrize(("name", "code"), [("sophie", "not_a_colleague"), ("paul", "own_cover")])
def test_cover_is_for_colleagues(desk, name, code):
    with pytest.raises(DomainError) as refused:
        grant_cover(
            actor=desk.actor("paul"),
            colleague=membership(desk, name).uid,
            agendas=[desk.second.uid],
            first_day=None,
            last_day=days(2),
        )
    assert refused.value.code == code


def test_closing_an_account_leaves_its_teams(desk):
    leave_teams(desk.actor("paul"), desk.users["paul"].pk)

    assert practice_of(desk.users["paul"].pk, str(desk.practice.uid)) is None
    assert OnlineBlock.objects.filter(agenda=desk.second, cause=BlockCause.OWNER).exists()
    assert export_memberships(desk.users["paul"].pk)[0]["role"] == Role.PRACTITIONER


def test_the_last_owner_does_not_close_their_account(desk):
    with pytest.raises(DomainError) as refused:
        leave_teams(desk.actor("martin"), desk.users["martin"].pk)
    assert refused.value.code == "last_owner"
