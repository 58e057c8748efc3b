"""Providers compared fairly: shares, shrunken shares, expected ranks and funnel limits; never a league table (F65, R55).

Reviewers are counted, not reviews. Providers with fewer reviewers than the study's minimum enter nothing. A clinician is
never a unit: unifying has taken their names away, and only providers are read here.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from bedside.errors import InputError
from bedside.measure.care.aspects import VALENCES
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id
from bedside.measure.making import NOT_CHECKED, make_share
from bedside.measure.periods import dated, filled, label, month
from bedside.measure.statistics.control import FEWEST_POINTS
from bedside.measure.statistics.funnel import Funnel, fit_funnel, flagged, limits_at
from bedside.measure.statistics.shrinkage import fit_prior, ranks, shrunk
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Ask, sharing

__all__ = ["ORIGINS", "measure_providers"]

ORIGINS = ("own", "solicited", "republished")
"""Written unasked; asked for by the provider (the register says so); shown by an organisation as its own praise."""

Cell = tuple[str, str]
"""Origin and valence: what one comparison is about."""


class _Held(NamedTuple):
    """One provider with enough reviewers."""

    name: str
    hits: Count
    of: Count
    figure: Figure


def _reviews(context: MeasureContext) -> str:
    """Reviews of providers whose care was read. Columns post_key, account_key, provider, origin, published_at, ...

    A provider with a code is known by it, whatever its name is in a review.
    """
    asked = (
        f"WHEN c.source IN {listed(context.solicited)} THEN 'solicited'"
        if context.solicited
        else ""
    )
    return f"""
SELECT DISTINCT c.post_key, c.account_key, a.provider,
  CASE WHEN COALESCE(c.account_kind, 'person') <> 'person' THEN 'republished' {asked} ELSE 'own' END AS origin,
  c.published_at, c.published_precision
FROM corpus c
JOIN (SELECT record_no, CASE WHEN id IS NULL THEN name ELSE COALESCE(MIN(name) OVER (PARTITION BY scheme, id), id) END AS provider
      FROM post_about WHERE kind = 'provider' AND COALESCE(id, name) IS NOT NULL) a ON a.record_no = c.record_no
WHERE COALESCE(c.kind, 'review') <> 'response'
  AND c.post_key IN (SELECT post_key FROM coverage WHERE layer = 'care' AND coverage = 'done')"""  # noqa: S608


def _valued(reviews: str) -> str:
    """Reviews with what they hold, praise or complaint; one row each."""
    whens = " ".join(f"WHEN m.code LIKE '%:{v}' THEN '{v}'" for v in VALENCES)
    return f"""
SELECT DISTINCT r.*, CASE {whens} END AS valence
FROM ({reviews}) r JOIN corpus_marks m ON m.post_key = r.post_key
WHERE m.layer = 'care' AND {asserted("m")}"""  # noqa: S608


def measure_providers(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Providers, all with keys {"provider", "origin", "valence"} and the same reviewers behind them.

    `care.providers`: accounts with a complaint (praise) in a review of the provider, of accounts that review it.
    `care.shrunk`: the same drawn towards all providers, by how few reviewers there are. `care.ranks`: expected rank,
    1 for the smallest share, with the ranks between which it lies. `care.limits`: share of all providers, and the
    limits within which 95 % of average providers of this size lie; its method says whether this one lies outside.
    `care.all_providers`: keys {"origin", "valence"}, all compared providers together. `care.provider_months`: by month,
    where a provider has at least 12 months with enough reviewers.
    """
    reviews = _reviews(context)
    ask = sharing(ask, reviews)
    rows = Rows(sql=_valued(reviews), keys=("provider", "origin", "valence"))
    of_rows = Rows(sql=reviews, keys=("provider", "origin"))
    counts, of = count_rows(ask, rows, "providers"), count_rows(ask, of_rows, "reviewers")
    enough = {key: n for key, n in of.items() if n.accounts >= context.provider_minimum}
    figures: list[Figure] = []
    for origin in ORIGINS[:2]:
        named = sorted(name for name, where in enough if where == origin)
        for valence in VALENCES:
            held = [
                _crude(
                    context, (name, origin, valence), counts, enough[name, origin], (rows, of_rows)
                )
                for name in named
            ]
            figures += [h.figure for h in held]
            figures += _compared(held)
            figures += _together(ask, context, (origin, valence), named)
    return [*figures, *_origins(ask, context), *_months(ask, context, enough)]


def _crude(
    context: MeasureContext,
    key: tuple[str, str, str],
    counts: Mapping[tuple[str, ...], Count],
    of: Count,
    rows: tuple[Rows, Rows],
) -> _Held:
    name, origin, valence = key
    hits = counts.get(key, Count())
    keys = {"provider": name, "origin": origin, "valence": valence}
    figure = make_share(
        context,
        "care.providers",
        keys,
        hits=hits,
        of=of,
        hits_rows=rows[0],
        of_rows=rows[1],
        row_keys=keys,
        what=f"accounts with a {valence} in a review of the provider, of accounts that review it; reviewers chose to review",
    )
    return _Held(name, hits, of, figure)


def _compared(held: list[_Held]) -> list[Figure]:
    """Shrunken shares, ranks and limits; nothing where there are too few providers, or all are alike."""
    hits, of = [h.hits.accounts for h in held], [h.of.accounts for h in held]
    try:
        funnel, prior = fit_funnel(hits, of), fit_prior(hits, of)
    except InputError:
        return []
    figures = []
    for one, rank in zip(held, ranks(prior, hits, of), strict=True):
        drawn = shrunk(prior, one.hits.accounts, one.of.accounts)
        figures += [
            _beside(
                one.figure,
                "care.shrunk",
                drawn,
                "beta-binomial empirical Bayes over all providers; 95 % interval",
            ),
            _beside(
                one.figure,
                "care.ranks",
                rank,
                f"expected rank of {len(held)} providers, 1 for the smallest share; 95 % interval",
            ),
            _limits(one, funnel),
        ]
    return figures


def _beside(
    figure: Figure, measure: str, numbers: tuple[float, float, float], method: str
) -> Figure:
    """Another number of the same provider, on the same evidence, so that they are hidden together."""
    middle, low, high = map(float, numbers)
    return msgspec.structs.replace(
        figure,
        id=evidence_id(measure, figure.keys, figure.evidence),
        measure=measure,
        estimate=middle,
        low=low,
        high=high,
        method=f"{method}, {NOT_CHECKED}",
        advice="",
    )


def _limits(one: _Held, funnel: Funnel) -> Figure:
    low, high = limits_at(funnel, one.of.accounts)
    side = {-1: "below the limits", 0: "within the limits", 1: "above the limits"}
    told = side[flagged(funnel, one.hits.accounts, one.of.accounts)]
    extra = (
        "chance alone" if not funnel.tau2 else "chance and the usual variation between providers"
    )
    method = f"{told}; share of all providers with limits that 95 % of average providers keep, from {extra}"
    return _beside(one.figure, "care.limits", (funnel.centre, low, high), method)


def _together(ask: Ask, context: MeasureContext, cell: Cell, names: list[str]) -> list[Figure]:
    """All compared providers of one origin and valence together."""
    if not names:
        return []
    origin, valence = cell
    where = f"r.origin = '{origin}' AND array_contains($names, r.provider)"
    sql = f"SELECT r.* FROM ({_reviews(context)}) r WHERE {where}"  # noqa: S608
    rows = Rows(sql=_valued(sql), keys=("valence",), params={"names": names})
    of_rows = Rows(sql=sql, params={"names": names})
    counts = count_rows(ask, rows, "providers together")
    of = count_rows(ask, of_rows, "reviewers together")
    return [
        make_share(
            context,
            "care.all_providers",
            {"origin": origin, "valence": valence},
            hits=counts.get((valence,), Count()),
            of=of[()],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"valence": valence},
            what=f"accounts with a {valence} in a review of one of the compared providers, of accounts that review one",
        )
    ]


def _origins(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Praise by where it comes from: `care.praise_origin`, keys {"origin"}, of accounts that review any provider so."""
    reviews = _reviews(context)
    rows = Rows(sql=_valued(reviews), keys=("origin", "valence"))
    of_rows = Rows(sql=reviews, keys=("origin",))
    counts, of = count_rows(ask, rows, "praise by origin"), count_rows(ask, of_rows, "origins")
    return [
        make_share(
            context,
            "care.praise_origin",
            {"origin": origin},
            hits=counts.get((origin, "praise"), Count()),
            of=of[origin,],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"origin": origin, "valence": "praise"},
            what="accounts with praise in such a review, of accounts that write or show such reviews",
        )
        for origin in ORIGINS
        if (origin,) in of
    ]


def _months(
    ask: Ask, context: MeasureContext, enough: Mapping[tuple[str, ...], Count]
) -> list[Figure]:
    """Shares by month of providers with a year or more of months with enough reviewers."""
    if not enough:
        return []
    at = f"{month('r.published_at')} AS month"
    sql = f"SELECT r.*, {at} FROM ({_reviews(context)}) r WHERE {dated('r')}"  # noqa: S608
    of_rows = Rows(sql=sql, keys=("provider", "origin", "month"))
    rows = Rows(sql=_valued(sql), keys=("provider", "origin", "valence", "month"))
    of = count_rows(ask, of_rows, "reviewers by month")
    kept: dict[tuple[str, str], list[int]] = {}
    for (name, origin, when), n in of.items():
        if (name, origin) in enough and n.accounts >= context.provider_minimum:
            kept.setdefault((name, origin), []).append(int(when))
    long = {
        key: filled("month", sorted(whens))
        for key, whens in kept.items()
        if len(whens) >= FEWEST_POINTS
    }
    counts = count_rows(ask, rows, "providers by month") if long else {}
    return [
        make_share(
            context,
            "care.provider_months",
            {"provider": name, "origin": origin, "valence": valence, "month": label("month", when)},
            hits=counts.get((name, origin, valence, when), Count()),
            of=of.get((name, origin, when), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"provider": name, "origin": origin, "valence": valence, "month": when},
            what=f"accounts with a {valence} in a review of the provider in the month, of accounts that review it then",
        )
        for (name, origin), whens in sorted(long.items())
        for when in whens
        for valence in VALENCES
    ]
