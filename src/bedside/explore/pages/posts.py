"""One post whole, with its thread and its marks; and all posts of one account in order, each join explained."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from starlette.routing import Route

from bedside.errors import InputError, NotFoundError
from bedside.explore.cards import CRISIS, card, header, whole_text
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.text import excerpt, harmless
from bedside.explore.view import Table, View
from bedside.measure.timelines import Entry, Join, read_timeline
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Column, paragraph, table
from bedside.report.printing import day
from bedside.report.words import plain
from bedside.store.stages import Aggregate

__all__ = ["routes"]

POST = Aggregate(
    name="explorer.post",
    needs=("posts", "folds"),
    sql="""
SELECT p.record_no FROM posts p JOIN folds f ON f.record_no = p.record_no
WHERE p.post_key = $key ORDER BY f.keep DESC, p.record_no LIMIT 1
""",
)
THREAD = Aggregate(
    name="explorer.thread",
    needs=("threads", "folds"),
    sql="""
SELECT t.post_key, t.depth, f.record_no
FROM (SELECT * FROM threads WHERE thread_key = (SELECT min(thread_key) FROM threads WHERE post_key = $key)) t
JOIN folds f ON f.post_key = t.post_key WHERE f.keep
""",
)
MOST_IN_THREAD = 200
NEAR = 300  # code points of a neighbour in the thread
MARK_HEADS = ("layer", "code", "concept", "value", "said", "words", "maker")


def routes(house: House) -> list[Route]:
    """A post, and an account."""
    return [
        *house.page(
            "/post/{key}", lambda asked: post_view(house.ground(), asked), keep=True, lane="long"
        ),
        *house.page(
            "/account/{key}",
            lambda asked: account_view(house.ground(), asked),
            keep=True,
            lane="long",
        ),
    ]


def post_view(ground: Ground, asked: Asked) -> View:
    """One post: its whole masked text, the thread around it, what the machine proposes about it."""
    post = find_post(ground, asked.path["key"])
    marks = ground.reading.marks([post]).get(post["post_key"], [])
    part = _part(asked.query.get("part", "1"))
    text, parts = whole_text(post, marks, part)
    if part > parts:
        raise InputError(f"this post has {parts} parts")
    crisis = any(m["layer"] == "crisis" and m["code"] != "no" for m in marks)
    rows = [_mark_row(mark, post) for mark in marks]
    return View(
        title="Post",
        template="post.html",
        context={
            "post": post,
            "head": header(post),
            "heading": harmless(excerpt(post["title"] or "", 300)[0]) or "A post",
            "text": text
            if post["text_state"] == "kept"
            else paragraph(f"No text is kept: {post['text_state']}."),
            "part": part,
            "parts": parts,
            "crisis": CRISIS.partition(". ")[0] + "." if crisis else "",
            "marks": _mark_table(rows) if rows else NOTHING,
            "thread": _thread(ground, post),
            "raw": asked.who.may("raw"),
        },
        tables=[
            Table(name="marks", columns=MARK_HEADS, rows=rows),
            Table(name="post", columns=tuple(post), rows=[list(post.values())]),
        ],
    )


def find_post(ground: Ground, key: str) -> dict[str, Any]:
    """A masked post by its key.

    Raises
    ------
    NotFoundError
        If the study has none of that key.
    """
    reading = ground.reading
    rows = reading.positions([key])
    found = reading.corpus.record_no[rows]
    if not len(found):
        found = ground.ask(POST, {"key": key})["record_no"].to_numpy()
    posts = reading.posts(found)
    if not posts:
        raise NotFoundError("no post of that key in this study; it may have been erased")
    return posts[0]


def _part(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise InputError("parts of a long post are numbered from 1")
    return int(text)


def _mark_row(mark: Mapping[str, Any], post: Mapping[str, Any]) -> list[str]:
    value = "" if mark["value"] is None else f"{mark['value']:g} {mark['unit'] or ''}".strip()
    said = [mark["slot"] or "", mark["assertion"] or ""]
    words = " … ".join(words_at(span, post) for span in mark["spans"] or ())
    return [
        mark["layer"],
        mark["code"] or "",
        mark["concept"] or "",
        value,
        ", ".join(filter(None, said)),
        words,
        f"{mark['maker']} {mark['maker_version']}",
    ]


def words_at(span: Mapping[str, Any], post: Mapping[str, Any]) -> str:
    """The words of the masked text that a span names."""
    part, _, number = span["part"].partition(":")
    text = post["segments"][int(number)]["text"] if number else post[part]
    return (text or "")[span["start"] : span["end"]]


def _mark_table(rows: Sequence[Sequence[str]]) -> Markup:
    shown = [
        [row[0], plain(row[1]), *row[2:5], tag("bdi", harmless(row[5]), class_="text"), row[6]]
        for row in rows
    ]
    return table(
        "What the machine proposes about this post; people decide",
        [Column(head) for head in MARK_HEADS],
        shown,
        "stack",
    )


def _thread(ground: Ground, post: Mapping[str, Any]) -> Markup:
    """The thread around a post, in order; the post itself is marked as here."""
    found = ground.ask(THREAD, {"key": post["post_key"]})
    if found.num_rows < 2:
        return NOTHING
    place = {n: at for at, n in enumerate(ground.reading.by_time(found["record_no"].to_numpy()))}
    rows = sorted(found.to_pylist(), key=lambda row: place[row["record_no"]])
    at = next((n for n, row in enumerate(rows) if row["post_key"] == post["post_key"]), 0)
    first = max(0, min(at - MOST_IN_THREAD // 2, len(rows) - MOST_IN_THREAD))
    shown = rows[first : first + MOST_IN_THREAD]
    texts = ground.reading.posts(np.array([row["record_no"] for row in shown], np.int64))
    by_key = {text["post_key"]: text for text in texts}
    held = [(row, by_key[row["post_key"]]) for row in shown if row["post_key"] in by_key]
    crisis = ground.reading.crisis_keys([text["post_key"] for text in texts])
    items = [
        _neighbour(
            row, text, here=row["post_key"] == post["post_key"], crisis=text["post_key"] in crisis
        )
        for row, text in held
    ]
    left = len(rows) - len(shown)
    note = (
        paragraph(f"{left:,} more posts of this thread are not shown.", kind="soft") if left else ""
    )
    return join([tag("ol", *items, class_="thread"), note])


def _neighbour(
    row: Mapping[str, Any], post: Mapping[str, Any], *, here: bool, crisis: bool
) -> Markup:
    text, cut = (CRISIS, False) if crisis and not here else excerpt(post["body"] or "", NEAR)
    said = tag("p", harmless(text), " …" if cut else "", class_="text", dir="auto")
    link = tag("a", "open", href=f"/post/{post['post_key']}")
    head = tag(
        "header", *(tag("span", part) for part in (_when(post), "this post" if here else link))
    )
    depth = min(row["depth"] or 0, 6)
    return tag(
        "li",
        head,
        said,
        class_=f"d{depth}",
        aria_current="true" if here else None,
        data_post=None if here else post["post_key"],
    )


def _when(post: Mapping[str, Any]) -> str:
    return day(post["day"]) if post["day"] else "no date"


def account_view(ground: Ground, asked: Asked) -> View:
    """All posts of one account, in order; why each follows the last is said, and what speaks against it."""
    entries, joins = read_timeline(ground.ask, asked.path["key"])
    if not entries:
        raise NotFoundError("no account of that key in this snapshot; it may have been erased")
    cards = _entry_cards(ground, entries)
    items: list[Markup] = []
    for number, (entry, shown) in enumerate(zip(entries, cards, strict=True)):
        if number:
            items.append(_join(joins[number - 1]))
        items.append(tag("li", paragraph(_told(entry), kind="small soft"), shown))
    columns = ("post_key", "day", "source", "stages", "role", "conditions", "treatments")
    return View(
        title="One account over time",
        template="page.html",
        body=join([
            paragraph(
                f"{len(entries):,} post{'' if len(entries) == 1 else 's'} by the dates of the posts; a post may tell of earlier "
                "times. No account is joined to another. What one person tells never leaves the house.",
                kind="lead",
            ),
            tag("h2", "Posts in order"),
            tag("ol", *items, class_="timeline"),
        ]),
        tables=[
            Table(
                name="posts",
                columns=columns,
                rows=[[getattr(entry, name) for name in columns] for entry in entries],
            )
        ],
    )  # fmt: skip


def _entry_cards(ground: Ground, entries: Sequence[Entry]) -> list[Markup]:
    keys = [entry.post_key for entry in entries]
    reading = ground.reading
    found = reading.by_keys(keys)
    marks = reading.shown_marks(list(found.values()))
    return [
        card(
            found[key] | {"account_key": None},
            marks.get(key, ()),
            crisis=_is_crisis(marks.get(key, ())),
        )
        if key in found
        else NOTHING
        for key in keys
    ]


def _is_crisis(marks: Sequence[Mapping[str, Any]]) -> bool:
    return any(mark["layer"] == "crisis" and mark["code"] != "no" for mark in marks)


def _told(entry: Entry) -> str:
    named = [
        *entry.conditions,
        *entry.treatments,
        *(["a turning point"] if entry.turning_point else []),
    ]
    stages = " → ".join(plain(stage) for stage in entry.stages) or "no stage told"
    return f"{stages}{'; names ' + ', '.join(named) if named else ''}"


def _join(one: Join) -> Markup:
    gap = "" if one.days is None else f"{one.days:,} days later; "
    against = f"; but {', '.join(one.but)}" if one.but else ""
    return tag("li", f"↓ {gap}joined because {', '.join(one.because)}{against}", class_="join")
