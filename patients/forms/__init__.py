"""Forms of the patients package."""

from patients.forms.identity import IdentityForm, OwnIdentityForm, RelativeForm
from patients.forms.linking import LinkCodeForm, LinkFileForm
from patients.forms.refusals import show_refusal
from patients.forms.sharing import ContactForm, InvitationForm

__all__ = [
    "ContactForm",
    "IdentityForm",
    "InvitationForm",
    "LinkCodeForm",
    "LinkFileForm",
    "OwnIdentityForm",
    "RelativeForm",
    "show_refusal",
]
