"""Posts as they come: emoji, capitals, no punctuation, HTML remains, other languages, great length."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.understand.stage import understand_batch
from tests.understand.conftest import batch_of

PIECES = [
    "i took sertaline and it made me so dizzy",
    "SUGAR FEEDS CANCER!!!",
    "😭😭 cant sleep 🙄",
    "<p>my <b>hair</b> is falling out&nbsp;&amp; nobody</p>",
    "Ich habe Kopfschmerzen seit gestern",
    "no me encuentro bien, доктор сказал",
    "googled it & now im scared",
    "\x00\x07\u200b\ufeff",
    "a" * 60,
    "ﬁbromyalgia Ménière İstanbul ẞ",
    "\n\n---\n* one\n* two",
    "http://x.example/?q=kill+me",
    "she hit me... again",
    "”“’‘´`",
    "۱۲۳ mg ½ tab 3.5/10",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=40), min_size=1, max_size=12).map(
    " ".join
)
SETTINGS = {"languages": ["en"]}


def read(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = understand_batch(batch_of(rows), SETTINGS).to_pylist()
    return out


def checked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Marks of posts: every maker done, every span inside its own part."""
    out = read(rows)
    texts = {f"p{n}": row for n, row in enumerate(rows)}
    for mark in out:
        if mark["row"] == "coverage":
            assert mark["coverage"] == "done", (mark["maker"], mark["coverage"])
            continue
        for span in mark["spans"]:
            part = texts[mark["post_key"]].get(span["part"]) or ""
            assert 0 <= span["start"] < span["end"] <= len(part), (mark["layer"], span)
            assert part[span["start"] : span["end"]].strip()
    return [mark for mark in out if mark["row"] == "mark"]


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_no_post_fails_a_maker_or_moves_a_span(text: str) -> None:
    checked([{"body": text or "x", "title": text[::-1][:80]}])


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_a_post_reads_the_same_alone_and_in_a_batch(texts: list[str]) -> None:
    def plain(marks: list[dict[str, Any]], key: str) -> list[Any]:
        return [
            (m["layer"], m["code"], m["concept"], [tuple(s.values()) for s in m["spans"]])
            for m in marks
            if m["post_key"] == key
        ]

    together = checked([{"body": text or "x"} for text in texts])
    for number, text in enumerate(texts):
        alone = checked([{"body": text or "x"}])
        assert plain(together, f"p{number}") == plain(alone, "p0")


@pytest.mark.parametrize(
    "post",
    [
        "I started ramipril and since then I have a cough. ",
        "sugar feeds cancer ",
        "I googled it and panicked, then rang the GP. ",
        "my hair ",
        "😭 ",
        "no ",
    ],
)
def test_twenty_thousand_characters_are_read_with_every_span_in_place(post: str) -> None:
    marks = checked([{"body": (post * (20_000 // len(post) + 1))[:20_000]}])
    assert isinstance(marks, list)


def test_capitals_and_missing_punctuation_change_no_harm() -> None:
    text = "two weeks after starting ramipril i had a dry cough all night"
    rows = [{"body": text}, {"body": text.upper()}, {"body": f"<p>{text}</p>"}]
    marks = [m for m in checked(rows) if m["layer"] == "harm" and m["slot"] == "reaction"]
    assert [m["post_key"] for m in marks] == ["p0", "p1", "p2"]
    assert pa.array([m["concept"] for m in marks]).unique().to_pylist() == ["Nonproductive cough"]
