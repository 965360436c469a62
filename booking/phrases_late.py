"""The words of a delay that the desk says on the telephone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from core import phrasing


def late_call(start: datetime, minutes: int, zone: str) -> str:
    """« 25 minutes de retard : le rendez-vous de 9 h 40 commencera vers 10 h 05. », in the site's own language.

    One language, as the words also find the call again when the delay is over.
    """
    with translation.override("fr"):
        return _("%(minutes)d minutes de retard : le rendez-vous de %(hour)s commencera vers %(about)s.") % {
            "minutes": minutes,
            "hour": phrasing.hour_text(start, zone),
            "about": phrasing.hour_text(start + timedelta(minutes=minutes), zone),
        }
