"""Reads of the patients package; each takes the actor first."""

from patients.selectors.contact import Contact, contact_of, has_verified_contact
from patients.selectors.guardians import Guardian, guardians_of, invitation_for, pending_invitations
from patients.selectors.people import SELF, Person, own_identity, people_of, person

__all__ = [
    "SELF",
    "Contact",
    "Guardian",
    "Person",
    "contact_of",
    "guardians_of",
    "has_verified_contact",
    "invitation_for",
    "own_identity",
    "pending_invitations",
    "people_of",
    "person",
]
