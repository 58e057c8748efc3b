"""The reading room: search, filters with counts, a strip of time, posts with their marks; stories first."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from starlette.routing import Route

from bedside.errors import InputError, QueryError
from bedside.explore.cards import card
from bedside.explore.counts import Counts, shown_counts, shown_people
from bedside.explore.filters import FACETS, Filter, counted, read_filter
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.marked import words_of
from bedside.explore.strip import Bar, bars, strip
from bedside.explore.view import Table, View
from bedside.report.markup import Markup
from bedside.report.words import plain
from bedside.store.query import parse_query

__all__ = ["routes"]

PAGE = 20  # posts
KEPT = 1_000  # posts of a view whose order is kept
FACET_NAMES = {
    "stage": "Stage",
    "feel": "Feel",
    "think": "Think",
    "do": "Do",
    "care": "Care",
    "content": "What is told",
    "support_needed": "Support asked for",
    "role": "Who writes",
    "experiencer": "Whose experience",
    "source": "Source",
    "platform": "Platform",
    "kind": "Kind",
    "lang": "Language",
    "place_country": "Place, where stated",
}
OPEN = ("stage", "feel", "role", "source")  # facets that stand open from the start
SORT_NAMES = {"stories": "stories first", "newest": "newest first", "oldest": "oldest first"}


class Value(NamedTuple):
    """One value of a facet as the page lists it."""

    name: str
    counts: Counts
    address: str
    chosen: bool


class Facet(NamedTuple):
    """A facet as the page lists it."""

    name: str
    title: str
    values: Sequence[Value]
    open: bool


class InView(NamedTuple):
    """What a filter leaves: which posts, as bits, and how many; accounts, values, time."""

    bits: npt.NDArray[np.uint8]
    posts: int
    people: Counts
    facets: Mapping[str, Mapping[str, Counts]]
    bars: Sequence[Bar]


def routes(house: House) -> list[Route]:
    """The reading room is the first page."""

    def make(asked: Asked) -> View:
        return reading_view(house, asked)

    return house.page("/", make, keep=True)


def reading_view(house: House, asked: Asked) -> View:
    """The page for the filter that its address holds; a query that cannot be read is told beside its box."""
    ground = house.ground()
    wanted, told = read_filter(asked.query), ""
    small = 1 if asked.who.may("raw") else ground.study.config.privacy.small_count
    try:
        view = in_view(house, ground, wanted, small)
    except QueryError as error:
        told = str(error)
        wanted = Filter(chosen=wanted.chosen, since=wanted.since, until=wanted.until)
        view = in_view(house, ground, wanted, small)
    here = _here(house, ground, wanted, view)
    if wanted.page > 1 and not len(here):
        raise InputError(f"page {wanted.page} lies behind the last post; there are {view.posts:,}")
    posts, cards = house.keep(ground, ("cards", wanted), lambda: _cards(ground, wanted, here))
    return View(
        title="Reading room",
        template="reading.html",
        context={
            "filter": wanted,
            "heading": _heading(view.people, small),
            "of": _of(ground, small),
            "reading": _in_words(wanted),
            "typed": asked.query.get("q", ""),
            "told": told,
            "chips": _chips(ground, wanted),
            "facets": _facets(wanted, view.facets),
            "strip": strip(view.bars, _bar_address(wanted)) if view.bars else "",
            "cards": cards,
            "sorts": [
                (SORT_NAMES[s], wanted.address(sort=s), s == wanted.sort) for s in SORT_NAMES
            ],
            "pages": _pages(wanted, view.posts),
            "figure": ground.figures.get(wanted.evidence),
        },
        tables=_tables(view, posts),
        about={"filter": wanted, "accounts": view.people.accounts, "posts": view.people.posts},
    )


def in_view(house: House, ground: Ground, wanted: Filter, small: int) -> InView:
    """Posts in view and counts for every facet, kept by ground and filter."""

    def count() -> InView:
        reading, corpus = ground.reading, ground.reading.corpus
        mask, without = reading.kept(wanted)
        rows = np.flatnonzero(mask)
        return InView(
            np.packbits(mask),
            len(rows),
            shown_people(corpus.tally.people(mask), len(rows), small=small),
            {
                facet: shown_counts(values, small=small)
                for facet, values in counted(corpus, without).items()
            },
            bars(corpus, rows, small=small),
        )

    return house.keep(ground, ("view", wanted.posts, small), count)


def _here(house: House, ground: Ground, wanted: Filter, view: InView) -> npt.NDArray[np.int64]:
    """Positions of one page; of a view the first posts are kept in order, the rest is sorted when asked for."""
    reading, end = ground.reading, PAGE * wanted.page
    mask = np.unpackbits(view.bits, count=len(reading.corpus)).view(bool)
    if end > KEPT:
        return reading.ordered(mask, wanted.sort)[end - PAGE : end]
    first = house.keep(
        ground,
        ("order", wanted.posts, wanted.sort),
        lambda: reading.ordered(mask, wanted.sort, KEPT),
    )
    return first[end - PAGE : end]


def _cards(
    ground: Ground, wanted: Filter, here: npt.NDArray[np.int64]
) -> tuple[list[dict[str, Any]], list[Markup]]:
    """Posts of one page and their cards."""
    reading = ground.reading
    posts = reading.texts(here)
    marks = reading.shown_marks(posts)
    words = words_of(parse_query(wanted.q).tree) if wanted.q else []
    number = {n: at for at, n in enumerate(reading.corpus.record_no[here].tolist())}
    crisis = reading.crisis[here]
    cards = [
        card(
            post,
            marks.get(post["post_key"], ()),
            words,
            crisis=bool(crisis[number[post["record_no"]]]),
            tells=_tells(marks.get(post["post_key"], ())),
        )
        for post in posts
    ]
    shown = [p for p in posts if not crisis[number[p["record_no"]]]]
    return shown, cards


def _tells(marks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Stages that a post tells, in the order of its text."""
    stages = [m for m in marks if m["layer"] == "stage" and m["code"]]
    return list(dict.fromkeys(m["code"] for m in sorted(stages, key=_place)))


def _place(mark: Mapping[str, Any]) -> int:
    spans = mark["spans"] or ()
    return int(spans[0]["start"]) if spans else 0


def _heading(people: Counts, small: int) -> str:
    if people.accounts is None:
        return f"Fewer than {small} accounts in view"
    if not people.accounts and not people.posts:
        return "No post in view"
    accounts = f"{people.accounts:,} account{'' if people.accounts == 1 else 's'}"
    return f"{accounts}, {people.posts:,} post{'' if people.posts == 1 else 's'} in view"


def _of(ground: Ground, small: int) -> str:
    corpus = ground.reading.corpus
    whole = shown_people(corpus.accounts, len(corpus), small=small)
    return (
        f"of {whole.printed} accounts and {len(corpus):,} relevant posts in snapshot {ground.snapshot.id}"
        if whole.accounts is not None
        else f"of snapshot {ground.snapshot.id}"
    )


def _in_words(wanted: Filter) -> tuple[str, tuple[str, ...]]:
    """The query said back, and what its writer should know of how it was read."""
    if not wanted.q:
        return "", ()
    query = parse_query(wanted.q)
    return query.words(), query.notes


def _chips(ground: Ground, wanted: Filter) -> list[tuple[str, str]]:
    """What narrows the view, each with the address that takes it away."""
    chips = [
        (f"{FACET_NAMES[facet].lower()}: {plain(value)}", wanted.address(**{facet: ""}))
        for facet, value in wanted.chosen
    ]
    if wanted.since or wanted.until:
        span = " to ".join(filter(None, (wanted.since and f"from {wanted.since}", wanted.until)))
        chips.append((span, wanted.address(since="", until="")))
    if wanted.evidence:
        chips.append((f"figure {wanted.evidence}", wanted.address(evidence="")))
    if wanted.theme:
        chips.append((f"theme {wanted.theme}", wanted.address(theme="")))
    return chips


def _facets(wanted: Filter, found: Mapping[str, Mapping[str, Counts]]) -> list[Facet]:
    facets = []
    for facet in FACETS:
        chosen = wanted.of.get(facet, "")
        values = [
            Value(
                plain(value),
                counts,
                wanted.address(**{facet: "" if value == chosen else value}),
                value == chosen,
            )
            for value, counts in found[facet].items()
        ]
        if values:
            facets.append(Facet(facet, FACET_NAMES[facet], values, bool(chosen) or facet in OPEN))
    return facets


def _bar_address(wanted: Filter) -> Any:
    return lambda bar: wanted.address(since=bar.first.isoformat(), until=bar.last.isoformat())


def _pages(wanted: Filter, posts: int) -> dict[str, Any]:
    last = max(1, -(-posts // PAGE))
    page = wanted.page
    return {
        "earlier": wanted.address(page=page - 1) if page > 1 else "",
        "later": wanted.address(page=page + 1) if page < last else "",
        "said": f"page {page:,} of {last:,}",
    }


def _tables(view: InView, posts: Sequence[Mapping[str, Any]]) -> list[Table]:
    facets = [
        [facet, value, counts.accounts, counts.posts]
        for facet, values in view.facets.items()
        for value, counts in values.items()
    ]
    columns = ("post_key", "source", "platform", "day", "title", "body")
    return [
        Table(name="facets", columns=("facet", "value", "accounts", "posts"), rows=facets),
        Table(name="posts", columns=columns, rows=[[post[c] for c in columns] for post in posts]),
        Table(
            name="time",
            columns=("first", "last", "accounts"),
            rows=[[str(bar.first), str(bar.last), bar.accounts] for bar in view.bars],
        ),
    ]
