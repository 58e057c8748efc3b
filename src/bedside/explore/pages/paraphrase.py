"""The paraphrasing desk: pick a post, write, the gate answers while you type, a second person approves (F82)."""

import hmac
from threading import RLock
from typing import Any

from starlette.routing import Route

from bedside.errors import BedsideError, InputError, NotFoundError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.marking import marked
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.items import load_readings
from bedside.judge.reading import load_around
from bedside.measure.evidence import open_evidence
from bedside.model.figures import Figure
from bedside.release.corpus import corpus_texts, crisis_posts
from bedside.release.haystack import Haystack
from bedside.release.paraphrases import Paraphrase, ParaphraseDesk
from bedside.release.quotes import GateResult
from bedside.report.words import plain
from bedside.store.keys import load_keys

__all__ = ["routes"]

OFFERED = 12  # posts to choose from behind a figure
FIGURES = 14  # figures to choose from, of each kind
ILLUSTRATED = ("journey.map", "care.aspects")


def routes(house: House) -> list[Route]:
    """Pages of the desk."""
    at = Desk(house, Sittings.of(house))
    return [
        *house.page("/paraphrase", at.all, lane="desk"),
        *house.page("/paraphrase/pick", at.pick, lane="desk"),
        *house.page("/paraphrase/write", at.write, lane="desk"),
        *house.act("/paraphrase/gate", at.gate, role="code"),
        *house.act("/paraphrase/write", at.keep, role="code"),
        *house.page("/paraphrase/of/{name}", at.one, lane="desk"),
        *house.act("/paraphrase/of/{name}", at.step, role="code"),
    ]


class Desk:
    """The desk over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings
        self._building = RLock()

    def _desk(self) -> tuple[Ground, ParaphraseDesk]:
        ground = self._house.ground()
        never = self._house.keep(ground, "paraphrase.never", lambda: crisis_posts(ground.ask))
        return ground, ParaphraseDesk(
            ground.study.folder, haystack=lambda: self._haystack(ground), never=never
        )

    def _haystack(self, ground: Ground) -> Haystack:
        """The searchable corpus, built once for a snapshot."""
        with self._building:
            return self._house.keep(
                ground, "paraphrase.haystack", lambda: Haystack(corpus_texts(ground.ask))
            )

    # what there is

    def all(self, asked: Asked) -> View:
        """All paraphrases, those that wait for somebody first."""
        _, desk = self._desk()
        order = ("offered", "returned", "draft", "approved", "withdrawn")
        found = sorted(desk.kept.all(), key=lambda one: order.index(one.state))
        columns = ("id", "state", "text", "about", "evidence", "author", "approver")
        rows = [
            (o.id, o.state, o.text, o.about, o.evidence_id, o.author, o.approver) for o in found
        ]
        return View(
            title="Paraphrasing desk",
            template="paraphrases.html",
            context={"found": found, "who": asked.who.name},
            tables=[Table(name="paraphrases", columns=columns, rows=rows)],
        )

    def pick(self, asked: Asked) -> View:
        """Figures to illustrate; behind one of them posts to choose from, drawn by a seed and not by taste."""
        ground, _ = self._desk()
        wanted = asked.query.get("figure", "")
        figure = ground.figures.get(wanted)
        if wanted and figure is None:
            raise NotFoundError("no such figure in the latest snapshot")
        posts = self._behind(ground, figure) if figure else []
        figures = [] if figure else _to_illustrate(ground)
        return View(
            title="Pick a post",
            template="paraphrase_pick.html",
            context={"figure": figure, "posts": posts, "about": _about(figure) if figure else "", "figures": [(f, plain(_about(f).replace(":", ", "))) for f in figures]},
            tables=[Table(name="posts", columns=("post",), rows=[(p.post_key,) for p in posts])],
        )  # fmt: skip

    def _behind(self, ground: Ground, figure: Figure) -> list[Any]:
        never = self._house.keep(ground, "paraphrase.never", lambda: crisis_posts(ground.ask))
        keys = open_evidence(ground.ask, figure)["post_key"].to_pylist()
        seed = load_keys(ground.study.config.id).sample
        drawn = sorted(keys, key=lambda key: hmac.digest(seed, key.encode(), "sha256"))
        chosen = [key for key in drawn if key not in never][:OFFERED]
        found = load_readings(ground.ask, chosen, unit="posts")
        return [found[key][0] for key in chosen if key in found]

    # writing

    def write(self, asked: Asked) -> View:
        """The post beside the words that are written for it."""
        name = asked.query.get("as", "")
        _, desk = self._desk()
        one = desk.kept.find(name) if name else None
        posts = one.post_keys if one else (self._key(asked.query.get("post", "")),)
        about = one.about if one else asked.query.get("about", "")
        evidence = one.evidence_id if one else asked.query.get("figure", "")
        return self._writing(posts, one.text if one else "", about, evidence, one, "")

    def _key(self, post: str) -> str:
        ground = self._house.ground()
        return load_keys(ground.study.config.id).post_key(post) if ":" in post else post

    def _writing(
        self,
        posts: tuple[str, ...],
        text: str,
        about: str,
        evidence: str,
        one: Paraphrase | None,
        problem: str,
    ) -> View:
        ground, desk = self._desk()
        readings = load_readings(ground.ask, list(posts), unit="posts")
        if not readings:
            raise NotFoundError("the corpus has no such post; pick one behind a figure")
        near = load_around(ground.ask, [posts[0]]).get(posts[0], ())
        result = self._gated(desk, text, posts) if text.strip() else None
        shown = [
            {"reading": r, "parts": [(p, marked(t, p)) for p, t in r.parts.items() if t]}
            for key in posts for r in readings.get(key, ())
        ]  # fmt: skip
        return View(
            title="Write in other words", template="paraphrase_write.html", status=400 if problem else 200,
            context={
                "posts": shown, "keys": ",".join(posts), "text": text, "about": about, "evidence": evidence, "one": one,
                "gate": result, "problem": problem, "before": [a for a in near if a.away < 0],
                "after": [a for a in near if a.away > 0],
            },
            about={"posts": list(posts)},
        )  # fmt: skip

    def _gated(self, desk: ParaphraseDesk, text: str, posts: tuple[str, ...]) -> GateResult | None:
        try:
            return desk.gate(text, posts)
        except InputError:  # no words yet
            return None

    def gate(self, asked: Asked) -> View:
        """What the gate says of unfinished words; they are in the form, never in an address."""
        _, desk = self._desk()
        result = self._gated(desk, asked.field("text"), _keys(asked))
        return View(title="The gate", template="gate.html", context={"gate": result})

    def keep(self, asked: Asked) -> View | str:
        """Keep a draft, or offer it to a second person."""
        who, now = named(asked), self._house.clock()
        _, desk = self._desk()
        name, posts, text = asked.field("name"), _keys(asked), asked.field("text")
        after = int(asked.field("after")) if asked.field("after").isdigit() else None
        try:
            one = desk.write(
                text, posts, by=who, now=now, name=name, about=asked.field("about"), evidence_id=asked.field("evidence"), after=after
            )  # fmt: skip
            if asked.field("do") == "offer":
                desk.offer(one.id, by=who, now=now, after=one.version)
        except BedsideError as error:
            kept = next((o for o in desk.kept.all() if o.id == name), None)
            return self._writing(
                posts, text, asked.field("about"), asked.field("evidence"), kept, str(error)
            )
        return f"/paraphrase/of/{one.id}"

    # deciding

    def one(self, asked: Asked) -> View:
        """One paraphrase as it stands, with what the gate says now."""
        return self._one(asked, "")

    def _one(self, asked: Asked, problem: str) -> View:
        ground, desk = self._desk()
        one = desk.kept.find(asked.path["name"])
        try:
            result: GateResult | None = desk.gate(one.text, one.post_keys)
            gone = ""
        except BedsideError as error:
            result, gone = None, str(error)
        found = load_readings(ground.ask, list(one.post_keys), unit="posts")
        posts = [
            {"reading": r, "parts": [(p, marked(t, p)) for p, t in r.parts.items() if t]}
            for of in found.values() for r in of
        ]  # fmt: skip
        moves = [m for m in desk.kept.moves() if m.id == one.id]
        return View(
            title=f"Paraphrase {one.id}", template="paraphrase.html", status=403 if problem else 200,
            context={
                "one": one, "gate": result, "gone": gone, "posts": posts, "moves": moves, "problem": problem,
                "mine": asked.who.name.casefold() == one.author.casefold(),
            },
            about={"id": one.id, "state": one.state, "text": one.text},
        )  # fmt: skip

    def step(self, asked: Asked) -> View | str:
        """Offer, approve, send back or withdraw."""
        who, now = named(asked), self._house.clock()
        _, desk = self._desk()
        name, words = asked.path["name"], asked.field("words")
        after = int(asked.field("after")) if asked.field("after").isdigit() else None
        try:
            if asked.field("do") == "offer":
                desk.offer(name, by=who, now=now, after=after)
            elif asked.field("do") == "approve":
                desk.approve(name, by=who, now=now, after=after)
            elif asked.field("do") == "send_back":
                desk.send_back(name, words, by=who, now=now, after=after)
            elif asked.field("do") == "withdraw":
                desk.withdraw(name, words, by=who, now=now, after=after)
            else:
                raise InputError("offer, approve, send back or withdraw")
        except BedsideError as error:
            return self._one(asked, str(error))
        return f"/paraphrase/of/{name}"


def _keys(asked: Asked) -> tuple[str, ...]:
    return tuple(key for key in asked.field("posts").split(",") if key)


def _to_illustrate(ground: Ground) -> list[Figure]:
    """Figures by rule: the most accounts among the map's cells and among care."""
    chosen: list[Figure] = []
    for measure in ILLUSTRATED:
        of = [
            f
            for f in ground.figures.values()
            if f.measure == measure and (f.hits_accounts or 0) > 0
        ]
        chosen += sorted(of, key=lambda f: (-(f.hits_accounts or 0), f.id))[:FIGURES]
    return chosen


def _about(figure: Figure) -> str:
    names = ("group", "code", "aspect", "valence")
    return ":".join(figure.keys.get(name, "") for name in names).strip(":")
