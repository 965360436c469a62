"""The way in for everybody: one address, one code. Whether the account exists changes nothing that can be seen."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.views import SignupView as AllauthSignupView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404
from django.utils.decorators import method_decorator
from django.utils.translation import get_language

from accounts.addresses import AFTER_FACTOR_KEY, safe_next
from accounts.forms.entry import SignUpForm
from accounts.services import opening
from core.access import Space, access, choices_of
from core.ui.navigation import practice_home

# Where each space begins; a page that another app has not brought yet gives way to the account's own.
HOMES = {
    Space.PATIENT: "/mes-rendez-vous/",
    Space.PLATFORM: "/plateforme/",
    Space.BILLING: "/facturation/",
}


@access.public(reason="opening an account is how one stops being a visitor")
@method_decorator(login_not_required, name="dispatch")
class SignUpView(AllauthSignupView):
    """Opens the account or finds it, then leads to the same page and sends the same kind of code."""

    form_class = SignUpForm

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        user = opening.open_account(actor=self.request.actor, email=email, language=(get_language() or "fr")[:2])
        LoginCodeVerificationProcess.initiate(request=self.request, user=user, email=email)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))


@access(resource="accounts.account", action="read", second_factor=False)
def landing(request: HttpRequest) -> HttpResponse:
    """After sign-in: the page where the person's work begins, in the space the session acts in."""
    wanted = safe_next(request, request.session.pop(AFTER_FACTOR_KEY, ""))
    if wanted:
        return HttpResponseRedirect(wanted)
    space = request.actor.space or Space.PATIENT
    if not request.session.get("space"):
        others = [choice for choice in choices_of(request.user) if choice.space != Space.PATIENT]
        if others:
            return HttpResponseRedirect(reverse("accounts:spaces"))
    # In a practice, work begins at the first word of one's rail: the subscription for who keeps the accounts alone.
    path = practice_home(request.actor) if space == Space.PRACTICE else HOMES[space]
    return HttpResponseRedirect(_served(path))


def _served(path: str) -> str:
    try:
        resolve(path)
    except Resolver404:
        return reverse("accounts:home")
    return path
