"""People of the register who have not joined, and those who claim to be them."""

from datetime import date
from io import BytesIO

from core import clock
from core.access import Actor, Space, system_actor
from practitioners.enums import SnapshotState, VerificationState
from practitioners.models import RegisterSite, RegisterSnapshot
from practitioners.professional_identity import ProfessionalIdentity
from practitioners.services.claims import declare_claim, inspect_document, send_document
from tests.factories import PlaceFactory, PractitionerFactory, UserFactory

RPPS, OTHER_RPPS = "10002909371", "10101215225"
PDF = b"%PDF-1.7\n" + b"x" * 50


def registered(rpps=RPPS, *, slug="anne-le-guen", **more):
    """Anne Le Guen of the register, with one site; joined by nobody."""
    person = PractitionerFactory(
        slug=slug,
        rpps=rpps,
        first_name="Anne",
        last_name="Le Guen",
        verification=VerificationState.REGISTER,
        **{
            "register_first_name": "ANNE",
            "register_last_name": "LE GUEN",
            "register_profession": "10",
            "register_since": date(2026, 1, 1),
            **more,
        },
    )
    RegisterSite.objects.create(
        practitioner=person,
        key=f"site-{rpps}",
        name="Cabinet Le Guen",
        street="14 rue de Paris",
        postcode="93260",
        place=PlaceFactory(),
        latitude=48.88,
        longitude=2.41,
        first_seen_on=date(2026, 1, 1),
    )
    return person


def imported():
    """A first import of the register, done."""
    return RegisterSnapshot.objects.create(
        file_name="x", file_stamp="202611010000", state=SnapshotState.CURRENT, imported_at=clock.now()
    )


def claimant(user=None):
    return Actor(user_id=(user or UserFactory()).pk, space=Space.PATIENT, strong=True)


def staff():
    return Actor(user_id=UserFactory(is_platform_staff=True).pk, space=Space.PLATFORM, strong=True)


def declared(actor, rpps=RPPS, **changed):
    given = {"last_name": "Le Guen", "first_name": "Anne", "profession": "10"}
    return declare_claim(actor=actor, rpps=rpps, **(given | changed))


def sent(actor, claim, content=PDF):
    """A document handed in, and scanned."""
    document = send_document(actor=actor, claim=claim.uid, name="carte.pdf", content=content)
    inspect_document(actor=system_actor("tests"), document=document.pk)
    document.refresh_from_db()
    return document


def identity(rpps=RPPS, professions=("10",)):
    return ProfessionalIdentity("https://psc", f"sub-{rpps}", rpps, "LE GUEN", "Anne", frozenset(professions))


def sign_in(client, user, space="patient", *, strong=True):
    client.force_login(user)
    session = client.session
    session["space"] = space
    if strong:
        session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
        session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def file(content=PDF, name="carte.pdf"):
    made = BytesIO(content)
    made.name = name
    return made
