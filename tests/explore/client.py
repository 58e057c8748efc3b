"""A client that asks an application in this process, without a socket."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from bedside.explore.app import make_app
from bedside.explore.doors import Identity

__all__ = ["BASE", "NOON", "TOKEN", "Client"]

BASE = "http://127.0.0.1:8000"
TOKEN = "t" * 43
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Client:
    """Asks an explorer; `enter` opens its session."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.cookies = httpx.Cookies()

    @classmethod
    def of(cls, folder: Path, *, enter: bool = True, name: str = "", roles: str = "") -> "Client":
        """A client of a study's explorer, inside unless told otherwise; `roles` are words beside the usual ones."""
        identity = Identity(name=name, roles=Identity().roles | set(roles.split()))
        client = cls(make_app(folder, token=TOKEN, clock=lambda: NOON, identity=identity))
        if enter:
            assert client.get(f"/enter?token={TOKEN}").status_code == 303
        return client

    def get(self, path: str, **headers: str) -> httpx.Response:
        """GET, following nothing."""
        return self.ask("GET", path, headers)

    def post(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        signed: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """POST a form, with the session's sign unless told otherwise."""
        filled = {**(form or {}), **({"sign": self.sign()} if signed else {})}
        return self.ask("POST", path, dict(headers or {}), filled)

    def sign(self) -> str:
        """The sign that our pages put into their forms."""
        page = self.get("/sources").text
        return page.partition('data-sign="')[2].partition('"')[0]

    def ask(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, str] | None = None
    ) -> httpx.Response:
        """One request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url=BASE, cookies=self.cookies
            ) as client:
                more: dict[str, Any] = {"data": form} if form is not None else {}
                answer = await client.request(method, path, headers=named, **more)
                self.cookies = client.cookies
                return answer

        with ThreadPoolExecutor(
            1
        ) as pool:  # a browser that is driven beside holds this thread's loop
            return pool.submit(lambda: asyncio.run(asked())).result()
