"""Paths: from stage to stage along an account's timeline (F62)."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows
from bedside.measure.periods import dated
from bedside.measure.tables import make_shares
from bedside.measure.told import told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["paths"]


def _steps(context: MeasureContext) -> str:
    """Steps from one stage group to another, of each account in order of time, both posts. Columns post_key, account_key, step_from, step_to."""
    ordered = f"""
SELECT t.post_key, t.account_key, t.stage_group,
  LEAD(t.stage_group) OVER (PARTITION BY t.account_key ORDER BY c.published_at, t.post_key, t.moment) AS next_group,
  LEAD(t.post_key) OVER (PARTITION BY t.account_key ORDER BY c.published_at, t.post_key, t.moment) AS next_post
FROM ({told_moments(context.stage_groups)}) t JOIN corpus c ON c.post_key = t.post_key
WHERE t.account_key IS NOT NULL AND {dated("c")}"""  # noqa: S608
    moved = (
        f"SELECT * FROM ({ordered}) o WHERE next_group IS NOT NULL AND next_group <> stage_group"  # noqa: S608
    )
    return f"""
SELECT post_key, account_key, stage_group AS step_from, next_group AS step_to FROM ({moved}) a
UNION ALL
SELECT next_post AS post_key, account_key, stage_group AS step_from, next_group AS step_to FROM ({moved}) b"""  # noqa: S608


def paths(ask: Ask, context: MeasureContext) -> list[Figure]:
    """From stage to stage: `journey.paths`, keys {"step_from", "step_to"}.

    Accounts whose next told moment of another stage lies at `step_to`, of accounts that go on from `step_from` to any.
    Moments in order of publication, within a post as they stand; a story told in one post walks as it is told. What
    an account does not post is not seen, so a step may leave stages out.
    """
    steps = _steps(context)
    return make_shares(
        ask,
        context,
        "journey.paths",
        rows=Rows(sql=steps, keys=("step_from", "step_to")),
        of_rows=Rows(sql=steps, keys=("step_from",)),
        cells=[
            {"step_from": first, "step_to": then}
            for first in context.stage_groups
            for then in context.stage_groups
            if first != then
        ],
        what="accounts whose next told moment of another stage lies there, of accounts that go on from this stage",
    )
