"""Filters: the state of the reading room as its address holds it, and the posts that it leaves in view."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
import numpy as np

from bedside.errors import InputError
from bedside.explore.corpus import Corpus, Mask
from bedside.explore.tally import Counted

__all__ = ["FACETS", "SORTS", "Filter", "counted", "days_of", "kept_by", "read_filter"]

FACETS = (
    "stage",
    "feel",
    "think",
    "do",
    "care",
    "content",
    "support_needed",
    "role",
    "experiencer",
    "source",
    "platform",
    "kind",
    "lang",
    "place_country",
)
"""In the order in which they stand; each has one value chosen or none."""
SORTS = ("stories", "newest", "oldest")
EPOCH = date(1970, 1, 1)
LONGEST = 2_000  # characters of a query: longer ones do not fit an address


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the reading room.

    Attributes
    ----------
    q : str
        Boolean query, as `store.query` reads it.
    chosen : tuple of (facet, value)
    since, until : str
        First and last day, YYYY-MM-DD; empty: no limit.
    evidence : str
        Id of a figure whose posts are read.
    theme : str
        Id of a discovered theme.
    sort : str
        stories | newest | oldest.
    page : int
        From 1.
    """

    q: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    since: str = ""
    until: str = ""
    evidence: str = ""
    theme: str = ""
    sort: str = "stories"
    page: int = 1

    @property
    def of(self) -> dict[str, str]:
        """Value chosen by facet."""
        return dict(self.chosen)

    @property
    def posts(self) -> "Filter":
        """The same posts, however they are sorted and paged."""
        return msgspec.structs.replace(self, sort="stories", page=1)

    def address(self, **changes: Any) -> str:
        """Address of the reading room with this filter, changed; facets by name, "" clears."""
        chosen = self.of | {k: v for k, v in changes.items() if k in FACETS}
        plain = {
            name: changes.get(name, getattr(self, name))
            for name in ("q", "since", "until", "evidence", "theme", "sort")
        }
        held = {k: v for k, v in (plain | chosen).items() if v}
        if held.get("sort") == "stories":
            del held["sort"]
        page = changes.get("page", 1)
        return (
            "/?" + urlencode(held | ({"page": page} if page > 1 else {}))
            if held or page > 1
            else "/"
        )


def read_filter(query: Mapping[str, str]) -> Filter:
    """The filter that an address holds.

    Raises
    ------
    InputError
        If a day, a page or a sort has no meaning, or the query is too long.
    """
    text = query.get("q", "").strip()
    if len(text) > LONGEST:
        raise InputError(f"the query has {len(text):,} signs; at most {LONGEST:,} fit an address")
    sort = query.get("sort", "") or "stories"
    if sort not in SORTS:
        raise InputError(f"posts are sorted by {', '.join(SORTS)}; the address says something else")
    page = query.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page) <= 100_000:
        raise InputError("pages are numbered from 1; the address says something else")
    return Filter(
        q=text,
        chosen=tuple((facet, query[facet]) for facet in FACETS if query.get(facet)),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        evidence=query.get("evidence", ""),
        theme=query.get("theme", ""),
        sort=sort,
        page=int(page),
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise InputError("days are written YYYY-MM-DD, such as 2026-03-01") from error


def days_of(text: str) -> int:
    """A day as days since 1970."""
    return (date.fromisoformat(text) - EPOCH).days


def facet_mask(corpus: Corpus, facet: str, value: str) -> Mask:
    """Posts with a value; none where nobody has it."""
    if facet not in FACETS:
        raise InputError(f"posts are not filtered by '{facet[:40]}'; by {', '.join(FACETS)}")
    return corpus.tally.mask(facet, value)


def kept_by(
    corpus: Corpus, asked: Filter, searched: Iterable[Mask]
) -> tuple[Mask, dict[str, Mask]]:
    """Posts in view, and for each facet the posts that all else leaves: what choosing a value of it would show.

    Parameters
    ----------
    corpus : Corpus
    asked : Filter
    searched : iterable of Mask
        Of the query, the figure and the theme, where they are asked for.

    Returns
    -------
    tuple of Mask and dict of facet to Mask
        Facets without a chosen value share the first.
    """
    base = np.ones(len(corpus), bool)
    for mask in searched:
        base &= mask
    if asked.since:
        base &= corpus.day >= days_of(asked.since)
    if asked.until:
        base &= (corpus.day <= days_of(asked.until)) & (corpus.day > -(2**29))
    masks = {facet: facet_mask(corpus, facet, value) for facet, value in asked.chosen}
    view = base.copy()
    for mask in masks.values():
        view &= mask
    without = dict.fromkeys(FACETS, view)
    for facet in masks:
        rest = base.copy()
        for other, mask in masks.items():
            if other != facet:
                rest &= mask
        without[facet] = rest
    return view, without


def counted(corpus: Corpus, without: Mapping[str, Mask]) -> dict[str, Counted]:
    """Accounts and posts for each value of each facet, zeros too.

    Parameters
    ----------
    corpus : Corpus
    without : mapping of facet to Mask
        Of `kept_by`.
    """
    together: dict[int, list[str]] = {}
    for facet, mask in without.items():
        together.setdefault(id(mask), []).append(facet)
    found: dict[str, Counted] = {}
    for facets in together.values():
        found |= corpus.tally.counts(facets, without[facets[0]])
    return {facet: found[facet] for facet in without}
