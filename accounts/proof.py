"""Proving again who one is by a code sent to the account's own address, for accounts with nothing else to show."""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.userkit import user_email
from allauth.core.internal.httpkit import authenticated_user
from django.http import HttpRequest

SESSION_KEY = "account_proof"


class ProofProcess(AbstractCodeVerificationProcess):
    """A code bound to this session, with the tries and the time of a sign-in code."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=authenticated_user(request),
        )

    @classmethod
    def initiate(cls, request: HttpRequest) -> "ProofProcess":
        """Sends a new code. Raises RateLimited when this address was sent too many."""
        user = authenticated_user(request)
        process = cls(request, cls.initial_state(user=user, email=user_email(user)))
        process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, request: HttpRequest) -> "ProofProcess | None":
        state = request.session.get(SESSION_KEY)
        return cls(request, state).abort_if_invalid() if state else None

    def send(self) -> None:
        adapter = get_adapter()
        self.state["code"] = adapter.generate_login_code()
        adapter.send_mail("account/email/proof_code", self.state["email"], {"code": self.code})

    def persist(self) -> None:
        self.request.session[SESSION_KEY] = self.state

    def abort(self) -> None:
        self.request.session.pop(SESSION_KEY, None)

    def finish(self) -> None:
        self.abort()
        record_authentication(
            self.request,
            authenticated_user(self.request),
            method="code",
            email=self.state["email"],
            reauthenticated=True,
        )
