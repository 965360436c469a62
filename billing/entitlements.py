"""What a plan or an option opens, by code. Search and ranking never read it: paying more moves nobody up."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "booking": _("réservation en ligne"),
    "reminders": _("rappels"),
    "carnet": _("carnet de santé"),
    "waitlist": _("liste d’attente"),
    "sms": _("500 SMS par mois"),
    "priority_support": _("assistance prioritaire"),
}
