"""Hashtags that a study names, and what those who use them say of their care (F64)."""

from bedside.measure.care.aspects import CARE, VALENCES
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows
from bedside.measure.tables import make_shares
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["followed_hashtags"]


def followed_hashtags(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Praise and complaint under a hashtag: `care.hashtags`, keys {"tag", "valence"}.

    Accounts with any praise (complaint) in a post that carries the hashtag, of accounts that tell of care in such a
    post. Who uses a hashtag often does so because others complain under it: no share of patients.
    """
    if not context.hashtags:
        return []
    tagged = f"""
SELECT t.post_key, t.account_key, g.tag FROM ({CARE}) t
JOIN (SELECT DISTINCT c.post_key, LOWER(TRIM(LEADING '#' FROM h.hashtag)) AS tag
      FROM corpus c JOIN post_hashtags h ON h.record_no = c.record_no) g ON g.post_key = t.post_key
WHERE g.tag IN {listed(context.hashtags)}"""  # noqa: S608
    rows = Rows(
        keys=("tag", "valence"),
        sql=f"""
SELECT g.post_key, g.account_key, g.tag, SUBSTR(m.code, POSITION(':' IN m.code) + 1) AS valence
FROM ({tagged}) g JOIN corpus_marks m ON m.post_key = g.post_key
WHERE m.layer = 'care' AND m.code IS NOT NULL AND {asserted("m")}""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "care.hashtags",
        rows=rows,
        of_rows=Rows(keys=("tag",), sql=tagged),
        cells=[{"tag": tag, "valence": v} for tag in context.hashtags for v in VALENCES],
        what="accounts with any praise (complaint) under the hashtag, of accounts that tell of care under it",
    )
