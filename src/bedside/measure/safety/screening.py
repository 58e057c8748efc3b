"""Screening: what was read for harms, what the screen finds of what people find, and what it may have missed (R9, R52)."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from bedside.judge.judged import Judged
from bedside.measure.estimates.judged import exact_share
from bedside.measure.estimates.sample import Sample
from bedside.measure.safety.gather import named_list
from bedside.measure.shares import Share
from bedside.model.sources import Source
from bedside.store.stages import Aggregate, Ask

__all__ = ["Recall", "ScreenedSource", "flagged_posts", "recall_of", "screened_sources"]

FLAGS = """
  (m.layer = 'harm' AND m.slot = 'reaction' AND COALESCE(m.assertion, 'asserted') IN ('asserted', 'past', 'others'))
  OR (m.layer = 'special_situation' AND COALESCE(m.assertion, 'asserted') IN ('asserted', 'past'))
  OR (m.layer = 'mention' AND m.slot = 'drug' AND array_contains($named, m.concept))"""
SCREENED = Aggregate(
    name="safety.screened sources",
    needs=("posts", "folds", "coverage", "marks"),
    sql=f"""
SELECT p.source, COALESCE(c.coverage, 'not read') AS coverage, COUNT(*) AS posts,
  SUM(CASE WHEN f.post_key IS NULL THEN 0 ELSE 1 END) AS flagged,
  CAST(MIN(CAST(p.collected_at AS DATE)) AS VARCHAR) AS first_day,
  CAST(MAX(CAST(p.collected_at AS DATE)) AS VARCHAR) AS last_day
FROM posts p JOIN folds k ON k.record_no = p.record_no
LEFT JOIN (SELECT post_key, MIN(coverage) AS coverage FROM coverage WHERE layer = 'harm' GROUP BY post_key) c
  ON c.post_key = p.post_key
LEFT JOIN (SELECT DISTINCT m.post_key FROM marks m WHERE {FLAGS}) f ON f.post_key = p.post_key
WHERE k.keep
GROUP BY p.source, COALESCE(c.coverage, 'not read') ORDER BY p.source, coverage
""",  # noqa: S608
)
FLAGGED = Aggregate(
    name="safety.flagged",
    needs=("corpus", "corpus_marks"),
    sql=f"SELECT DISTINCT m.post_key FROM corpus_marks m WHERE {FLAGS} ORDER BY m.post_key",  # noqa: S608
)


class ScreenedSource(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the screening log.

    Attributes
    ----------
    source : str
    under_mah_responsibility : bool
        Whether the product's company runs it.
    screened : int
        Unique posts whose text was read for harms.
    not_read : dict of str to int
        Posts that were not, by why: language, permission, length, failed.
    flagged : int
        Screened posts in which the screen found a harm or a special situation.
    first_day, last_day : str
        Days on which its posts were taken in.
    cases : dict of str to int
        Cases of this source by where they stand.
    """

    source: str
    under_mah_responsibility: bool
    screened: int
    not_read: dict[str, int]
    flagged: int
    first_day: str
    last_day: str
    cases: dict[str, int] = {}


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen finds of what people find in a random sample.

    Attributes
    ----------
    value, low, high : float or None
        Share of posts that tell of a harm which the screen flags, with an exact 95 % interval; None: not known.
    found, told, judged : int
        Judged posts that tell of a harm and were flagged; that tell of one; all that were judged.
    missed_high : float or None
        Upper 95 % limit of the share of unflagged posts that tell of a harm after all.
    why : str
        Why there is no number, and what would give one.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    found: int = 0
    told: int = 0
    judged: int = 0
    accounts: int = 0
    missed_high: float | None = None
    sample: str = ""
    why: str = ""


def screened_sources(
    ask: Ask,
    register: Mapping[str, Source],
    cases: Mapping[str, Mapping[str, int]],
    named: Iterable[str] = (),
) -> list[ScreenedSource]:
    """The screening log: one line for each source that has posts.

    Parameters
    ----------
    ask : Ask
        Over the whole study: every post that was read is screened, whatever the study asks.
    register : mapping of str to Source
    cases : mapping
        Source -> status -> cases.
    named : iterable of str
        Names of products of which every mention is flagged.
    """
    by_source: dict[str, list[dict[str, Any]]] = {}
    for row in ask(SCREENED, {"named": named_list(named)}).to_pylist():
        by_source.setdefault(row["source"], []).append(row)
    return [
        ScreenedSource(
            source=name,
            under_mah_responsibility=name in register and register[name].under_mah_responsibility,
            screened=sum(int(r["posts"]) for r in rows if r["coverage"] == "done"),
            not_read={r["coverage"]: int(r["posts"]) for r in rows if r["coverage"] != "done"},
            flagged=sum(int(r["flagged"]) for r in rows if r["coverage"] == "done"),
            first_day=min(r["first_day"] or "" for r in rows),
            last_day=max(r["last_day"] or "" for r in rows),
            cases=dict(cases.get(name, {})),
        )
        for name, rows in by_source.items()
    ]


def flagged_posts(ask: Ask, named: Iterable[str] = ()) -> frozenset[str]:
    """Posts of the corpus in which the screen found something."""
    return frozenset(ask(FLAGGED, {"named": named_list(named)})["post_key"].to_pylist())


def recall_of(judged: Judged, flagged: frozenset[str]) -> Recall:
    """What the screen finds of what people find.

    Parameters
    ----------
    judged : Judged
        A random sample judged for harm, without proposals shown.
    flagged : frozenset of str

    Returns
    -------
    Recall

    Notes
    -----
    Exact intervals at the effective number of posts, each weighed by its drawing probability and clustered by account
    (`estimates.judged.exact_share`). Of few judged harms the interval is wide, and that is what is known.
    """
    rows = judged.table
    if not rows.num_rows:
        why = judged.reason or "no sample was drawn for harm"
        return Recall(why=f"{why}; draw one at random and judge its layer harm")
    is_flagged = [key in flagged for key in rows["post_key"].to_pylist()]
    told = [bool(d) for d in rows["decision"].to_pylist()]
    missed = _share(rows, [not f for f in is_flagged], told)
    known = Recall(
        found=sum(f and t for f, t in zip(is_flagged, told, strict=True)),
        told=sum(told),
        judged=rows.num_rows,
        accounts=len({k for k, t in zip(rows["account_key"].to_pylist(), told, strict=True) if t}),
        missed_high=missed.high if missed else None,
        sample=judged.sample.id if judged.sample else "",
    )
    share = _share(rows, told, is_flagged)
    if share is None:
        why = "no judged post tells of a harm: how many the screen finds cannot be said from this sample; judge more"
        return msgspec.structs.replace(known, why=why)
    return msgspec.structs.replace(known, value=share.value, low=share.low, high=share.high)


def _share(rows: pa.Table, among: list[bool], hits: list[bool]) -> Share | None:
    """Share of hits among some rows of the sample, exact; None where there are none."""
    at = [i for i, kept in enumerate(among) if kept]
    if not at:
        return None
    part = rows.take(pa.array(at))
    accounts = [
        account or f"post:{key}"
        for account, key in zip(
            part["account_key"].to_pylist(), part["post_key"].to_pylist(), strict=True
        )
    ]
    found = exact_share(
        Sample(
            judged=[float(hits[i]) for i in at],
            account=accounts,
            probability=part["probability"].to_numpy(),
        )
    )
    return None if found.value is None else Share(found.value, found.low, found.high)
