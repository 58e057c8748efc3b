"""Who codes does not wait behind who reads, and every answer says how long it took."""

import asyncio
import gc
import re
import threading
import weakref
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bedside.explore.doors import Identity
from bedside.explore.house import AT_ONCE, Asked, House
from bedside.explore.serving import _set_apart
from bedside.explore.view import View
from tests.explore.client import BASE, Client


class Known:
    """Lets everybody in as somebody who may do all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name who asks."""
        scope.setdefault("state", {})["identity"] = Identity(name="ann")
        await self._app(scope, receive, send)


class Doors:
    """Pages that are made only once `open` is set, and how many are being made."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Semaphore(0)
        self.making = 0
        self.most = 0
        self._lock = threading.Lock()

    def slow(self, asked: Asked) -> View:
        """A page that is made once the doors are open."""
        with self._lock:
            self.making += 1
            self.most = max(self.most, self.making)
        self.entered.release()
        assert self.open.wait(30)
        with self._lock:
            self.making -= 1
        return View(title="slow", template="error.html", context={"words": "slow"})


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def app(study: Path, doors: Doors) -> Starlette:
    house = House(study, lambda: datetime.now(UTC))
    quick = View(title="quick", template="error.html", context={"words": "quick"})
    routes: list[Route] = [
        *house.page("/slow/{n}", doors.slow),
        *house.page("/desk", lambda _: quick, role="code", lane="short"),
        *house.page("/figure", lambda _: quick, lane="long"),
        *house.act("/desk", lambda _: quick, role="code"),
        *house.page("/held", lambda _: quick, keep=True),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Known)])


def test_a_save_and_a_held_page_are_answered_while_all_turns_of_readers_are_taken(
    app: Starlette, doors: Doors
) -> None:
    async def ask() -> tuple[list[int], int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            assert (await client.get("/held")).status_code == 200
            slow = [asyncio.create_task(client.get(f"/slow/{n}")) for n in range(9)]
            for _ in range(AT_ONCE["read"]):
                await asyncio.to_thread(doors.entered.acquire, timeout=30)
            quick = [
                await client.post("/desk"),
                await client.get("/desk"),
                await client.get("/held"),
                await client.get("/figure"),
            ]
            ended = sum(task.done() for task in slow)
            doors.open.set()
            answers = await asyncio.gather(*slow)
            return [one.status_code for one in (*quick, *answers)], ended

    told, ended = asyncio.run(ask())
    assert told == [200] * 13 and ended == 0
    assert doors.most == AT_ONCE["read"]


def test_every_page_says_how_long_it_waited_and_took(study: Path) -> None:
    client = Client.of(study)
    for path in ("/", "/", "/sources", "/index.json"):
        told = client.get(path).headers["server-timing"]
        assert re.fullmatch(r"wait;dur=[\d.]+, work;dur=[\d.]+, cpu;dur=[\d.]+", told)


def test_pages_are_packed_for_who_unpacks_and_whole_for_who_does_not(study: Path) -> None:
    client = Client.of(study)
    for path in ("/", "/evidence", "/evidence.json", "/safety"):
        packed = client.get(path, accept_encoding="gzip")
        whole = client.get(path, accept_encoding="identity")
        assert packed.headers["content-encoding"] == "gzip" and packed.text == whole.text
        assert "content-encoding" not in whole.headers
        assert int(packed.headers["content-length"]) < len(whole.content) / 2


def test_what_outlived_a_collection_is_not_looked_through_again_and_is_still_let_go() -> None:
    class Held:
        """Something that a cache holds."""

    gc.callbacks.append(_set_apart)
    try:
        held = [Held() for _ in range(1000)]
        gc.collect()
        assert gc.get_freeze_count() > 1000
        assert not any(one is held for one in gc.get_objects())
        gone = weakref.ref(held[0])
        del held
        assert gone() is None
    finally:
        gc.callbacks.remove(_set_apart)
        gc.unfreeze()
