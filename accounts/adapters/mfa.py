"""How the second factor is kept: secrets sealed, the site's name in the authenticator app, texts in French."""

from io import BytesIO
from typing import Any

import qrcode
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from accounts.services import sealing


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("Ce second facteur ne peut pas être retiré."),
        "cannot_generate_recovery_codes": gettext_lazy("Activez d’abord un second facteur."),
        "incorrect_code": gettext_lazy("Ce code ne correspond pas. Attendez le suivant, puis écrivez-le."),
        "unverified_email": gettext_lazy("Confirmez d’abord votre adresse e-mail."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal_factor(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """On white, whatever the theme: cameras read dark on light."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Clé d’accès") if count == 0 else _("Clé d’accès %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        return {"id": allauth_context.request.get_host().partition(":")[0], "name": "Prendsoin"}
