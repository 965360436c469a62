"""The form of the person's preferences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

THEMES = [
    (User.Theme.AUTO, _("Comme l’appareil")),
    (User.Theme.LIGHT, _("Claire")),
    (User.Theme.DARK, _("Sombre")),
]


class PreferencesForm(forms.Form):
    display_name = forms.CharField(
        label=_("Comment vous appeler"),
        help_text=_("Affiché dans vos pages seulement. Votre identité civile est dans vos fiches de patient."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    language = forms.ChoiceField(label=_("Langue"), choices=User.Language.choices, widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=_("Apparence"), choices=THEMES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"display_name": user.display_name, "language": user.language, "theme": user.theme}
        super().__init__(*args, **kwargs)


class CloseAccountForm(forms.Form):
    """A box nobody ticked beforehand, so that closing is never one careless click."""

    understood = forms.BooleanField(
        label=_("Je comprends que la fermeture est définitive."),
        error_messages={"required": _("Cochez la case pour fermer le compte.")},
    )
