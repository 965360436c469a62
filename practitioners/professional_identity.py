"""Who a professional is, as Pro Santé Connect says it. Pure: claims in, an identity out.

Source: ANS, Pro Santé Connect: `SubjectNameID` and `preferred_username` hold the national identifier, that is « 8 » and the
RPPS number; `SubjectRefPro.exercices` the professions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from practitioners.register.identifiers import is_rpps
from practitioners.register.skills import profession_of


class NotProfessional(ValueError):
    """Claims without an RPPS number that holds, or that contradict themselves."""


@dataclass(frozen=True, slots=True)
class ProfessionalIdentity:
    """`issuer` and `subject` together name the account there. `professions` are national codes; empty when not said."""

    issuer: str
    subject: str
    rpps: str
    last_name: str
    first_name: str
    professions: frozenset[str]


def read_identity(issuer: str, claims: Mapping[str, Any]) -> ProfessionalIdentity:
    """Raises NotProfessional."""
    numbers = {str(claims[name]) for name in ("SubjectNameID", "preferred_username") if claims.get(name)}
    if len(numbers) != 1:
        raise NotProfessional("one national identifier is expected")
    number = numbers.pop()
    if len(number) != 12 or number[0] != "8" or not is_rpps(number[1:]):
        raise NotProfessional("the national identifier is not an RPPS number")
    subject = str(claims.get("sub") or "")
    if not subject:
        raise NotProfessional("no subject")
    return ProfessionalIdentity(
        issuer=issuer,
        subject=subject,
        rpps=number[1:],
        last_name=str(claims.get("family_name") or ""),
        first_name=str(claims.get("given_name") or ""),
        professions=_professions(claims.get("SubjectRefPro")),
    )


def _professions(reference: Any) -> frozenset[str]:
    exercises = reference.get("exercices") if isinstance(reference, Mapping) else None
    if not isinstance(exercises, list):
        return frozenset()
    codes = (str(one.get("codeProfession") or "") for one in exercises if isinstance(one, Mapping))
    return frozenset(profession_of(code) for code in codes if code) - {""}
