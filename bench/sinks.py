"""A mail server that takes every letter and keeps none: `python -m bench.sinks PORT`, on this machine only."""

from __future__ import annotations

import socketserver
import sys

HOST = "127.0.0.1"


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


class Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            command = line[:4].strip().upper()
            if command == b"DATA":
                self._say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    """Not kept."""
            elif command == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


if __name__ == "__main__":
    with Sink((HOST, int(sys.argv[1])), Session) as server:
        server.serve_forever()
