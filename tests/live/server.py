"""A server on loopback for tests: answers by path as told, with faults, and remembers what it was asked."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Reply = tuple[int, dict[str, str], bytes]
Handler = Callable[[dict[str, str], dict[str, str]], Reply]
"""(query, request headers) -> status, headers, body."""


class Server:
    """Answers `routes` by path; `faults` are given first, one each, to whoever asks for that path.

    A fault is a reply, or `cut` (half the body, then the line breaks), `silent` (the line breaks at once), or
    `slow` (silence first).
    """

    def __init__(self) -> None:
        self.routes: dict[str, Handler] = {}
        self.faults: dict[str, list[Reply | str]] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.last = ""  # the last address, whole
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def host(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._http.server_port}"

    def paths(self) -> list[str]:
        """Paths that were asked for, robots.txt aside."""
        return [path for path, _, _ in self.asked if path != "/robots.txt"]

    def page(self, path: str, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """Answer a path with a body."""
        whole = {"Content-Type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}}
        self.routes[path] = lambda query, asked: (200, whole, body)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = dict(parse_qsl(parts.query))
                asked = {k.lower(): v for k, v in self.headers.items()}
                server.asked.append((parts.path, query, asked))
                server.last = self.path
                waiting = server.faults.get(parts.path)
                fault = waiting.pop(0) if waiting else None
                handler = server.routes.get(parts.path)
                reply: Reply = (
                    (404, {}, b"nothing here") if handler is None else handler(query, asked)
                )
                if fault == "silent":
                    self.close_connection = True
                    self.connection.close()
                    return
                if fault == "slow":
                    time.sleep(1.2)
                self._give(fault if isinstance(fault, tuple) else reply, cut=fault == "cut")

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

            def _give(self, reply: Reply, *, cut: bool) -> None:
                status, headers, body = reply
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if cut else body)
                self.close_connection = cut

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (ConnectionResetError, BrokenPipeError):  # whoever asked is gone
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Answer
