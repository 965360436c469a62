"""How django-allauth does things here: addresses, limits, words, and mail that leaves through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import context as allauth_context
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.models import AnonymousUser
from django.forms import Field
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.actors import actor_for
from accounts.addresses import safe_next
from accounts.forms.fields import MobileField
from accounts.models import User, normalise_email
from accounts.services import contact, mail
from core.network import client_ip

# Letters that anybody can have sent to an address. Those sent where there is no account count alike, else the limit
# would tell which addresses have one.
ASKED_BY_ANYBODY = frozenset(
    {
        "login_code",
        "email_confirmation",
        "email_confirmation_signup",
        "password_reset_code",
        "proof_code",
        "account_already_exists",
        "unknown_account",
    }
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Ce compte est fermé."),
        "duplicate_email": _("C’est déjà l’adresse de ce compte."),
        "email_password_mismatch": _(
            "L’adresse ou le mot de passe ne correspond pas. Vous pouvez recevoir un code par e-mail."
        ),
        "email_taken": _("Cette adresse ne peut pas servir à ce compte."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_code": _("Ce code ne correspond pas. Vérifiez les six chiffres du dernier message reçu."),
        "incorrect_password": _("Ce mot de passe ne correspond pas."),
        "invalid_login": _("Écrivez votre adresse e-mail."),
        "phone_taken": _("Ce numéro ne peut pas servir à ce compte."),
        "rate_limited": _("Trop de demandes en peu de temps. Réessayez dans quelques minutes."),
        "same_as_current": _("C’est déjà celui de ce compte."),
        "too_many_login_attempts": _("Trop d’essais. Demandez un nouveau code, ou réessayez dans quelques minutes."),
        "unknown_email": _("Cette adresse ne correspond pas."),
    }

    # Addresses and redirections

    def clean_email(self, email: str) -> str:
        return normalise_email(email)

    def is_safe_url(self, url: str | None) -> bool:
        """Only an address of the host that answers: a sign-in never sends anybody elsewhere."""
        return bool(safe_next(allauth_context.request, url))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:landing")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("accounts:home")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address the whole site goes by; behind a unix socket, where there is none, the machine's own."""
        return client_ip(request) or "127.0.0.1"

    # Mail and SMS

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes the letter down for the relay. Raises RateLimited when this address was sent too many of them."""
        name = template_prefix.rpartition("/")[2]
        if name in ASKED_BY_ANYBODY:
            self._spend_letter(email)
        mail.send_letter(
            name=name,
            address=email,
            facts=context,
            language=get_language() or User.Language.FRENCH,
        )

    def _spend_letter(self, email: str) -> None:
        request = allauth_context.request
        key = normalise_email(email)
        # By address and origin first, so that a stranger elsewhere cannot use up the owner's share.
        for action, who in (("send_code", f"{key} {self.get_client_ip(request)}"), ("send_code_anywhere", key)):
            ratelimit.consume(request, action=action, key=who, raise_exception=True)

    def phone_form_field(self, **kwargs: Any) -> Field:
        return MobileField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Only a confirmed number counts; one being confirmed stays in the session until its code came back."""
        return (str(user.phone), True) if user.phone and user.phone_verified_at else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        if verified:
            self.set_phone_verified(user, phone)

    def set_phone_verified(self, user: User, phone: str) -> None:
        contact.confirm_phone(actor=actor_for(allauth_context.request, user), user=user, phone=phone)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Nobody: couples and families share a number, so it never identifies an account."""
        return None

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        mail.send_sms_code(phone=phone, code=code, language=user.language)

    # Proving again who one is

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Any proof of the last minutes counts, sign-in included.

        allauth asks nothing of accounts that have neither password nor second factor; they prove themselves by a code.
        """
        request = allauth_context.request
        if not super().is_reauthentication_required(app=app, **kwargs) or selectors.proved_recently(request):
            return False
        if not get_reauthentication_flows(request.user):
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        names = {
            "reauthenticate": _("Avec mon mot de passe"),
            "mfa_reauthenticate": _("Avec le code de mon application"),
            "mfa_reauthenticate:webauthn": _("Avec ma clé d’accès"),
        }
        methods = [{**method, "description": names[method["id"]]} for method in methods]
        if user.is_authenticated and not methods:
            methods = [
                {
                    "id": "reauthenticate_by_code",
                    "description": _("Avec un code reçu par e-mail"),
                    "url": reverse("accounts:prove_by_code"),
                }
            ]
        return methods
