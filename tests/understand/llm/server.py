"""A server on loopback that speaks chat completions, well or badly, as a test tells it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


def completion(content: str, *, tokens: tuple[int, int] = (100, 10)) -> Reply:
    """An answer as OpenAI's servers give it."""
    body = {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]},
    }
    return 200, {"content-type": "application/json"}, json.dumps(body).encode()


def says(**words: str) -> Callable[[dict[str, Any], int], Reply]:
    """A model that proposes a code wherever its words stand in the post."""

    def answer(body: dict[str, Any], _: int) -> Reply:
        text = body["messages"][1]["content"]
        codes = [
            {"code": code, "words": said, "assertion": "asserted"}
            for code, said in words.items()
            if said in text
        ]
        return completion(json.dumps({"codes": codes}))

    return answer


class Server:
    """What was asked, and what will be answered."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any], int], Reply] = says()
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.delay = 0.0
        self.url = ""


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server for the length of a test."""
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told.asked.append(body)
            told.headers.append({k.lower(): v for k, v in self.headers.items()})
            time.sleep(told.delay)
            code, headers, data = told.answer(body, len(told.asked))
            try:
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                pass  # the client did not wait

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
