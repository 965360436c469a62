"""Where on a form the refusal of a service is shown."""

from django import forms

from core.exceptions import DomainError
from core.forms import new_form_token
from core.idempotency import FORM_FIELD

FIELDS = {
    "adult_child": "birth_date",
    "birth_date_confirmed": "birth_date",
    "attestation_required": "attested",
    "own_address": "email",
    "code_wrong": "code",
}


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Add the refusal to its field, or to the form as a whole, which may then be sent again."""
    field = FIELDS.get(refusal.code)
    form.add_error(field if field in form.fields else None, str(refusal.message))
    if FORM_FIELD in form.fields:
        # A key is spent on one request: the corrected one is another.
        form.data = {**{name: form.data[name] for name in form.data}, FORM_FIELD: new_form_token()}
