"""The line to a language model: OpenAI's chat completions over HTTP, patient with a busy server, clear about a bad one."""

import ipaddress
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from bedside.errors import InputError, PermissionRefused, SourceError
from bedside.store.config import LanguageModel

__all__ = ["Endpoint", "Reply", "is_local"]

KEY = "BEDSIDE_LLM_KEY"  # never in study.toml
ATTEMPTS = 4
LONGEST_WAIT = 60.0  # seconds that a busy server may ask for
MOST_BYTES = 4 << 20
BUSY = frozenset((408, 409, 425, 429, 500, 502, 503, 504))
KEPT = "the answers that came are kept; the same command goes on from there"


class Reply(NamedTuple):
    """What came back: the message, and tokens read and written where the server counts them."""

    content: str
    tokens_in: int
    tokens_out: int


class Endpoint:
    """A server that is asked.

    Parameters
    ----------
    model : LanguageModel
    sleep : callable
        Waits so many seconds.

    Raises
    ------
    InputError
        If no server or model is named, or the address cannot be read.
    PermissionRefused
        If the server is not on this machine and the study does not permit that.
    """

    def __init__(
        self, model: LanguageModel, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if not model.endpoint or not model.model:
            raise InputError(
                'no language model is named; in study.toml: [llm] endpoint = "http://localhost:11434/v1", model = ..., '
                "layers = [...]"
            )
        parts = urlsplit(model.endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError("the endpoint cannot be read; it looks like http://localhost:11434/v1")
        if parts.username or parts.password:
            raise InputError(f"the endpoint names a password; give the key in {KEY} instead")
        if not is_local(parts.hostname) and not model.remote:
            raise PermissionRefused(
                f"{parts.hostname} is not this machine; whoever answers for the study can permit masked text to go there "
                "in study.toml: [llm] remote = true"
            )
        self.host, self._sleep = parts.hostname, sleep
        key = os.environ.get(KEY)
        self._http = httpx.Client(
            timeout=httpx.Timeout(model.timeout_seconds, connect=min(10.0, model.timeout_seconds)),
            headers={"authorization": f"Bearer {key}"} if key else {},
            follow_redirects=False,
            trust_env=False,
        )
        self._url = model.endpoint.rstrip("/") + "/chat/completions"

    def __enter__(self) -> "Endpoint":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, body: Mapping[str, Any]) -> Reply:
        """Put one question; a busy server is asked again, up to four times.

        Raises
        ------
        SourceError
            If the server is not there, refuses, stays busy, or answers something that is no completion.
        """
        wait, why = 1.0, ""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(wait)
                wait *= 3
            try:
                answer = self._http.post(self._url, json=dict(body))
            except httpx.ConnectError as error:
                raise SourceError(
                    f"no language model answers at {self.host}; start its server, or correct [llm] endpoint: {KEPT}"
                ) from error
            except httpx.TimeoutException:
                why = "does not answer in time"
                continue
            except httpx.TransportError as error:
                why = f"breaks the line ({type(error).__name__})"
                continue
            if answer.status_code in BUSY:
                why = f"answers {answer.status_code}"
                wait = _asked_wait(answer, wait)
                continue
            return self._reply(answer)
        raise SourceError(
            f"the language model at {self.host} {why}, also after {ATTEMPTS} tries: {KEPT}"
        )

    def _reply(self, answer: httpx.Response) -> Reply:
        if answer.status_code != 200:
            hint = {
                401: f"give the key in {KEY}",
                403: f"give the key in {KEY}",
                404: "see that [llm] endpoint ends in /v1 and that the server knows the model",
                400: "it may not know [llm] structured; try json_object or none",
            }.get(answer.status_code, "see the server's own log")
            raise SourceError(
                f"the language model at {self.host} answers {answer.status_code}; {hint}: {KEPT}"
            )
        if len(answer.content) > MOST_BYTES:
            raise SourceError(
                f"the language model at {self.host} answers more than {MOST_BYTES:,} bytes: {KEPT}"
            )
        try:
            told = answer.json()
            content = told["choices"][0]["message"]["content"]
            usage = told.get("usage") or {}
            counts = [int(usage.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise SourceError(
                f"what answers at {self.host} speaks no chat completions; see that [llm] endpoint is right: {KEPT}"
            ) from error
        return Reply(str(content or ""), *counts)


def _asked_wait(answer: httpx.Response, wait: float) -> float:
    """Seconds that the server asks for, as far as they can be waited."""
    asked = answer.headers.get("retry-after", "")
    try:
        return min(LONGEST_WAIT, max(0.0, float(asked)))
    except ValueError:
        return wait


def is_local(host: str) -> bool:
    """Whether a host is this machine.

    Examples
    --------
    >>> is_local("localhost"), is_local("127.0.0.1"), is_local("api.example.org")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
