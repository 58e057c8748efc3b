"""What is said between posts of a study: who speaks, exchanges, and cascades of claims, found once for a corpus."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from bedside.measure.exchange.dialogues import find_dialogues
from bedside.measure.exchange.speakers import REPLIES_OF, SPEAKERS_OF
from bedside.measure.misinformation.spread import find_claim_posts
from bedside.store.files import content_key
from bedside.store.manifest import Dataset
from bedside.store.stages import Ask

__all__ = ["find_exchanges"]

VERSION = "2"
Table = Callable[[str, str, Callable[[], pa.Table]], Dataset]
"""Finds a global table by name and key, or makes it."""


def find_exchanges(
    ask: Ask, table: Table, corpus_key: str, bind: Callable[[], None], unsafe: frozenset[str]
) -> None:
    """Make the tables `speakers`, `replies`, `exchanges`, `dialogues` and `claim_posts` where what they rest on changed.

    Parameters
    ----------
    ask : Ask
    table : callable
    corpus_key : str
        Of everything that they are found in.
    bind : callable
        Shows the corpus, and what has been made of these tables, to `ask`; called only if something must be found.
    unsafe : frozenset of str
        Keys of posts that a clinician judged unsafe.
    """
    made: list[Any] = []

    def speakers() -> pa.Table:
        bind()
        return ask(SPEAKERS_OF, {})

    def replies() -> pa.Table:
        bind()
        return ask(REPLIES_OF, {})

    def dialogues() -> Any:
        if not made:
            bind()
            made.append(find_dialogues(ask, unsafe))
        return made[0]

    who = content_key("speakers", VERSION, corpus_key)
    table("speakers", who, speakers)
    table("replies", content_key("replies", VERSION, who), replies)
    ends = content_key("exchanges", VERSION, who, sorted(unsafe))
    table("exchanges", ends, lambda: dialogues()[0])
    table("dialogues", ends, lambda: dialogues()[1])

    def claims() -> pa.Table:
        bind()
        return find_claim_posts(ask)

    table("claim_posts", content_key("claim_posts", VERSION, corpus_key), claims)
