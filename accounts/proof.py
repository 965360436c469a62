"""Proving again who one is by a code sent to the account's own address, for accounts with nothing else to show."""

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

SESSION_KEY = "account_proof"


class ProofProcess(AbstractCodeVerificationProcess):
    """A code bound to this session, with the tries and the time of a sign-in code."""

    def __init__(self, request: HttpRequest, state: dict) -> None:
        self.request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=request.user,
        )

    @classmethod
    def initiate(cls, request: HttpRequest) -> "ProofProcess":
        """Sends a new code. Raises RateLimited when this address was sent too many."""
        process = cls(request, cls.initial_state(user=request.user, email=request.user.email))
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
            self.request, self.request.user, method="code", email=self.state["email"], reauthenticated=True
        )
