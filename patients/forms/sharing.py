"""Forms that share a right to act: the invitation, and what guardians see of one another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import EmailField
from patients.enums import Level, Relation

# The same relations, said of the person to whoever invites.
SEEN_FROM_THE_INVITED = (
    (Relation.CHILD, _("Son enfant")),
    (Relation.PARENT, _("Son parent")),
    (Relation.SPOUSE, _("Son conjoint ou sa conjointe")),
    (Relation.WARD, _("Une personne qu’elle protège")),
    (Relation.OTHER, _("Un autre proche")),
)


class InvitationForm(forms.Form):
    email = EmailField(
        label=_("Son adresse e-mail"),
        autocomplete="off",
        help_text=_("Seule la personne qui détient cette adresse pourra accepter, pendant sept jours."),
        error_messages={
            "required": _("Écrivez l’adresse e-mail de la personne à inviter."),
            "invalid": _("Cette adresse n’est pas complète, par exemple alice@exemple.fr."),
        },
    )
    relation = forms.ChoiceField(
        choices=SEEN_FROM_THE_INVITED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites qui est cette personne pour elle.")},
    )
    level = forms.ChoiceField(
        label=_("Que pourra-t-elle faire ?"),
        choices=Level.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce qu’elle pourra faire.")},
    )

    def __init__(self, *args: Any, person_name: str, is_self: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].label = (
            _("Vous êtes, pour la personne invitée :")
            if is_self
            else _("%(name)s est, pour la personne invitée :") % {"name": person_name}
        )
        self.fields["level"].option_hints = {  # type: ignore[attr-defined]
            Level.DECLARED.value: _("Elle ne voit que les rendez-vous qu’elle a pris elle-même."),
            Level.GRANTED.value: _("Elle voit aussi les autres rendez-vous, sauf ceux qui lui sont cachés."),
        }


class ContactForm(forms.Form):
    """One's own contact details, shown to the other guardians or not."""

    hidden = forms.BooleanField(required=False)
