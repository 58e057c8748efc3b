"""Evidence: a figure's way down to its query, posts, coders and versions; what may be said now, and what would say more."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
import pyarrow as pa
from starlette.routing import Route

from bedside.errors import NotFoundError, suggest
from bedside.explore.cards import card
from bedside.explore.chapters import page_for
from bedside.explore.filters import Filter
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.pages.measures import figure_table
from bedside.explore.saying import Saying, may_say, printed
from bedside.explore.view import Table, View
from bedside.measure.evidence import recount
from bedside.measure.samples import judged_shares
from bedside.model.figures import Figure
from bedside.report.chapters.conclude import MAY_NOT
from bedside.report.figures import Shown
from bedside.report.markup import Markup, tag
from bedside.report.page import Column, badges, paragraph, table
from bedside.report.words import plain

__all__ = ["routes"]

FIRST = 5  # posts shown on the page itself
MOST_LISTED = 400  # figures of one measure in a table
MOST_DECIDED = 200


def routes(house: House) -> list[Route]:
    """All figures, and one of them."""
    return [
        *house.page("/evidence", lambda asked: index_view(house.ground(), asked), keep=True),
        *house.page("/evidence/{id}", lambda asked: figure_view(house, asked), lane="long"),
    ]


def released(ground: Ground) -> dict[str, Shown]:
    """Figures as they were released, by id; those of a study of which nothing was released are none."""
    if ground.desk is None:
        return {}
    return {f.id: f for figures in ground.desk.shelf.values() for f in figures}


def index_view(ground: Ground, asked: Asked) -> View:
    """Measures with their figures; those of one measure as a table."""
    figures = sorted(released(ground).values(), key=lambda f: f.measure)
    by_measure = {name: list(held) for name, held in groupby(figures, key=lambda f: f.measure)}
    chosen = asked.query.get("measure", "")
    if chosen and chosen not in by_measure:
        raise NotFoundError(f"no measure of that name; {suggest(chosen[:60], list(by_measure))}")
    held = by_measure.get(chosen, [])
    return View(
        title="Evidence",
        template="evidence_index.html",
        context={
            "rooms": _by_room({name: len(of) for name, of in by_measure.items()}),
            "chosen": chosen,
            "listed": _listed(chosen, held[:MOST_LISTED]) if held else "",
            "left": max(0, len(held) - MOST_LISTED),
        },
        tables=[figure_table(held or figures)],
    )


def _by_room(many: Mapping[str, int]) -> dict[str, list[tuple[str, str, int]]]:
    """Measures under the name of their room: each as it is called, in words, and how many figures it has."""
    rooms: dict[str, list[tuple[str, str, int]]] = {}
    for name, figures in many.items():
        room, _, rest = name.partition(".")
        rooms.setdefault(plain(room).capitalize(), []).append((name, plain(rest or room), figures))
    return rooms


def _listed(measure: str, figures: Sequence[Shown]) -> Markup:
    columns = [Column("about"), Column("number", numeric=True), Column("of"), Column("basis")]
    rows = [
        [
            tag("a", about(f.keys) or "all", href=f"/evidence/{f.id}"),
            printed(f),
            f.unit,
            f.basis,
        ]
        for f in figures
    ]
    return table(f"Figures of {measure}", columns, rows, "stack")


def about(keys: Mapping[str, str]) -> str:
    """What a figure is about, in words."""
    return " · ".join(plain(value) for value in keys.values() if value)


def figure_view(house: House, asked: Asked) -> View:
    """One figure, all the way down."""
    ground = house.ground()
    figure = find_figure(ground, asked.path["id"])
    shown = released(ground).get(figure.id)
    raw = asked.who.may("raw")
    held = house.keep(ground, ("figure", figure.id), lambda: _behind(ground, figure))
    return View(
        title=f"{plain(figure.measure.replace('.', ', '))}",
        template="evidence.html",
        context={
            "figure": figure,
            "shown": shown,
            "about": about(figure.keys),
            "number": printed(shown) if shown else "not released",
            "badge": badges([shown]) if shown else "",
            "saying": may_say(shown, small=ground.study.config.privacy.small_count)
            if shown
            else Saying("", "It was not released: give `bedside run`."),
            "may_not": MAY_NOT,
            "facts": _facts(ground, figure),
            "again": _again(ground, figure, shown) if asked.query.get("again") else "",
            "cards": held["cards"],
            "posts": held["posts"] if raw or (shown and not shown.suppressed) else None,
            "outside": held["outside"],
            "read": Filter(evidence=figure.id).address(),
            "decided": _decided(ground, figure),
            "home": page_for(figure.measure),
            "advice": _advice(figure),
        },
        tables=[
            figure_table([shown] if shown else []),
            Table(
                name="posts",
                columns=("post_key",),
                rows=lambda: [[key] for key in held["keys"]()],
            ),
        ],
        about={"evidence": msgspec.to_builtins(figure.evidence), "advice": figure.advice},
    )


def find_figure(ground: Ground, evidence: str) -> Figure:
    """A figure by its id or an unambiguous beginning of it.

    Raises
    ------
    NotFoundError
        If there is none, or several begin like that.
    """
    if evidence in ground.figures:
        return ground.figures[evidence]
    found = [f for name, f in ground.figures.items() if name.startswith(evidence)]
    if len(found) == 1 and len(evidence) > len("ev-"):
        return found[0]
    raise NotFoundError(
        f"{len(found) or 'no'} figures of this snapshot have an id that begins like that; it may be of an earlier snapshot"
    )


def _behind(ground: Ground, figure: Figure) -> dict[str, Any]:
    """Posts behind a figure: their number, the first few as cards."""
    if not figure.evidence.posts_sql:
        return {"keys": pa.array([], pa.string()).to_pylist, "posts": 0, "outside": 0, "cards": []}
    reading, behind = ground.reading, ground.openings.of(figure)
    best = reading.fullest(behind.rows, FIRST * 2)
    posts = reading.texts(best[~reading.crisis[best]][:FIRST])
    marks = reading.shown_marks(posts)
    inside = reading.corpus.keys
    return {
        "keys": lambda: sorted(
            [*inside.take(pa.array(behind.rows)).to_pylist(), *behind.outside.to_pylist()]
        ),
        "posts": len(behind),
        "outside": len(behind.outside),
        "cards": [card(post, marks.get(post["post_key"], ())) for post in posts],
    }


def _facts(ground: Ground, figure: Figure) -> list[tuple[str, Markup | str]]:
    """How the figure came about, one line each."""
    evidence, judging = figure.evidence, figure.judging
    facts: list[tuple[str, Markup | str]] = [
        ("Evidence id", tag("code", figure.id)),
        ("Method", figure.method),
        ("Snapshot", f"{evidence.snapshot}, {ground.snapshot.posts:,} posts"),
        ("Codebook", tag("code", evidence.codebook)),
        ("Makers", ", ".join(evidence.makers)),
        ("Coders", f"{len(evidence.coders)} people" if evidence.coders else "nobody has judged it"),
    ]
    if judging is not None:
        facts += [
            ("Sample", judging.sample),
            ("Estimator", f"{judging.estimator}; weight of the machine {judging.weight:.2f}"),
        ]
    facts.append(("Posts are", _sql(evidence.posts_sql, "Query of its posts")))
    if evidence.of_sql:
        facts.append(("of", _sql(evidence.of_sql, "Query of what it is a share of")))
    if evidence.params:
        facts.append(("with", ", ".join(f"{k} = {v}" for k, v in evidence.params.items())))
    return facts


def _advice(figure: Figure) -> str:
    """What would let one say more."""
    if figure.advice:
        return f"{figure.advice[:1].upper()}{figure.advice[1:]}."
    if figure.basis == "machine":
        return "It cannot be put to readers as one question, so no sample would check it as it stands; judge the codes that it is made of."
    return "Nothing is estimated here, so more judging would not change it."


def _sql(text: str, name: str) -> Markup:
    return tag("pre", tag("code", text.strip()), tabindex="0", role="region", aria_label=name)


def _again(ground: Ground, figure: Figure, shown: Shown | None) -> str:
    """Count it again, through its evidence alone."""
    hits, of = recount(ground.ask, figure)
    same = (hits.posts, hits.accounts) == (figure.hits_posts, figure.hits_accounts) and (
        of is None or (of.posts, of.accounts) == (figure.of_posts, figure.of_accounts)
    )
    if not same:
        return "Counted again just now: it came out otherwise. Give `bedside check`."
    if shown is None or shown.suppressed:
        return "Counted again just now, from its query alone: the same."
    whole = f" of {of.accounts:,} accounts and {of.posts:,} posts" if of else ""
    return f"Counted again just now, from its query alone: the same, {hits.accounts:,} accounts and {hits.posts:,} posts{whole}."


def _decided(ground: Ground, figure: Figure) -> Markup | str:
    """What people decided about which posts or accounts."""
    if figure.judging is None:
        return ""
    shares = judged_shares(ground.study, ground.ask, ground.book)
    decided = shares.again(figure).decided if shares is not None else ()
    kind = "account" if figure.unit == "accounts" else "post"
    rows = [
        [tag("a", key[:12], href=f"/{kind}/{key}"), "yes" if present else "no"]
        for key, present in decided[:MOST_DECIDED]
    ]
    if not rows:
        return paragraph("The decisions that entered are no longer at hand.")
    return table(
        f"Judged without proposals: {len(decided):,} {figure.unit}",
        [Column(figure.unit), Column("carries it")],
        rows,
    )
