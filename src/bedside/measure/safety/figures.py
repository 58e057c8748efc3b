"""Figures of safety: posts screened and flagged, cases handed over, what the screen finds and misses."""

from typing import Any

import msgspec

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows, evidence_id, evidence_of
from bedside.measure.judging import Asked
from bedside.measure.making import make_count, make_post_share
from bedside.measure.safety.gather import named_list
from bedside.measure.safety.screening import FLAGS, flagged_posts, recall_of
from bedside.measure.shares import ClusterSums
from bedside.model.figures import Figure, Judging
from bedside.store.stages import Aggregate, Ask

__all__ = ["measure_safety"]

NOT_JUDGED = "nobody has judged a random sample for harm"
HARM = Asked("harm", ("reaction",))
READ = "SELECT DISTINCT post_key FROM coverage WHERE coverage = 'done' AND layer = 'harm'"
SCREENED = f"SELECT c.post_key, c.account_key, c.source FROM corpus c WHERE c.post_key IN ({READ})"  # noqa: S608
FLAGGED = f"SELECT m.post_key FROM corpus_marks m WHERE {FLAGS}"  # noqa: S608
CANDIDATES = f"{SCREENED} AND c.post_key IN ({FLAGGED})"
UNFLAGGED = f"{SCREENED} AND c.post_key NOT IN ({FLAGGED})"
NOBODY = f"{SCREENED} AND 1 = 0"
SENT = "SELECT c.post_key, c.account_key FROM corpus c WHERE c.post_key IN (SELECT post_key FROM case_posts WHERE sent)"
CASES = Aggregate(
    name="safety.cases sent",
    needs=("case_posts", "corpus"),
    sql="SELECT COUNT(DISTINCT case_id) AS cases FROM case_posts WHERE sent AND post_key IN (SELECT post_key FROM corpus)",
)


def _params(context: MeasureContext, sql: str) -> dict[str, Any]:
    """Parameters that a query names."""
    return {"named": named_list(context.named)} if "$named" in sql else {}


def _by_source(ask: Ask, context: MeasureContext, step: str, sql: str, what: str) -> list[Figure]:
    """Posts of a step: of all sources together (`safety.screening`) and by source (`safety.sources`)."""
    params = _params(context, sql)
    rows, whole = Rows(sql=sql, keys=("source",), params=params), Rows(sql=sql, params=params)
    total = count_all(ask, whole, f"{step} of all")
    found = [
        make_count(
            context, "safety.screening", {"step": step}, total, whole, row_keys={}, method=what
        )
    ]
    for (source,), count in count_rows(ask, rows, step).items():
        keys = {"step": step, "source": source}
        found.append(
            make_count(
                context,
                "safety.sources",
                keys,
                count,
                rows,
                row_keys={"source": source},
                method=what,
            )
        )
    return found


def _share(
    ask: Ask, context: MeasureContext, measure: str, hits: str, of: str, what: str
) -> Figure:
    """A share of posts that is put to people where a sample was judged for harm."""
    hits_rows, of_rows = (Rows(sql=sql, params=_params(context, sql)) for sql in (hits, of))
    return make_post_share(
        context,
        measure,
        {},
        hits=count_all(ask, hits_rows, f"{measure} hits"),
        of=count_all(ask, of_rows, f"{measure} of"),
        sums=_sums(ask, context, hits, of),
        hits_rows=hits_rows,
        of_rows=of_rows,
        row_keys={},
        what=what,
        asked=HARM,
    )


def _sums(ask: Ask, context: MeasureContext, hits: str, of: str) -> ClusterSums:
    """Whole-number sums for the clustered interval."""
    sql = f"""
SELECT COALESCE(SUM(n), 0) AS posts, COALESCE(SUM(h), 0) AS hits, COUNT(*) AS accounts,
  COALESCE(SUM(h * h), 0) AS hits_hits, COALESCE(SUM(h * n), 0) AS hits_posts, COALESCE(SUM(n * n), 0) AS posts_posts
FROM (SELECT COALESCE(o.account_key, o.post_key) AS who, COUNT(*) AS n,
        SUM(CASE WHEN h.post_key IS NULL THEN 0 ELSE 1 END) AS h
      FROM (SELECT DISTINCT post_key, account_key FROM ({of}) a) o
      LEFT JOIN (SELECT DISTINCT post_key FROM ({hits}) b) h ON h.post_key = o.post_key
      GROUP BY COALESCE(o.account_key, o.post_key)) t"""  # noqa: S608
    needs = ("corpus", "corpus_marks", "coverage")
    row = ask(
        Aggregate(name="safety sums", sql=sql, needs=needs), _params(context, sql)
    ).to_pylist()[0]
    return ClusterSums(**{name: int(row[name]) for name in ClusterSums._fields})


def _recall(ask: Ask, context: MeasureContext, told: Figure) -> Figure:
    """What the screen finds of what people find: `safety.recall`; refused where nobody has judged."""
    hits, of = Rows(sql=CANDIDATES, params=_params(context, CANDIDATES)), Rows(sql=SCREENED)
    evidence = evidence_of(context, hits, of, keys={})
    found = None if context.judged is None else context.judged.sample_of("harm", "reaction")
    base = Figure(
        id=evidence_id("safety.recall", {}, evidence),
        measure="safety.recall",
        keys={},
        unit="posts",
        estimate=None,
        hits_accounts=told.hits_accounts,
        hits_posts=told.hits_posts,
        of_accounts=told.of_accounts,
        of_posts=told.of_posts,
        no_author=told.no_author,
        method="posts that the screen flags, of judged posts that tell of a harm",
        refused=NOT_JUDGED,
        evidence=evidence,
    )
    if found is None:
        return base
    recall = recall_of(found, flagged_posts(ask, context.named))
    if recall.value is None or told.judging is None:
        return msgspec.structs.replace(base, refused=recall.why or told.advice or base.refused)
    judging = _judging(told.judging, recall.told, recall.accounts)
    parts = {"decisions": judging.decisions, "sample": judging.sample}
    return msgspec.structs.replace(
        base,
        id=evidence_id("safety.recall", parts, evidence),
        estimate=recall.value,
        low=recall.low,
        high=recall.high,
        basis="judged",
        refused="",
        judging=judging,
        method=f"{base.method}, each weighed by its drawing probability; exact 95 % interval clustered by account",
    )


def _judging(told: Judging, positives: int, accounts: int) -> Judging:
    return msgspec.structs.replace(
        told, estimator="exact", positives=positives, accounts=accounts, weight=0.0, machine=None, machine_low=None, machine_high=None
    )  # fmt: skip


def _handed_over(ask: Ask, context: MeasureContext) -> Figure:
    rows = Rows(sql=SENT)
    count = count_all(ask, rows, "handed over")
    cases = int(ask(CASES, {})["cases"][0].as_py())
    return make_count(
        context,
        "safety.handed_over",
        {},
        count or Count(),
        rows,
        row_keys={},
        unit="records",
        estimate=cases,
        method="cases that people handed over, as the case log has them",
    )


def _only_judged(missed: Figure) -> Figure:
    """What the screen misses is never the machine's to say: refused where nobody has judged."""
    if missed.basis == "judged":
        return missed
    why = missed.advice if "sample" in missed.advice and "judged" in missed.advice else NOT_JUDGED
    return msgspec.structs.replace(missed, estimate=None, low=None, high=None, refused=why)


def measure_safety(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of safety.

    Notes
    -----
    A flag of the screen is no harm, and a case handed over is what a person decided. None of them is a rate of harm.
    """
    told = _share(
        ask,
        context,
        "safety.told",
        CANDIDATES,
        SCREENED,
        "posts that tell of a harm had by somebody, of posts screened",
    )
    missed = _share(
        ask,
        context,
        "safety.missed",
        NOBODY,
        UNFLAGGED,
        "posts that tell of a harm, of posts that the screen did not flag",
    )
    flagged = "posts in which the screen found a harm or a special situation"
    return [
        *_by_source(ask, context, "screened", SCREENED, "posts whose text was read for harms"),
        *_by_source(ask, context, "flagged", CANDIDATES, flagged),
        told,
        _only_judged(missed),
        _recall(ask, context, told),
        _handed_over(ask, context),
    ]
