"""Form fields shared by all pages: texts made safe, and the hidden token that makes a form count once."""

import secrets
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from core.idempotency import FORM_FIELD
from core.validators import refuse_controls, tidy


class CleanCharField(forms.CharField):
    """One line of text: NFC, blanks squeezed, no direction mark. `core.validators` says what is refused."""

    keeps_lines = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(refuse_controls)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return tidy(text, lines=self.keeps_lines) if isinstance(text, str) else text


class CleanTextField(CleanCharField):
    """Several lines of text."""

    keeps_lines = True
    widget = forms.Textarea


class OnceForm(forms.Form):
    """A form that does something once, however often it is sent: `core.idempotency.claim_of(request)` reads its token.

    The token is drawn when the form is shown and kept when it comes back with errors.
    """

    form_token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[FORM_FIELD].initial = new_form_token


def new_form_token() -> str:
    return secrets.token_urlsafe(18)


def with_new_token(request: HttpRequest) -> QueryDict:
    """What was sent, with a token that was not: for a form refused by a rule, which may be sent again."""
    given = request.POST.copy()
    given[FORM_FIELD] = new_form_token()
    return given
