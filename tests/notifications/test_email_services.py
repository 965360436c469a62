"""E-mail services over HTTP, through django-anymail, against a server on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from notifications.channels import Accepted
from notifications.channels.email import EmailChannel
from tests.notifications.test_channels import REF, envelope

pytestmark = pytest.mark.django_db


class Service(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.letters = []
        self.status, self.answer = 201, {"messageId": "<1@brevo.example>"}


class Exchange(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.letters.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Addresses are in no log."""


@pytest.fixture
def service(settings):
    with Service() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.EMAIL_BACKEND = "anymail.backends.brevo.EmailBackend"
        settings.ANYMAIL = {
            **settings.ANYMAIL,
            "BREVO_API_KEY": "key",
            "BREVO_API_URL": f"http://127.0.0.1:{server.server_address[1]}/v3/",
        }
        yield server
        server.shutdown()


def test_letter_leaves_by_the_service_with_its_own_name_for_it(service):
    outcome = EmailChannel().attempt(REF, envelope("a@prendsoin.example"))

    assert outcome == Accepted("<1@brevo.example>")
    assert service.letters[0]["to"][0]["email"] == "a@prendsoin.example"


@pytest.mark.parametrize(
    ("status", "permanent", "down"),
    [(400, True, False), (401, False, True), (422, True, False), (429, False, True), (503, False, True)],
)
def test_answers_of_the_service_are_told_apart(service, status, permanent, down):
    service.status, service.answer = status, {"code": "x", "message": "a@prendsoin.example is wrong"}

    failure = EmailChannel().attempt(REF, envelope("a@prendsoin.example"))

    assert (failure.code, failure.permanent, failure.provider_down) == (f"http_{status}", permanent, down)


def test_service_that_is_not_there_is_down(service):
    service.shutdown()
    service.server_close()

    failure = EmailChannel().attempt(REF, envelope("a@prendsoin.example"))

    assert (failure.permanent, failure.provider_down) == (False, True)


def test_service_is_given_the_time_of_any_provider(settings):
    assert settings.ANYMAIL["REQUESTS_TIMEOUT"] == (3, 10)
