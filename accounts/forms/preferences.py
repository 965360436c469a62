"""The form of the person's preferences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.enums import ChannelName
from notifications.models import ReminderPreference
from notifications.selectors import is_wanted
from notifications.topics import Topic
from notifications.zones import ZONES

THEMES = [
    (User.Theme.AUTO, _("Comme l’appareil")),
    (User.Theme.LIGHT, _("Claire")),
    (User.Theme.DARK, _("Sombre")),
]
CHANNELS = [(ChannelName.EMAIL, _("Par e-mail")), (ChannelName.SMS, _("Par SMS"))]
# The fields that say by which channels a topic is wanted.
TOPICS = {
    "reminders": Topic.REMINDER,
    "waitlist": Topic.WAITLIST,
    "late": Topic.LATE,
    "broadcast": Topic.BROADCAST,
}


def _by(label: Any, hint: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=hint, choices=CHANNELS, required=False, widget=forms.CheckboxSelectMultiple
    )


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
    reminders = _by(
        Topic.REMINDER.label, _("Confirmations, changements d’heure et annulations vous sont toujours annoncés.")
    )
    waitlist = _by(Topic.WAITLIST.label, _("Quand vous avez demandé à être prévenu d’une heure plus proche."))
    late = _by(Topic.LATE.label)
    broadcast = _by(Topic.BROADCAST.label, _("Fermeture, nouveau numéro, nouveaux horaires. Jamais de publicité."))
    discreet = forms.BooleanField(
        label=_("Ne jamais nommer le soignant ni le lieu"),
        help_text=_("Vos messages disent le jour et l’heure ; le reste est dans vos pages."),
        required=False,
    )
    timezone = forms.ChoiceField(
        label=_("L’heure de chez vous"),
        help_text=_("Nous n’écrivons pas la nuit, et donnons les deux heures quand celle du cabinet est autre."),
        choices=[("", _("celle du cabinet")), *ZONES],
        required=False,
    )

    def __init__(self, *args: Any, user: User, reminders: ReminderPreference, **kwargs: Any) -> None:
        wanted = {
            name: [channel for channel, _label in CHANNELS if is_wanted(reminders, topic, channel)]
            for name, topic in TOPICS.items()
        }
        kwargs["initial"] = {
            "display_name": user.display_name,
            "language": user.language,
            "theme": user.theme,
            **wanted,
            "discreet": reminders.discreet,
            "timezone": reminders.timezone,
        }
        super().__init__(*args, **kwargs)


class CloseAccountForm(forms.Form):
    """A box nobody ticked beforehand, so that closing is never one careless click."""

    understood = forms.BooleanField(
        label=_("Je comprends que la fermeture est définitive."),
        error_messages={"required": _("Cochez la case pour fermer le compte.")},
    )
