"""What a password must not be, beyond Django's own validators. There is no rule on its composition."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text import fold

# Words that anybody guesses first on this site.
CONTEXT_WORDS = ("prendsoin", "motdepasse", "password", "rendezvous", "docteur", "medecin", "sante", "bonjour")
LEFT_AFTER_CONTEXT = 8


class MaximumLengthValidator:
    """Refuses what only costs time to hash; far above the 64 characters every site must accept."""

    def __init__(self, max_length: int = 1024) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return ngettext("Au plus %(count)d caractère.", "Au plus %(count)d caractères.", self.max_length) % {
            "count": self.max_length
        }


class ContextWordValidator:
    """Refuses a password that is hardly more than a word of the site, such as "Prendsoin2026"."""

    def validate(self, password: str, user: object = None) -> None:
        rest = fold(password).replace(" ", "")
        if not any(word in rest for word in CONTEXT_WORDS):
            return
        rest = re.sub("|".join(CONTEXT_WORDS), "", rest)
        if len(rest) < LEFT_AFTER_CONTEXT:
            raise ValidationError(
                _("Ce mot de passe se devine trop vite : il reprend un mot de ce site. Ajoutez-y d’autres mots."),
                code="password_too_close_to_context",
            )

    def get_help_text(self) -> str:
        return _("Pas un mot de ce site suivi de quelques chiffres.")
