"""Who writes alike copied it: the folds of a simulated study are the planted copies, and all of them."""

from collections.abc import Mapping

import pyarrow as pa
import pytest

from bedside.simulate.item import Item
from bedside.simulate.rates import FORMAT_SHARES, Rates
from bedside.simulate.threads import make_items
from bedside.simulate.world import DEFAULT, Plan, World
from bedside.store.keys import create_keys, load_keys
from bedside.unify.folds import find_folds
from bedside.unify.posts import unify_batch
from tests.unify.records import Row, as_batch, ask_over, collected

POSTS = 6000
SEEDS = (7, 21, 99)
STUDY = "alike"


def make_corpus(seed: int) -> dict[str, Item]:
    """Living posts of a corpus by their id; comments of surveys have none and are never copies."""
    world = World(Plan(POSTS, seed, DEFAULT, Rates(), "main", tuple(FORMAT_SHARES)))
    items = [item for block in range(world.blocks) for item in make_items(world, block)]
    return {item.post_id: item for item in items if item.post_id and not item.deleted}


def as_collected(number: int, item: Item) -> Row:
    repost = {"rel": "repost", "target_id": item.target.post_id} if item.target else None
    return collected(
        number,
        native_id=item.post_id,
        post_id=item.post_id,
        title=item.title,
        body=item.text,
        published_at=item.created * 1_000_000,
        relations=[repost] if repost and item.relation == "retweeted" else None,
    )


def find_copies(corpus: Mapping[str, Item]) -> dict[str, str]:
    """Post id -> id of the post that it was folded into."""
    create_keys(STUDY)
    rows = [as_collected(number, item) for number, item in enumerate(corpus.values(), 1)]
    posts = pa.Table.from_batches([unify_batch(as_batch(rows), {"study_id": STUDY})])
    name = {load_keys(STUDY).post_key(post_id): post_id for post_id in corpus}
    folds = find_folds(ask_over(posts)).to_pylist()
    return {name[f["post_key"]]: name[f["fold_key"]] for f in folds if not f["keep"]}


def first_of(post_id: str, source: Mapping[str, str]) -> str:
    while post_id in source:
        post_id = source[post_id]
    return post_id


@pytest.mark.parametrize("seed", SEEDS)
def test_posts_are_alike_where_one_was_copied_and_nowhere_else(seed: int) -> None:
    corpus = make_corpus(seed)
    planted = {
        key: item.truth.duplicate_of for key, item in corpus.items() if item.truth.duplicate_of
    }
    found = find_copies(corpus)
    right = sum(first_of(copy, planted) == first_of(kept, planted) for copy, kept in found.items())
    assert len(found) > 60
    assert right >= 0.98 * len(found)
    pairs = [(copy, source) for copy, source in planted.items() if source in corpus]
    assert len(pairs) > 60
    together = sum(first_of(copy, found) == first_of(source, found) for copy, source in pairs)
    assert together >= 0.98 * len(pairs)
