"""The page that proves again, by a code, who is there before something sensitive."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import BaseReauthenticateView
from allauth.core.exceptions import RateLimited
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts.forms.codes import ProofCodeForm
from accounts.proof import ProofProcess
from core.access import access


@access(resource="accounts.account", action="prove", second_factor=False)
@method_decorator(never_cache, name="dispatch")
class ProveByCodeView(BaseReauthenticateView):
    """A first button sends the code, so that merely opening the page sends nothing."""

    template_name = "account/reauthenticate_by_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.process = ProofProcess.resume(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[forms.Form]:
        return ProofCodeForm if self.process and self.request.POST.get("action") != "send" else forms.Form

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.process and self.get_form_class() is ProofCodeForm:
            kwargs["code"] = self.process.code
        return kwargs

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if self.process is None or not isinstance(form, ProofCodeForm):
            return self._send()
        self.process.finish()
        return super().form_valid(form)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        if self.process and self.process.record_invalid_attempt():
            return super().form_invalid(form)
        self._say("too_many_login_attempts")
        return self._again()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "code_sent": self.process is not None,
            "email": self.request.user.email,
        }

    def _send(self) -> HttpResponse:
        try:
            ProofProcess.initiate(self.request)
        except RateLimited:
            self._say("rate_limited")
        return self._again()

    def _say(self, code: str) -> None:
        adapter = get_adapter()
        adapter.add_message(self.request, messages.ERROR, message=adapter.error_messages[code])

    def _again(self) -> HttpResponse:
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))
