"""Reads of the patients package; each takes the actor first."""

from patients.selectors.contact import Contact, contact_of, has_verified_contact, verified_contact
from patients.selectors.guardians import Guardian, guardians_of
from patients.selectors.people import SELF, Person, own_identity, people_of, person
from patients.selectors.practices import practice_of_directory
from patients.selectors.sharing import (
    Offer,
    PersonPage,
    Right,
    guardianship_to_end,
    invitation_for,
    invitation_to_withdraw,
    inviting_person,
    person_page,
)

__all__ = [
    "SELF",
    "Contact",
    "Guardian",
    "Offer",
    "Person",
    "PersonPage",
    "Right",
    "contact_of",
    "guardians_of",
    "guardianship_to_end",
    "has_verified_contact",
    "invitation_for",
    "invitation_to_withdraw",
    "inviting_person",
    "own_identity",
    "people_of",
    "person",
    "person_page",
    "practice_of_directory",
    "verified_contact",
]
