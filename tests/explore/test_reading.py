"""The reading room: what is searched, counted and shown is what the study holds, and small counts stay hidden."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bedside.explore.counts import shown_counts
from bedside.explore.filters import FACETS, Filter, counted, read_filter
from bedside.explore.ground import Ground
from bedside.measure.stories import find_stories
from bedside.store.query import parse_query
from tests.explore.client import Client

QUERIES = [
    "pain",
    "endo* AND NOT doctor",
    '"i was" OR "blood sugar"',
    "doctor NEAR/4 (told OR said)",
    "source:reddit AND (gp OR doctor)",
    "hashtag:endo*",
    '"my g*"',
    "title:pain",
    "platform:x NOT kind:comment",
    "lang:en pcos",
]


@pytest.fixture
def ground(study: Path) -> Ground:
    return Ground(study, "")


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_finds_what_the_run_would_find(ground: Ground, text: str) -> None:
    reading = ground.reading
    mask, _ = reading.kept(Filter(q=text))
    query = parse_query(text)
    sql = "SELECT p.* FROM posts p JOIN corpus c ON c.record_no = p.record_no ORDER BY p.record_no"
    from bedside.store.stages import Aggregate

    posts = ground.ask(Aggregate(name="all", sql=sql, needs=("posts", "corpus")), {}).to_pylist()
    meant = [
        query.matches(
            p["title"],
            "\n \n".join([p["body"], *(s["text"] for s in p["segments"] or ())]),
            p,
        )
        for p in posts
    ]
    assert mask.tolist() == meant
    assert any(meant)


def test_facets_count_accounts_as_sql_does(ground: Ground) -> None:
    corpus = ground.reading.corpus
    _, without = ground.reading.kept(Filter(chosen=(("source", "reddit"),)))
    connection = ground.engine.connection.cursor()
    told = connection.execute(
        "SELECT m.code, count(DISTINCT c.account_key), count(DISTINCT c.post_key) FROM marks m JOIN corpus c "
        "ON c.post_key = m.post_key WHERE m.layer = 'feel' AND COALESCE(m.assertion, 'asserted') = 'asserted' "
        "AND c.source = 'reddit' GROUP BY 1"
    ).fetchall()
    counts = counted(corpus, without)
    found = {code: both for code, both in counts["feel"].items() if both[1]}
    assert found == {code: (accounts, posts) for code, accounts, posts in told} != {}
    sources = connection.execute("SELECT source, count(*) FROM corpus GROUP BY 1").fetchall()
    by_source = {name: posts for name, (_, posts) in counts["source"].items()}
    assert by_source == dict(sources)


def test_stories_come_in_the_order_that_the_measure_gives_them(ground: Ground) -> None:
    groups = ground.book.layer("stage").members()
    points = dict(
        zip(
            ground.reading.corpus.keys.to_pylist(),
            ground.reading.corpus.points.tolist(),
            strict=True,
        )
    )
    stories = find_stories(ground.ask, groups, most=200)
    assert stories and all(points[story.post_key] == story.points for story in stories)
    first = ground.reading.ordered(np.ones(len(points), bool), "stories")
    assert ground.reading.corpus.points[first[0]] == max(points.values()) == stories[0].points


def test_the_first_posts_in_order_are_those_of_the_whole_order(ground: Ground) -> None:
    everything = np.ones(len(ground.reading.corpus), bool)
    for sort in ("stories", "newest", "oldest"):
        whole = ground.reading.ordered(everything, sort)
        assert ground.reading.ordered(everything, sort, 100).tolist() == whole[:100].tolist()
        assert sorted(whole.tolist()) == list(range(len(everything)))


def test_codes_that_nobody_tells_are_shown_as_zero(ground: Ground) -> None:
    nobody = np.zeros(len(ground.reading.corpus), bool)
    nothing = ground.reading.corpus.tally.counts(["feel"], nobody)["feel"]
    assert set(nothing) >= set(ground.book.layer("feel").names())
    assert set(nothing.values()) == {(0, 0)}


def test_a_small_count_is_never_hidden_alone() -> None:
    shown = shown_counts({"a": (3, 3), "b": (9, 9), "c": (40, 40), "z": (0, 0)}, small=8)
    assert [shown[k].printed for k in "abcz"] == ["*", "*", "40", "0"]
    two = shown_counts({"a": (3, 3), "b": (2, 2), "c": (40, 40)}, small=8)
    assert [two[k].printed for k in "abc"] == ["*", "*", "40"]


def test_the_raw_role_sees_counts_that_others_do_not(study: Path) -> None:
    def least(client: Client) -> set[Any]:
        rows = csv.DictReader(io.StringIO(client.get("/index.csv?table=facets").text))
        return {int(row["accounts"]) for row in rows if row["accounts"]}

    assert not least(Client.of(study)) & set(range(1, 8))
    assert least(Client.of(study, name="Ann", roles="raw")) & set(range(1, 8))


def test_the_address_holds_the_whole_state(study: Path) -> None:
    client = Client.of(study)
    one = client.get("/index.json?q=pain&feel=relief&since=2024-01-01&sort=newest").json()
    assert one["filter"]["chosen"] == [["feel", "relief"]]
    again = read_filter({"q": "pain", "feel": "relief", "since": "2024-01-01", "sort": "newest"})
    assert client.get(again.address()).status_code == 200
    assert again.address(feel="") == "/?q=pain&since=2024-01-01&sort=newest"
    assert again.posts.address() == "/?q=pain&since=2024-01-01&feel=relief"


def test_a_query_that_cannot_be_read_is_told_beside_its_box(study: Path) -> None:
    answer = Client.of(study).get("/?q=(pain")
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text and 'role="alert"' in answer.text
    assert 'value="(pain"' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=99999",
        "sort=best",
        "since=yesterday",
        "evidence=ev-0",
        f"q={'a' * 3000}",
    ],
)
def test_an_address_without_meaning_says_what_is_wanted(study: Path, query: str) -> None:
    answer = Client.of(study).get(f"/?{query}")
    assert answer.status_code in (400, 404) and 'role="alert"' in answer.text


def test_a_value_that_nobody_has_shows_no_post(study: Path) -> None:
    text = Client.of(study).get("/?feel=nothing-like-it").text
    assert "No post in view" in text and "No post is in view" in text


def test_every_facet_link_leads_to_the_posts_that_it_counts(study: Path, ground: Ground) -> None:
    client = Client.of(study, name="Ann", roles="raw")
    for facet, value in [("feel", "relief"), ("source", "reddit"), ("stage", "diagnosis")]:
        assert facet in FACETS
        told = client.get(f"/index.json?{facet}={value}").json()
        mask, _ = ground.reading.kept(Filter(chosen=((facet, value),)))
        assert told["posts"] == int(mask.sum()) > 0
        rows = {(r["facet"], r["value"]): r for r in told["tables"]["facets"]}
        assert rows[facet, value]["posts"] == told["posts"]


def test_crisis_posts_are_not_shown_in_lists(study: Path, ground: Ground) -> None:
    keys = ground.reading.corpus.keys.to_pylist()
    at = int(np.flatnonzero(ground.reading.crisis)[0])
    (post,) = ground.reading.texts(np.array([at]))
    words = " ".join(post["body"].split()[:6])
    client = Client.of(study)
    listed = client.get(f"/index.json?q=%22{words}%22").json()["tables"]["posts"]
    assert keys[at] not in {row["post_key"] for row in listed}
    assert "cry for help" in client.get(f"/post/{keys[at]}").text


def test_a_figure_opens_to_its_posts_and_says_what_may_be_said(study: Path, ground: Ground) -> None:
    figure = max(
        ground.figures.values(), key=lambda f: f.hits_accounts or 0 if f.basis == "machine" else 0
    )
    client = Client.of(study)
    page = client.get(f"/evidence/{figure.id}?again=yes").text
    assert "What you may say now" in page and "Nobody has checked it" in page
    assert "from its query alone: the same" in page
    keys = client.get(f"/evidence/{figure.id}.json").json()["tables"]["posts"]
    assert len(keys) == figure.hits_posts
    assert client.get(f"/evidence/{figure.id[:13]}").status_code == 200
    assert client.get("/evidence/ev-").status_code == 404


def test_a_suppressed_figure_shows_no_number_on_its_page(study: Path, ground: Ground) -> None:
    assert ground.release is not None
    hidden = next(f for f in ground.release.figures if f.suppressed and f.evidence.posts_sql)
    page = Client.of(study).get(f"/evidence/{hidden.id}").text
    assert "Few posts stand behind it" in page and "Nothing yet." in page


def test_a_thread_and_an_account_are_read_in_order(study: Path, ground: Ground) -> None:
    assert len(ground.reading.corpus)  # makes the tables that the next line reads
    rows = (
        ground.engine.connection.cursor()
        .execute(
            "SELECT min(t.post_key), min(c.account_key) FROM threads t JOIN corpus c ON c.post_key = t.post_key "
            "GROUP BY t.thread_key HAVING count(*) > 3 AND min(c.account_key) IS NOT NULL ORDER BY 1"
        )
        .fetchone()
    )
    assert rows is not None
    client = Client.of(study)
    assert 'aria-current="true"' in client.get(f"/post/{rows[0]}").text
    assert "by the dates of the posts" in client.get(f"/account/{rows[1]}").text
    assert client.get("/account/nobody").status_code == 404
    assert client.get("/post/nobody").status_code == 404
