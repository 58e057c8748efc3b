"""Themes: what posts are about, found without a codebook, as a map with its table; merged, split and named here."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from bedside.errors import InputError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.topics import Topic, place_themes, topic_map
from bedside.explore.view import Table, View
from bedside.report.chapters.themes import CAUTION
from bedside.report.figures import Shown, pick
from bedside.report.markup import Markup, tag
from bedside.report.page import share_of
from bedside.report.printing import STAR, count
from bedside.report.words import plain
from bedside.understand.themes.changing import change_decisions, theme_rows
from bedside.understand.themes.decisions import Decisions, read_decisions

__all__ = ["routes"]

COLUMNS = ("number", "theme", "name", "named_by", "posts", "accounts", "share", "words", "codes")
KEPT = "/themes?kept=yes"


def routes(house: House) -> list[Route]:
    """The page, and a form for each decision."""
    ways: dict[str, Callable[[Asked], dict[str, Any]]] = {
        "rename": lambda a: {"rename": (a.field("theme"), a.field("name"))},
        "merge": lambda a: {"merge": (a.field("theme"), a.field("into"))},
        "split": lambda a: {"split": (a.field("theme"), _whole(a.field("parts")))},
        "forget": lambda a: {"undo": a.field("theme")},
    }
    acts = [
        route
        for name, change in ways.items()
        for route in house.act(f"/themes/{name}", _deciding(house, change))
    ]
    return [*house.page("/themes", lambda asked: themes_view(house, asked)), *acts]


def _deciding(house: House, change: Callable[[Asked], dict[str, Any]]) -> Callable[[Asked], str]:
    def decide(asked: Asked) -> str:
        change_decisions(house.ground().study, **change(asked))
        return KEPT

    return decide


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise InputError("parts of a theme are a whole number, such as 2")
    return int(text)


def themes_view(house: House, asked: Asked) -> View:
    """Themes, largest first, with what was decided and waits for the next run."""
    ground = house.ground()
    rows = theme_rows(ground.study.folder)
    shares = _shares(ground)
    small = ground.study.config.privacy.small_count
    places, held = house.keep(
        ground, "theme map", lambda: place_themes(ground.ask, ground.snapshot.posts)
    )
    listed = [
        _row(number, row, shares.get(row["theme"]), small) for number, row in enumerate(rows, 1)
    ]
    topics = [
        Topic(row["theme"], row["name"], row["posts"], *places.get(row["theme"], (0.5, 0.5)))
        for row in rows
    ]
    return View(
        title="Themes",
        template="themes.html",
        context={
            "caution": CAUTION,
            "rows": listed,
            "map": house.keep(ground, ("topics", tuple(topics)), lambda: topic_map(topics))
            if topics
            else "",
            "held": round(100 * held),
            "first": rows[0] if rows else None,
            "waiting": waiting(read_decisions(ground.study.folder)),
            "kept": bool(asked.query.get("kept")),
        },
        tables=[
            Table(
                name="themes",
                columns=COLUMNS,
                rows=[[row[name] for name in COLUMNS] for row in listed],
            )
        ],
    )


def _shares(ground: Ground) -> dict[str, Shown]:
    if ground.desk is None:
        return {}
    return {f.keys["theme"]: f for f in pick(ground.desk.shelf, "themes.share")}


def _row(number: int, row: dict[str, Any], share: Shown | None, small: int) -> dict[str, Any]:
    few = 0 < row["posts"] < small or share is None or share.suppressed
    return {
        "number": number,
        "theme": row["theme"],
        "name": row["name"],
        "named_by": row["named_by"],
        "posts": None if few else row["posts"],
        "shown_posts": STAR if few else count(row["posts"]),
        "accounts": None if share is None else share.hits_accounts,
        "shown_accounts": STAR if share is None else count(share.hits_accounts),
        "share": None if share is None else share.estimate,
        "shown_share": _link(share),
        "words": row["words"] or [],
        "codes": [plain(code) for code in row["codes"] or []],
    }


def _link(share: Shown | None) -> Markup | str:
    if share is None:
        return "not released"
    return tag("a", share_of(share), href=f"/evidence/{share.id}")


def waiting(decisions: Decisions) -> list[tuple[str, str]]:
    """Decisions in words, each with the theme that forgets it."""
    named = [(f"{theme} is called “{name}”", theme) for theme, name in decisions.names.items()]
    merged = [(f"{gone} goes into {taker}", gone) for gone, taker in decisions.merges.items()]
    parted = [(f"{theme} is parted in {parts}", theme) for theme, parts in decisions.splits.items()]
    return [*parted, *merged, *named]
