"""The form of the person's preferences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.enums import ChannelName
from notifications.models import ReminderPreference
from notifications.zones import ZONES

THEMES = [
    (User.Theme.AUTO, _("Comme l’appareil")),
    (User.Theme.LIGHT, _("Claire")),
    (User.Theme.DARK, _("Sombre")),
]
REMINDERS = [(ChannelName.EMAIL, _("Par e-mail")), (ChannelName.SMS, _("Par SMS"))]


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
    reminders = forms.MultipleChoiceField(
        label=_("Rappels de rendez-vous"),
        help_text=_("Confirmations, changements d’heure et annulations vous sont toujours annoncés."),
        choices=REMINDERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    timezone = forms.ChoiceField(
        label=_("L’heure de chez vous"),
        help_text=_("Nous n’écrivons pas la nuit, et donnons les deux heures quand celle du cabinet est autre."),
        choices=[("", _("celle du cabinet")), *ZONES],
        required=False,
    )

    def __init__(self, *args: Any, user: User, reminders: ReminderPreference, **kwargs: Any) -> None:
        by = {ChannelName.EMAIL: reminders.by_email, ChannelName.SMS: reminders.by_sms}
        kwargs["initial"] = {
            "display_name": user.display_name,
            "language": user.language,
            "theme": user.theme,
            "reminders": [channel for channel, wanted in by.items() if wanted],
            "timezone": reminders.timezone,
        }
        super().__init__(*args, **kwargs)


class CloseAccountForm(forms.Form):
    """A box nobody ticked beforehand, so that closing is never one careless click."""

    understood = forms.BooleanField(
        label=_("Je comprends que la fermeture est définitive."),
        error_messages={"required": _("Cochez la case pour fermer le compte.")},
    )
