"""Distinctive: what accounts tell at one stage more than at the others."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from bedside.measure.context import MeasureContext
from bedside.measure.estimates.discovery import adjust
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id, evidence_of
from bedside.measure.making import NOT_CHECKED
from bedside.measure.shares import Z95
from bedside.measure.statistics.log_odds import Contrast, contrasts, corpus_prior
from bedside.measure.told import asserted, listed, told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["DISTINCTIVE", "distinctive"]

DISTINCTIVE = "journey.distinctive"
LAYERS = ("think", "feel", "do", "care", "info_source")
FEWEST = 8  # accounts that tell it at the stage; fewer could not be shown
MOST = 8  # things named for a stage, those with the clearest difference
FALSE_DISCOVERIES = 0.05

Item = tuple[str, str]
"""Layer and code; of a mention `mention` and the concept's name in its vocabulary."""


class _Found(NamedTuple):
    group: str
    item: Item
    contrast: Contrast
    hits: Count


def _told(context: MeasureContext) -> str:
    """What is told in the moments of each stage. Columns post_key, account_key, stage_group, layer, code."""
    return f"""
SELECT t.post_key, t.account_key, t.stage_group, m.layer,
  CASE WHEN m.layer = 'mention' THEN LOWER(m.concept) ELSE m.code END AS code
FROM ({told_moments(context.stage_groups)}) t
JOIN corpus_marks m ON m.moment = t.moment AND m.post_key = t.post_key
WHERE {asserted("m")} AND ((m.layer IN {listed(LAYERS)} AND m.code IS NOT NULL)
  OR (m.layer = 'mention' AND m.slot IN ('symptom', 'procedure') AND m.concept IS NOT NULL))"""  # noqa: S608


def _compared(context: MeasureContext, counts: Mapping[tuple[str, ...], Count]) -> list[_Found]:
    """Every thing at every stage against the other stages, where enough accounts tell it to be named."""
    items = sorted({(layer, code) for (_, layer, code), count in counts.items() if count.accounts})
    table = {
        g: [counts.get((g, *item), Count()).accounts for item in items]
        for g in context.stage_groups
    }
    found: list[_Found] = []
    if len(items) < 2:
        return found
    for group, first in table.items():
        rest = [sum(table[g][at] for g in table if g != group) for at in range(len(items))]
        if not sum(first) or not sum(rest):
            continue
        prior = corpus_prior(first, rest)
        for item, contrast, told in zip(items, contrasts(first, rest, prior), first, strict=True):
            if told >= FEWEST:
                found.append(_Found(group, item, contrast, counts[group, *item]))
    return found


def _kept(found: Sequence[_Found]) -> list[_Found]:
    """Those told more at the stage, false discoveries controlled over all that were compared, a few a stage."""
    if not found:
        return []
    z = np.array([f.contrast.z for f in found])
    adjusted = adjust([float(p) for p in 2 * ndtr(-np.abs(z))])
    real = [p <= FALSE_DISCOVERIES for p in adjusted]
    more = [f for f, is_real in zip(found, real, strict=True) if is_real and f.contrast.delta > 0]
    kept: list[_Found] = []
    for group in dict.fromkeys(f.group for f in more):
        ranked = sorted(
            (f for f in more if f.group == group), key=lambda f: (-f.contrast.z, f.item)
        )
        kept += ranked[:MOST]
    return kept


def distinctive(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What is told at a stage more than elsewhere: `journey.distinctive`, keys {"group", "layer", "code"}.

    The estimate is an odds ratio, stage against all other stages, shrunk towards 1 by the corpus as a prior; its
    interval is not widened for having been chosen. Only what stands out with false discoveries held to 5 % over all
    comparisons, and is told by at least 8 accounts at the stage, is a figure. Whose mark has no moment is left out.
    """
    told = _told(context)
    rows = Rows(keys=("stage_group", "layer", "code"), sql=told)
    of_rows = Rows(keys=("stage_group",), sql=told_moments(context.stage_groups))
    counts, of = count_rows(ask, rows, "told at stages"), count_rows(ask, of_rows, "stages")
    return [
        _figure(context, found, of[found.group,], rows, of_rows)
        for found in _kept(_compared(context, counts))
    ]


def _figure(context: MeasureContext, found: _Found, of: Count, rows: Rows, of_rows: Rows) -> Figure:
    layer, code = found.item
    keys = {"group": found.group, "layer": layer, "code": code}
    evidence = evidence_of(
        context, rows, of_rows, keys={"stage_group": found.group, "layer": layer, "code": code}
    )
    wide = Z95 * found.contrast.error
    return Figure(
        id=evidence_id(DISTINCTIVE, keys, evidence),
        measure=DISTINCTIVE,
        keys=keys,
        unit="accounts",
        estimate=exp(found.contrast.delta),
        low=exp(found.contrast.delta - wide),
        high=exp(found.contrast.delta + wide),
        hits_accounts=found.hits.accounts,
        hits_posts=found.hits.posts,
        of_accounts=of.accounts,
        of_posts=of.posts,
        no_author=found.hits.no_author,
        basis="machine",
        method="odds ratio against all other stages, each account counted once a stage, log-odds with the corpus as "
        f"prior, false discoveries held to 5 %; normal 95 % interval, {NOT_CHECKED}",
        evidence=evidence,
    )
