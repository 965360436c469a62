"""A claim from its declaration to the open practice. One module for each part of the way."""

from practitioners.services.claims.declaring import declare_claim, withdraw_claim
from practitioners.services.claims.inspecting import ask_late_inspections, inspect_document
from practitioners.services.claims.opening import open_practice, publish_in_team
from practitioners.services.claims.proving import open_document, prove_by_identity, send_document
from practitioners.services.claims.rechecking import recheck_register
from practitioners.services.claims.reviewing import review_claim

__all__ = [
    "ask_late_inspections",
    "declare_claim",
    "inspect_document",
    "open_document",
    "open_practice",
    "prove_by_identity",
    "publish_in_team",
    "recheck_register",
    "review_claim",
    "send_document",
    "withdraw_claim",
]
