"""A mail server of a few lines, on this machine, that speaks real SMTP to Django's backend and fails when asked to."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class SmtpDouble(socketserver.ThreadingTCPServer):
    """`letters` are those accepted. `answers` replaces the answer to a command: `{"RCPT": "550 no such user"}`.

    `connections` counts those opened; `hang_up` closes the ones that are open, without a word.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.connections = 0
        self._open: set[_Session] = set()

    def hang_up(self) -> None:
        for session in list(self._open):
            session.connection.shutdown(socket.SHUT_RDWR)

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Session(socketserver.StreamRequestHandler):
    server: SmtpDouble

    def handle(self) -> None:
        self.server.connections += 1
        self.server._open.add(self)
        try:
            self.talk()
        finally:
            self.server._open.discard(self)

    def talk(self) -> None:
        self.say("220 double")
        while line := self.rfile.readline():
            command = line[:4].decode().strip().upper()
            if command == "DATA":
                self.read_letter()
            elif command == "QUIT":
                return self.say("221 bye")
            else:
                self.say(self.server.answers.get(command, "250 ok"))
        return None

    def read_letter(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        answer = self.server.answers.get("DATA", "250 kept")
        if answer.startswith("250"):
            self.server.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.say(answer)

    def say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


@contextmanager
def smtp_double() -> Iterator[SmtpDouble]:
    with SmtpDouble() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
