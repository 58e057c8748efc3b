"""The Boolean query: meaning against a slow reference, reading in words, errors that point at the place."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bedside.errors import QueryError
from bedside.model.posts import POSTS
from bedside.store.folding import fold
from bedside.store.query import Query, match_batch, parse_query, relevance_batch, relevance_stage
from bedside.store.query_tree import And, Near, Node, Not, Or, Term, Value, canonical
from bedside.store.views import RELEVANCE

# -- a slow evaluator that shares nothing with the fast one but the folding of words -------------------


def _word_is(pattern: str, word: str) -> bool:
    if not pattern:
        return not word
    if pattern[0] == "*":
        return _word_is(pattern[1:], word) or (bool(word) and _word_is(pattern, word[1:]))
    return bool(word) and pattern[0] in ("?", word[0]) and _word_is(pattern[1:], word[1:])


def _same(pattern: str, word: str) -> bool:
    if "*" in pattern or "?" in pattern:
        return _word_is(pattern, word)
    owned = not pattern.endswith("'s") and word == pattern + "'s"
    return owned or word.replace("'", "") == pattern.replace("'", "")


def _spans(node: Node, words: list[str]) -> list[tuple[int, int]]:
    if isinstance(node, Or):
        return [s for p in node.parts for s in _spans(p, words)]
    assert isinstance(node, Term)
    n = len(node.words)
    starts = range(len(words) - n + 1)
    return [(i, i + n - 1) for i in starts if all(map(_same, node.words, words[i : i + n]))]


def _parts(part: str, title: str, body: str) -> list[list[str]]:
    chosen = {"title": [title], "body": [body], "": [title, body]}[part]
    return [fold(text).split() for text in chosen]


def _near(node: Near, words: list[str]) -> bool:
    left, right = _spans(node.left, words), _spans(node.right, words)
    return any(
        0 < max(b[0] - a[1], a[0] - b[1]) <= node.within
        for a in left
        for b in right
        if b[0] > a[1] or a[0] > b[1]
    )


def slowly(node: Node, title: str, body: str) -> bool:
    if isinstance(node, And):
        return all(slowly(p, title, body) for p in node.parts)
    if isinstance(node, Or):
        return any(slowly(p, title, body) for p in node.parts)
    if isinstance(node, Not):
        return not slowly(node.part, title, body)
    if isinstance(node, Near):
        return any(_near(node, words) for words in _parts(node.part, title, body))
    assert isinstance(node, Term)
    return any(_spans(node, words) for words in _parts(node.part, title, body))


WORDS = ["pain", "pains", "pelvic", "endo", "gp", "s", "crohns"]
PATTERNS = [*WORDS, "pain*", "*s", "p?in", "end*o", "*n*o", "p*i*s", "crohn's", "?", "e*"]
SEPARATORS = st.sampled_from([" ", "'s ", "-", ", ", " the "])
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), SEPARATORS), max_size=9).map(
    lambda pairs: "".join(a + b for a, b in pairs)
)


@cache
def _trees() -> st.SearchStrategy[Node]:
    patterns = st.sampled_from([p for p in PATTERNS if p.strip("*?")])
    words = st.lists(patterns, min_size=1, max_size=2).map(tuple)

    def terms(part: str) -> st.SearchStrategy[Node]:
        return st.builds(Term, words, st.just(part))

    def near(part: str) -> st.SearchStrategy[Node]:
        side = terms(part) | st.builds(
            Or, st.lists(terms(part), min_size=2, max_size=2, unique=True).map(tuple)
        )
        return st.builds(Near, side, side, st.integers(1, 4), st.just(part))

    leaves = st.one_of([make(part) for make in (terms, near) for part in ("", "title", "body")])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Not, inner),
        ),
        max_leaves=6,
    )


@settings(max_examples=400, deadline=None)
@given(_trees(), TEXTS, TEXTS)
@example(Near(Term(("pain",)), Term(("pain",)), 2), "", "pain the pain")
@example(Near(Term(("s", "s")), Term(("s",)), 1), "", "s s s")
def test_fast_answer_is_the_slow_answer(tree: Node, title: str, body: str) -> None:
    query = parse_query(canonical(tree))
    assert query.matches(title, body) == slowly(tree, title, body)


@settings(deadline=None)
@given(_trees())
def test_written_out_query_reads_back_as_itself(tree: Node) -> None:
    once = parse_query(canonical(tree))
    again = parse_query(str(once))
    assert again.tree == once.tree
    assert again.words() == once.words()


@settings(deadline=None)
@given(_trees(), _trees(), TEXTS)
def test_de_morgan(one: Node, two: Node, body: str) -> None:
    a, b = canonical(one), canonical(two)
    neither = parse_query(f"NOT ({a} OR {b})"), parse_query(f"NOT {a} AND NOT {b}")
    not_both = parse_query(f"NOT ({a} AND {b})"), parse_query(f"NOT {a} OR NOT {b}")
    for left, right in (neither, not_both):
        assert left.matches(None, body) == right.matches(None, body)


@settings(deadline=None)
@given(st.text(alphabet="ab*?\"()#:-+'’NOTAR/3 \n癌", max_size=30))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    message = ""
    try:
        said = parse_query(text).words()
    except QueryError as error:
        said, message = "", str(error)
    assert said.startswith("posts with ") or message.startswith(("column ", "the query is empty"))


# -- meaning, by example ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "body", "found"),
    [
        ("crohn's", "my Crohn’s", True),
        ("crohns", "my Crohn's", True),
        ("crohn", "my Crohn's is back", True),
        ("crohn's", "crohn", False),
        ("self-harm", "Self harm", True),
        ("self-harm", "selfharm", False),
        ("don't", "i dont know", True),
        ("endométriose", "ENDOMETRIOSE sévère", True),
        ("endometriose", "l’endométriose", True),
        ("it*s", "ITs", True),
        ("pain", "painful", False),
        ("pain*", "painful", True),
        ("*itis", "Bursitis!", True),
        ("h?emorrhage", "haemorrhage", True),
        ("h?emorrhage", "hemorrhage", False),
        ("h*emorrhage", "hemorrhage", True),
        ('"pelvic pain*"', "Pelvic painful", True),
        ('"pelvic pain"', "pelvic floor pain", False),
        ("“pelvic pain”", "pelvic pain", True),
        ("pelvic pain", "pain that is pelvic", True),
        ("pain NEAR/2 pelvic", "pelvic and pain", True),
        ("pain NEAR/2 pelvic", "pelvic one two pain", False),
        ("(pain OR ache) NEAR/3 (back OR hip)", "my hip, such ache", True),
        ('"old man" NEAR/1 pain', "pain old man", True),
        ("pain OR ache AND hip", "pain", True),
        ("(pain OR ache) AND hip", "pain", False),
        ("pain NOT back", "back pain", False),
        ("pain AND NOT back", "hip pain", True),
        ("NOT NOT pain", "pain", True),
        ("and pain", "pain", False),
        ("#endo", "day one #Endo", True),
        ("#endo", "endo day", False),
        ("😭", "so tired😭", True),
        ("癌症", "我有癌症。", True),
        ("a&e", "went to A&E", True),
        ("covid-19", "COVID 19", True),
        ("боль", "БОЛЬ", True),
    ],
)
def test_examples_find_what_an_analyst_expects(query: str, body: str, found: bool) -> None:
    assert parse_query(query).matches(None, body) is found


FIELDS = {
    "source": "endo_forum",
    "platform": "reddit",
    "lang": "en-GB",
    "community": "r/Endo",
    "kind": "comment",
    "hashtags": ["#EndoWarrior"],
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("platform:reddit", True),
        ("platform:(tiktok OR reddit)", True),
        ("Platform:REDDIT", True),
        ("platform:red", False),
        ("platform:red*", True),
        ("source:endo_forum", True),
        ("lang:en", True),
        ("lang:e", False),
        ("community:endo", True),
        ("community:r/endo", True),
        ("kind:comment", True),
        ("hashtag:endowarrior", True),
        ("hashtag:#endo*", True),
        ("title:help", True),
        ("body:help", False),
        ('title:"please help"', True),
        ("title:(please NEAR/2 help) AND NOT body:please", True),
        ('"help hip"', False),
        ("help NEAR/3 hip", False),
    ],
)
def test_fields_look_where_they_say(query: str, found: bool) -> None:
    assert parse_query(query).matches("Please help", "hip is bad", FIELDS) is found


def test_absent_fields_match_nothing_and_the_query_goes_on() -> None:
    assert not parse_query("lang:en").matches(None, "pain", {"lang": None})
    assert parse_query("lang:en OR pain").matches(None, "pain")


@pytest.mark.parametrize(
    ("query", "column", "says"),
    [
        ("", 0, "the query is empty"),
        (" \n ", 0, "the query is empty"),
        ("(endo OR pain", 1, "never closed"),
        ("endo) OR pain", 5, "without a '('"),
        (")", 1, "without a '('"),
        ("()", 2, "nothing between"),
        ("endo AND", 6, "nothing follows AND"),
        ("(endo OR) pain", 7, "nothing follows OR"),
        ("NOT", 1, "nothing follows NOT"),
        ("endo NEAR/3", 6, "nothing follows NEAR"),
        ("OR endo", 1, "OR needs a term before it"),
        ("endo AND OR pain", 10, "OR needs a term before it"),
        ('"pelvic pain', 1, "never closed"),
        ('endo OR ""', 9, "no word"),
        ("endo NEAR pain", 6, "NEAR needs a number"),
        ("endo NEAR/five pain", 6, "NEAR needs a number"),
        ("endo NEAR/0 pain", 6, "NEAR needs a number"),
        ("a NEAR/2 b NEAR/2 c", 12, "two sides only"),
        ("(a AND b) NEAR/2 c", 1, "each side of NEAR"),
        ("title:a NEAR/2 b", 1, "the same place"),
        ("*", 1, "needs letters"),
        ('"pain * hip"', 1, "needs letters"),
        ("titel:endo", 1, "did you mean 'title'"),
        ("see http://x.org", 5, "double quotes"),
        ("title: endo", 1, "right after the colon"),
        ("title:(body:a)", 8, "one field at a time"),
        ("platform:*", 10, "needs a value"),
        ("endo -pain", 6, "write NOT"),
        ("endo & pain", 6, "no word"),
        ("(" * 60 + "a" + ")" * 60, 51, "deep"),
        ("NOT " * 500 + "a", 201, "deep"),
    ],
)
def test_errors_point_at_the_place_and_say_what_to_do(query: str, column: int, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    message = str(caught.value)
    assert says in message
    if column:
        head, shown, caret = message.split("\n")
        assert head.startswith(f"column {column}:")
        where = caret.index("^")
        assert shown[where] == query[column - 1] if column <= len(query) else where == len(shown)


def test_an_enormous_query_is_refused() -> None:
    with pytest.raises(QueryError, match="characters"):
        parse_query("a " * 60_000)


def test_words_say_the_grouping() -> None:
    query = parse_query(
        'endo* OR "pelvic pain" AND (gp NEAR/3 refer*) NOT title:advert platform:reddit'
    )
    assert query.words() == (
        "posts with a word starting with 'endo' or (the phrase 'pelvic pain' and (the word 'gp' within 3 "
        "words of a word starting with 'refer') and not the word 'advert' in the title and the platform 'reddit')"
    )
    assert parse_query("*itis").words() == "posts with a word ending in 'itis'"
    assert "(* is any letters, ? is one letter)" in parse_query("h?e*m").words()
    assert parse_query("*cyst**").words() == "posts with a word that holds 'cyst'"


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("pelvic pain", "side by side"),
        ("*itis", "starts with a wildcard"),
        ("pain And hip", "is read as a word"),
        ("pain near/5 hip", "is read as a word"),
        ("a OR b AND c", "binds closer"),
        ("'pelvic", "single quotes"),
        ("NOT advert", "none of its words"),
    ],
)
def test_notes_say_what_may_surprise(query: str, note: str) -> None:
    assert any(note in n for n in parse_query(query).notes)


@pytest.mark.parametrize(
    "query",
    ['endo* AND (pain OR "bad cramps") AND NOT advert', "(a AND b) OR c", "((a AND b) OR c) AND d"],
)
def test_a_plain_query_has_no_notes(query: str) -> None:
    assert parse_query(query).notes == ()


def test_no_wildcard_takes_long_on_a_long_word() -> None:
    hard = parse_query("a*a*a*a*a*a*b OR *a*a*a*c OR hashtag:a*a*a*a*b")
    assert not hard.matches(None, "a" * 20_000 + " #" + "a" * 2_000)
    assert hard.matches(None, "a" * 20_000 + "b")


# -- batches ------------------------------------------------------------------------------------------


def _batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    base = {
        "text_key": "t",
        "source": "s",
        "platform": "reddit",
        "kind": "post",
        "text_state": "kept",
        "state": "live",
    }
    full = [{**base, "post_key": f"k{i}", "record_no": i, **row} for i, row in enumerate(rows)]
    return pa.RecordBatch.from_pylist(full, schema=POSTS)


ROWS: list[dict[str, Any]] = [
    {"title": "Endo", "body": "nothing else"},
    {"title": None, "body": ""},
    {
        "title": None,
        "body": "clip",
        "segments": [{"origin": "ocr", "text": "ENDO day"}, {"origin": "alt", "text": None}],
    },
    {"title": None, "body": "walk", "hashtags": ["endo"], "lang": "en"},
]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("endo", [True, False, True, False]),
        ("body:endo", [False, False, True, False]),
        ("hashtag:endo", [False, False, False, True]),
        ("lang:en OR title:endo", [True, False, False, True]),
    ],
)
def test_batches_read_titles_bodies_segments_and_fields(query: str, hits: list[bool]) -> None:
    assert match_batch(parse_query(query), _batch(ROWS)).to_pylist() == hits


def test_the_kernel_gives_one_row_a_post_in_order() -> None:
    stage = relevance_stage("endo")
    out = relevance_batch(_batch(ROWS), stage.settings)
    assert out.schema == RELEVANCE == stage.schema
    assert out.column("relevant").to_pylist() == [True, False, True, False]
    assert out.column("post_key").to_pylist() == ["k0", "k1", "k2", "k3"]
    assert relevance_batch(_batch([]), stage.settings).num_rows == 0


def test_a_study_without_a_query_holds_every_post() -> None:
    assert (
        relevance_batch(_batch(ROWS), {"query": " "}).column("relevant").to_pylist() == [True] * 4
    )


def test_a_wrong_query_fails_before_any_page_is_read() -> None:
    with pytest.raises(QueryError):
        relevance_stage("(endo")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5), _trees())
def test_a_batch_answers_as_single_posts_do(texts: list[tuple[str, str]], tree: Node) -> None:
    query: Query = parse_query(canonical(tree))
    fields: Mapping[str, Any] = {"platform": "reddit"}
    rows = [{"title": t, "body": b} for t, b in texts]
    single = [query.matches(t, b, fields) for t, b in texts]
    assert match_batch(query, _batch(rows)).to_pylist() == single


def test_values_are_part_of_the_tree() -> None:
    assert parse_query('kind:"comment"').tree == Value("kind", "comment")
