"""The index finds exactly the posts that the Boolean query finds by reading them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.errors import QueryError
from bedside.store.manifest import Dataset, Page
from bedside.store.query import parse_query
from bedside.store.query_tree import Near, Term
from bedside.store.search import SearchIndex, drop_index, is_exact, make_index
from bedside.store.study import Study, create_study
from tests.decoding import found_in

TEXTS = [
    ("Endo", "My endometriosis was called 'normal' by the doctor's receptionist."),
    (None, "Pelvic pain for years; the pelvic floor, then PAIN again. Crohn’s too"),
    ("pelvic", "pain in the body, not in the title"),
    (None, "don't know 🙂👩‍⚕️ 子宮内膜症 naïve café"),
    ("", "endo\u200bmetriosis with a gap; doctors doctor doctor's"),
    (None, ""),
]


def _page(folder: Path, number: int, rows: list[tuple[str | None, str]], first: int) -> Page:
    (folder / "pages" / "posts").mkdir(parents=True, exist_ok=True)
    table = pa.table(
        {
            "record_no": pa.array(range(first, first + len(rows)), pa.int64()),
            "title": pa.array([title for title, _ in rows], pa.string()),
            "body": [body for _, body in rows],
            "segments": pa.array(
                [
                    [{"origin": "alt", "text": "a scan photo"}] if n == 0 else None
                    for n in range(len(rows))
                ],
                pa.list_(pa.struct([("origin", pa.string()), ("text", pa.string())])),
            ),
            "text_state": ["kept"] * len(rows),
        }
    )
    path = f"pages/posts/{number}-{len(rows)}.parquet"
    pq.write_table(table, folder / path)
    return Page(path, f"key-{number}-{rows!r}", len(rows))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return create_study(tmp_path / "study", title="t")


@pytest.fixture
def index(study: Study) -> SearchIndex:
    return make_index(study, Dataset("k", (_page(study.folder, 0, TEXTS, 100),)))


WORDS = st.sampled_from(
    [
        "endo",
        "endo*",
        "*pain",
        "doctor",
        "doctors",
        "doctor's",
        "p?in",
        "pelvic",
        "dont",
        "子",
        "🙂",
        "crohn's",
        "scan",
        "naive",
    ]
)
TERMS = st.one_of(
    WORDS,
    st.lists(WORDS.filter(lambda w: "*" not in w and "?" not in w), min_size=2, max_size=3).map(
        lambda words: '"' + " ".join(words) + '"'
    ),
    WORDS.map("title:{}".format),
    WORDS.map("body:{}".format),
    st.sampled_from(
        [
            '"pelvic pain"',
            '"endo my"',
            '"receptionist a scan"',
            '"the doctor\'s receptionist"',
            '"pelvic fl*"',
        ]
    ),
)


@given(TERMS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_term_finds_what_reading_every_text_finds(index: SearchIndex, text: str) -> None:
    query = parse_query(text)
    node = query.tree
    assert isinstance(node, Term)
    parts = [
        (title or "", [body, "a scan photo"] if n == 0 else [body])
        for n, (title, body) in enumerate(TEXTS)
    ]
    from bedside.store.query_match import Folded, compile_tree

    meant = {
        100 + n
        for n, (title, body) in enumerate(parts)
        if compile_tree(node)(Folded(title, body, {}))
    }
    found = set(index.find(node).tolist())
    assert found == meant if is_exact(node) else found >= meant


def test_near_narrows_down_without_losing_any(index: SearchIndex) -> None:
    node = parse_query("pelvic NEAR/3 (pain OR floor)").tree
    assert isinstance(node, Near)
    assert index.find(node).tolist() == [101, 102]
    assert not is_exact(node)


def test_a_wildcard_for_too_many_words_says_so(study: Study) -> None:
    rows: list[tuple[str | None, str]] = [(None, " ".join(f"w{n}" for n in range(2500)))]
    index = make_index(study, Dataset("k", (_page(study.folder, 0, rows, 0),)))
    with pytest.raises(QueryError, match="more letters"):
        index.find(Term(("w*",)))


def test_pages_that_come_later_are_added_and_a_page_made_anew_leaves_nothing(study: Study) -> None:
    first, second = _page(study.folder, 0, TEXTS, 0), _page(study.folder, 1, [(None, "zebra")], 50)
    make_index(study, Dataset("k", (first,)))
    told: list[int] = []
    index = make_index(study, Dataset("k", (first, second)), lambda _, done, of: told.append(of))
    assert told == [1, 1] and index.find(Term(("zebra",))).tolist() == [50]
    assert "search.sqlite" in found_in(study.folder, "zebra")
    anew = make_index(study, Dataset("k", (first,)))
    assert anew.find(Term(("zebra",))).tolist() == []
    assert anew.find(Term(("pelvic",))).tolist() == [1, 2]
    assert found_in(study.folder, "zebra") == [second.file]


def test_posts_stand_in_the_index_as_in_their_page_whichever_are_asked_for(study: Study) -> None:
    page = _page(study.folder, 0, TEXTS * 9, 100)
    index = make_index(study, Dataset("k", (page,)))
    rows = {row["record_no"]: row for row in pq.read_table(study.folder / page.file).to_pylist()}
    assert index.posts([99, 153, 100, 131, 100, 154]) == {n: rows[n] for n in (100, 131, 153)}
    assert index.posts(list(rows)) == rows and index.posts([]) == {}


def test_a_dropped_index_is_gone_and_made_anew(study: Study) -> None:
    page = _page(study.folder, 0, TEXTS, 0)
    make_index(study, Dataset("k", (page,)))
    drop_index(study)
    assert not list(study.folder.glob("search*"))
    assert np.array_equal(make_index(study, Dataset("k", (page,))).find(Term(("pelvic",))), [1, 2])


def test_a_damaged_index_is_made_anew(study: Study) -> None:
    page = _page(study.folder, 0, TEXTS, 0)
    (study.folder / "search.sqlite").write_bytes(b"not a database" * 100)
    assert make_index(study, Dataset("k", (page,))).find(Term(("pelvic",))).tolist() == [1, 2]
