"""What every page of a record shows around its content: whose it is, and the tabs one may open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from carnet.selectors.sections import sections_of
from patients.models import Patient


def frame(request: HttpRequest, person: Patient, section: str) -> dict[str, Any]:
    """The words of `carnet/base.html`."""
    return {"person": person, "section": section, "sections": sections_of(request.actor, person)}
