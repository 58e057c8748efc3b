"""Themes: planted ones found again, the same on every run, ids carried over, decisions of the analyst kept."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import FormatError, InputError
from bedside.model.posts import POSTS
from bedside.store.stages import Aggregate
from bedside.understand.themes import placing
from bedside.understand.themes.clusters import adjusted_rand, find_groups, matched, stability
from bedside.understand.themes.decisions import (
    Decisions,
    Memory,
    decide,
    read_decisions,
    write_decisions,
)
from bedside.understand.themes.discover import Discovered, discover
from bedside.understand.themes.naming import own_words
from bedside.understand.themes.vectors import SIZE, unpacked, vector_batch

PLANTED = {
    "parking": ("the car park was full and parking cost far too much", "no space to park near the hospital again"),
    "sleep": ("i lie awake all night and sleep will not come", "so tired, another night without sleep"),
    "insulin": ("my insulin pump shows high glucose every morning", "glucose sensor failed and insulin ran out"),
    "teeth": ("the dentist pulled my tooth and the gum still bleeds", "toothache again, dentist says root canal"),
}  # fmt: skip
WHO = (
    "honestly",
    "today",
    "once more",
    "well then",
    "last week",
    "so",
    "again now",
    "anyway",
    "for me",
    "you know",
)


def _posts() -> list[dict[str, Any]]:
    rows = []
    for n, ((theme, texts), who, times) in enumerate(product(PLANTED.items(), WHO, range(4))):
        text = f"{who} {texts[times % 2]}" + (" and i am fed up" if times > 1 else "")
        rows.append(
            {
                "post_key": f"{(n * 7919) % 1000:04d}",
                "body": text,
                "theme": theme,
                "account": f"a{n % 37}",
            }
        )
    return sorted(rows, key=lambda row: row["post_key"])


def _batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    full = [
        {
            "post_key": row["post_key"],
            "text_key": "t",
            "source": "s",
            "platform": "forum",
            "kind": "post",
            "text_state": row.get("text_state", "kept"),
            "state": "live",
            "record_no": n,
            "lang": row.get("lang", "en"),
            "body": row["body"],
        }
        for n, row in enumerate(rows)
    ]
    return pa.RecordBatch.from_pylist(full, schema=POSTS)


def _asked(rows: list[dict[str, Any]]) -> Any:
    vectors = vector_batch(_batch(rows), {"languages": ["en"]})
    rows = [
        *rows,
        {"post_key": "00", "body": "ok", "theme": "sleep", "account": "quiet"},
    ]  # has no vector
    placed = rows[:-1]

    def ask(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        if aggregate.name == "themes.placed":
            keys = [row["post_key"] for row in placed]
            return pa.table({"post_key": keys, "record_no": vectors.column("record_no")})
        if aggregate.name == "themes.vectors":
            table = pa.table({n: vectors.column(n) for n in ("record_no", "vector")})
            return table.slice(params["low"], params["high"] - params["low"])
        if aggregate.name == "themes.accounts":
            said = [row["account"] for row in placed if row["post_key"] <= params["last"]]
            return pa.table({"account": said})
        seen = [row for row in rows if row["post_key"] <= params["last"]]
        if aggregate.name == "themes.texts":
            keys = [row["post_key"] for row in seen]
            return pa.table(
                {
                    "post_key": keys,
                    "title": pa.nulls(len(keys), pa.string()),
                    "body": [r["body"] for r in seen],
                }
            )
        marked = [row["post_key"] for row in seen if row["theme"] == "sleep"]
        return pa.table(
            {"post_key": pa.array(marked, pa.string()), "code": ["sadness"] * len(marked)}
        )

    return ask


def _found(
    rows: list[dict[str, Any]], decisions: Decisions | None = None, memory: Memory | None = None
) -> Discovered:
    return discover(_asked(rows), decisions or Decisions(count=4), memory or Memory())


def _themes_of(found: Discovered, rows: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Themes found for the posts of each planted one."""
    theme = dict(
        zip(found.themes["post_key"].to_pylist(), found.themes["theme"].to_pylist(), strict=True)
    )
    return {p: {theme[r["post_key"]] for r in rows if r["theme"] == p} - {None} for p in PLANTED}


def test_planted_themes_are_found_again_each_by_itself() -> None:
    rows = _posts()
    found = _themes_of(_found(rows), rows)
    assert all(len(themes) == 1 for themes in found.values())
    assert len(set.union(*found.values())) == 4


def test_what_all_posts_share_makes_no_theme_and_puts_no_post_near_one() -> None:
    """Under one long opening the planted themes still part the posts, and an odd post is near none of them."""
    opening = (
        "hello everyone here on this lovely board and thank you all for reading my long post, " * 2
    )
    odd = {"post_key": "9999", "body": "quantum lattice fermion spectra", "account": "odd"}
    rows = [row | {"body": opening + row["body"]} for row in (*_posts(), odd | {"theme": "odd"})]
    result = _found(rows)
    found = _themes_of(result, rows)
    assert all(len(themes) == 1 for themes in found.values())
    assert len(set.union(*found.values())) == 4
    assert result.themes["theme"].to_pylist()[-1] is None


def test_a_theme_is_named_by_its_own_words_and_the_codes_that_stand_out() -> None:
    rows = _posts()
    result = _found(rows)
    (sleep,) = _themes_of(result, rows)["sleep"]
    named = {row["theme"]: row for row in result.names.to_pylist()}
    assert "sleep" in named[sleep]["name"]
    assert named[sleep]["codes"] == ["sadness"]
    assert all(not row["codes"] for key, row in named.items() if key != sleep)


def test_the_same_posts_give_the_same_themes_on_every_run() -> None:
    rows = _posts()
    one, two = _found(rows), _found(rows)
    assert (
        one.themes.equals(two.themes) and one.names.equals(two.names) and one.memory == two.memory
    )


def test_groups_of_three_seeds_agree_where_themes_are_plain() -> None:
    assert _found(_posts()).names["stability"][0].as_py() > 700


def test_at_most_one_post_in_twenty_is_near_no_theme() -> None:
    rows = _posts()
    names = _found(rows).names.to_pylist()
    assert names[0]["outliers"] <= 0.05 * names[0]["placed"] == 0.05 * len(rows)


def test_themes_keep_their_ids_when_posts_come_and_others_go() -> None:
    rows = _posts()
    first = _found(rows)
    later = [row for row in rows if int(row["post_key"]) % 5] + [
        {
            "post_key": f"9{n:03d}",
            "body": f"my knee hurts on the stairs, week {n}, physio says walk",
            "theme": "knee",
            "account": f"k{n}",
        }
        for n in range(40)
    ]
    second = _found(later, Decisions(count=5), first.memory)
    before, after = _themes_of(first, rows), _themes_of(second, later)
    assert after == before
    knees = dict(
        zip(second.themes["post_key"].to_pylist(), second.themes["theme"].to_pylist(), strict=True)
    )
    assert {knees[f"9{n:03d}"] for n in range(40)} - {None} == {"t5"}


def test_merges_and_names_of_the_analyst_count_in_the_next_run() -> None:
    rows = _posts()
    first = _found(rows)
    (teeth,), (parking,) = (_themes_of(first, rows)[p] for p in ("teeth", "parking"))
    decided = Decisions(count=4, merges={teeth: parking}, names={parking: "Parking, and teeth"})
    second = _found(rows, decided, first.memory)
    assert _themes_of(second, rows)["teeth"] == {parking}
    assert {row["name"] for row in second.names.to_pylist() if row["theme"] == parking} == {
        "Parking, and teeth"
    }
    assert len(second.names) == 3


def test_a_split_theme_is_parted_and_its_parts_can_be_merged() -> None:
    rows = _posts()
    first = _found(rows)
    (sleep,) = _themes_of(first, rows)["sleep"]
    second = _found(rows, Decisions(count=4, splits={sleep: 2}), first.memory)
    assert _themes_of(second, rows)["sleep"] == {f"{sleep}.1", f"{sleep}.2"}
    merged = Decisions(count=4, splits={sleep: 2}, merges={f"{sleep}.2": f"{sleep}.1"})
    assert _themes_of(_found(rows, merged, first.memory), rows)["sleep"] == {f"{sleep}.1"}


def test_merges_in_a_circle_end() -> None:
    rows = _posts()
    found = _found(rows, Decisions(count=4, merges={"t1": "t2", "t2": "t1"}))
    assert found.themes.num_rows == len(rows)


def test_few_posts_have_no_themes() -> None:
    assert _found(_posts()[:20]).themes.num_rows == 0


def test_a_word_of_few_accounts_names_no_theme() -> None:
    """What seven people say could lead to them; so could what one says a hundred times."""
    common = [(f"a{n}", frozenset({"ward"} | ({"zebra"} if n < 7 else set()))) for n in range(20)]
    loud = [("one", frozenset({"loud"})) for _ in range(100)]
    other = [(f"b{n}", frozenset({"bus"})) for n in range(120)]
    words = own_words({"t1": common, "t2": loud, "t3": other})
    assert words == {"t1": ["ward"], "t2": [], "t3": ["bus"]}


def test_no_theme_is_called_after_the_clock_a_number_or_a_word_without_a_subject() -> None:
    words = {"past", "ten", "evening", "don't", "you've", "crohn's", "where", "steroid"}
    told = [(f"a{n}", frozenset(words)) for n in range(20)]
    other = [(f"b{n}", frozenset({"bus"})) for n in range(80)]
    assert own_words({"t1": told, "t2": other})["t1"] == ["crohn's", "steroid"]


def test_the_centre_of_a_few_posts_is_not_remembered() -> None:
    found = _found(_posts(), Decisions(count=30))
    sizes = found.themes["base"].value_counts().to_pylist()
    small = {row["values"] for row in sizes if row["counts"] < 8}
    assert small and small.isdisjoint(found.memory.centres)


def test_posts_that_cannot_be_read_have_no_vector() -> None:
    rows: list[dict[str, Any]] = [
        {"post_key": "1", "body": "the nurse was kind to my mother"},
        {"post_key": "2", "body": "the nurse was kind to my mother", "text_state": "not_kept"},
        {"post_key": "3", "body": "the nurse was kind to my mother", "lang": "es"},
        {"post_key": "4", "body": "ok"},
        {"post_key": "5", "body": "the nurse was kind to my mother", "lang": None},
    ]
    vectors = vector_batch(_batch(rows), {"languages": ["en", "es"]}).column("vector")
    assert [value is not None for value in vectors.to_pylist()] == [True, False, False, False, True]
    assert np.linalg.norm(unpacked(vectors.drop_null()), axis=1) == pytest.approx(1, abs=1e-5)


def test_the_adjusted_rand_index_is_that_of_a_worked_example() -> None:
    """Six things: table [[2,1,0],[0,1,2]]; index 2, expected 6*3/15, most 4.5: 0.8/3.3."""
    one, other = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(one, other) == pytest.approx((2 - 18 / 15) / (4.5 - 18 / 15))


@given(st.lists(st.integers(0, 4), min_size=2, max_size=40))
def test_a_grouping_agrees_with_itself_under_any_names(labels: list[int]) -> None:
    own = np.array(labels)
    assert adjusted_rand(own, 7 - own) == pytest.approx(1.0)
    assert stability([own, own, 4 - own]) == pytest.approx(1.0)


def test_groupings_by_lot_agree_no_more_than_chance() -> None:
    rng = np.random.default_rng(5)
    pairs = [adjusted_rand(rng.integers(0, 5, 300), rng.integers(0, 5, 300)) for _ in range(20)]
    assert abs(float(np.mean(pairs))) < 0.01


def test_groups_that_run_empty_begin_anew() -> None:
    same = np.tile(np.array([[1.0, 0.0]], np.float32), (6, 1))
    labels, centres = find_groups(same, 3, 1)
    assert len(labels) == 6 and np.isfinite(centres).all()


def test_a_group_takes_the_old_one_with_which_it_shares_most() -> None:
    old, new = np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 0, 0, 0, 2])
    assert matched(old, new, 3, 3) == [1, 0, 2]
    assert matched(np.array([0, 0]), np.array([0, 1]), 1, 2).count(None) == 1


def test_decisions_are_kept_and_taken_back(tmp_path: Path) -> None:
    known = ["t1", "t2", "t3"]
    made = decide(
        Decisions(), known, merge=("t1", "t2"), rename=("t2", "Waits"), split=("t3", 2), count=6
    )
    write_decisions(tmp_path, made)
    assert (
        read_decisions(tmp_path) == made == Decisions(6, {"t3": 2}, {"t1": "t2"}, {"t2": "Waits"})
    )
    assert decide(made, known, undo="t2") == Decisions(6, {"t3": 2}, {}, {})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"merge": ("t1", "t1")}, "cannot be merged into itself"),
        ({"merge": ("t1", "t9")}, "no theme 't9'"),
        ({"split": ("t1", 1)}, "give 2 to 9"),
        ({"count": 1}, "give 2 to 200"),
        ({"undo": "parking"}, "ids are like t4"),
    ],
)
def test_decisions_without_meaning_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        decide(Decisions(), ["t1", "t2"], **change)


def test_a_damaged_file_of_decisions_is_named(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "decisions.json").write_text("{")
    with pytest.raises(FormatError, match=r"decisions\.json cannot be read"):
        read_decisions(tmp_path)


def test_vectors_read_in_parts_stand_in_the_order_of_the_posts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(placing, "AT_ONCE", 4)
    numbers = np.array([21, 3, 8, 9, 2, 20])
    read: list[tuple[int, int]] = []

    def ask(_: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        read.append((params["low"], params["high"]))
        there = range(params["low"], params["high"])
        vectors = pa.array([bytes([n]) * SIZE for n in there], pa.binary())
        return pa.table({"record_no": list(there), "vector": vectors})

    found = np.zeros(len(numbers), np.int8)
    for places, rows in placing._parts(ask, numbers):
        found[places] = rows[:, 0]
    assert found.tolist() == numbers.tolist()
    assert read == [(0, 4), (8, 12), (20, 24)]
    assert not list(placing._parts(ask, numbers[:0]))
