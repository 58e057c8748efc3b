"""Relevance: the query edited with live counts and its reading in words; precision and recall from judged posts (F03)."""

from typing import Any

from starlette.routing import Route

from bedside.errors import BedsideError, InputError, NotFoundError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.marking import marked
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.relevance import draw_relevance, latest_relevance
from bedside.judge.relevance_desk import RelevanceDesk, RelevanceItem
from bedside.measure.relevance import (
    Measured,
    QueryCount,
    QueryCounter,
    keep_measured,
    measure_query,
    measured_of,
    read_measured,
)
from bedside.report.relevance import in_words
from bedside.store.query import parse_query
from bedside.store.setting import set_query

__all__ = ["routes"]

SIZES = (100, 200, 400, 800)


def routes(house: House) -> list[Route]:
    """Pages of the query."""
    at = Relevance(house, Sittings.of(house))
    return [
        *house.page("/relevance", at.page, lane="desk"),
        *house.page("/relevance/count", at.count, lane="desk"),
        *house.page("/relevance/judge", at.judge, role="code", lane="short"),
        *house.act("/relevance", at.act, role="decide"),
        *house.act("/relevance/judge", at.decide, role="code"),
    ]


class Relevance:
    """The pages over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    # the query

    def page(self, asked: Asked) -> View:
        """The query as it stands or as the address has it, what it finds, and what is known of it."""
        ground = self._house.ground()
        own = ground.study.config.query
        return self._page(ground, asked.query.get("query", own))

    def _page(
        self,
        ground: Ground,
        query: str,
        *,
        told: Measured | None = None,
        problem: str = "",
        said: str = "",
    ) -> View:
        own, sample = ground.study.config.query, latest_relevance(ground.study)
        told = told or measured_of(ground.study, query)
        rows = [
            (m.query, *m.precision, *m.recall, m.judged, ", ".join(m.coders), f"{m.at:%Y-%m-%d}")
            for m in read_measured(ground.study)
        ]
        columns = (
            "query",
            "precision",
            "low",
            "high",
            "recall",
            "recall low",
            "recall high",
            "judged",
            "coders",
            "day",
        )
        context: dict[str, Any] = {
            "query": query, "own": own, "sample": sample, "told": told, "words": in_words(told) if told else "",
            "problem": problem, "said": said, "sizes": SIZES, "question": ground.study.config.question,
            **self._counted(ground, query),
        }  # fmt: skip
        return View(
            title="Relevance", template="relevance.html", context=context, status=400 if problem else 200,
            tables=[Table(name="measured", columns=columns, rows=rows)], about={"query": query},
        )  # fmt: skip

    def count(self, asked: Asked) -> View:
        """What a query finds, while it is being written."""
        ground = self._house.ground()
        query = asked.query.get("query", "")
        context = self._counted(ground, query)
        count: QueryCount | None = context["count"]
        about = {"query": query, "reading": context["reading"], "wrong": context["wrong"]}
        if count is not None:
            about |= {**count._asdict(), "exact": count.exact}
        template = "relevance_count.html" if asked.live else "relevance_counted.html"
        return View(title="What the query finds", template=template, context=context, about=about)

    def _counted(self, ground: Ground, query: str) -> dict[str, Any]:
        counter = self._house.keep(
            ground, "relevance.counter", lambda: QueryCounter(ground.study, ground.ask)
        )
        try:
            parsed = parse_query(query) if query.strip() else None
            count = counter.count(query)
        except BedsideError as error:
            return {"count": None, "reading": "", "notes": (), "wrong": str(error)}
        reading = parsed.words() if parsed else "every post"
        return {
            "count": count,
            "reading": reading,
            "notes": parsed.notes if parsed else (),
            "wrong": "",
        }

    def act(self, asked: Asked) -> View | str:
        """Draw a sample, measure a query on it, or make a query the study's own."""
        named(asked)
        ground, do = self._house.ground(), asked.field("do")
        query = asked.field("query")
        try:
            if do == "draw":
                return self._drawn(ground, asked)
            if do == "set":
                with ground.study.locked():
                    set_query(ground.study, query)
                return "/relevance"
            if do != "measure":
                raise InputError("draw, measure or set")
            told = measure_query(
                ground.study,
                ground.ask,
                self._sittings.log(ground),
                now=self._house.clock(),
                query=query,
            )
        except BedsideError as error:
            return self._page(ground, query or ground.study.config.query, problem=str(error))
        if query != ground.study.config.query:
            return self._page(
                ground, query, told=told, said="Measured, not stored: the study asks another query."
            )
        keep_measured(ground.study, told)
        return self._page(ground, query, told=told, said="Stored; the next report says it.")

    def _drawn(self, ground: Ground, asked: Asked) -> str:
        size = asked.field("size")
        if not size.isdigit() or not 2 <= int(size) <= 20_000:
            raise InputError("a sample has between 2 and 20,000 posts")
        with ground.study.locked():
            draw_relevance(
                ground.study,
                ground.ask,
                ground.snapshot.id,
                size=int(size),
                now=self._house.clock(),
            )
        return "/relevance/judge"

    # judging

    def _desk(self, asked: Asked) -> tuple[RelevanceDesk, Any]:
        ground, who = self._house.ground(), named(asked)
        sample = latest_relevance(ground.study)
        if sample is None:
            raise NotFoundError("no relevance sample was drawn yet; draw one on the page Relevance")
        key = (ground.key, sample.id, who, "relevance")
        log = self._sittings.log(ground)
        desk, lock = self._sittings.keep(
            key, lambda: RelevanceDesk(ground.study, ground.ask, log, sample, who)
        )
        return desk, lock

    def judge(self, asked: Asked) -> View:
        """The next post: does it bear on the question. Whether the query finds it is not said."""
        desk, lock = self._desk(asked)
        with lock:
            return self._judged(desk, desk.next(now=self._house.clock()), "")

    def _judged(self, desk: RelevanceDesk, item: RelevanceItem | None, said: str) -> View:
        ground = self._house.ground()
        done, of = desk.progress()
        parts = [(p, marked(t, p)) for p, t in item.reading.parts.items() if t] if item else []
        return View(
            title="Does it bear on the question", template="relevance_judge.html",
            context={
                "item": item, "parts": parts, "done": done, "of": of, "said": said, "sample": desk.sample,
                "question": ground.study.config.question, "conditions": ground.study.config.conditions,
            },
            about={"done": done, "of": of, "post": item.reading.post_key if item else None},
        )  # fmt: skip

    def decide(self, asked: Asked) -> View | str:
        """Yes, no, or take the last back; then the next post."""
        desk, lock = self._desk(asked)
        now, do = self._house.clock(), asked.field("do")
        with lock:
            if do == "undo":
                back = desk.undo(now=now)
                item = desk.item(back, now=now) if back else desk.next(now=now)
                return self._judged(desk, item, "taken back" if back else "nothing to take back")
            if do not in ("yes", "no"):
                raise InputError("say yes or no")
            desk.decide(asked.field("post"), do == "yes", now=now, memo=asked.field("memo"))
        return "/relevance/judge"
