"""Pleas: posts that ask for support, whether and when somebody answered, and whether the asker says it helped.

A plea may be answered only where answers are collected at all: in sources that hold replies. An answer is any post of
somebody else, or of somebody unknown, but never a bot's.
"""

from bedside.measure.community.watched import Watch, watched
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.interactions import ANSWERS
from bedside.measure.making import make_post_share
from bedside.measure.periods import seconds, timed
from bedside.measure.shares import ClusterSums
from bedside.measure.tables import make_shares
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["ASKED_FOR", "acknowledged", "first_reply", "met", "pleas"]

ANY = "all"
ANSWERED, UNANSWERED, NOT_COLLECTED = "answered", "unanswered", "not_collected"
STATES = (ANSWERED, UNANSWERED, NOT_COLLECTED)
HOURS = (1, 3, 6, 12, 24, 48, 72, 168, 336, 720)
"""At which the curve of first replies is read, fixed before any reply is seen."""
HOUR = 3600  # seconds
THANKS = ("gratitude", "relief")

_ANSWERABLE = "SELECT DISTINCT c.source FROM corpus c JOIN interactions i ON i.post_key = c.post_key WHERE i.kind = 'reply'"
_KINDS = f"""
SELECT DISTINCT m.post_key, m.account_key, m.code AS kind FROM corpus_marks m
WHERE m.layer = 'support_needed' AND m.code IS NOT NULL AND {asserted("m")} AND m.source IN ({_ANSWERABLE})"""  # noqa: S608
PLEAS = f"""
{_KINDS}
UNION ALL
SELECT DISTINCT post_key, account_key, '{ANY}' AS kind FROM ({_KINDS}) k"""  # noqa: S608
"""Columns post_key, account_key, kind: each kind asked for, and `all` once."""
_ASKED = f"SELECT DISTINCT post_key, account_key FROM ({_KINDS}) k"  # noqa: S608
_REPLIES = f"""
SELECT i.* FROM interactions i JOIN ({_ASKED}) p ON p.post_key = i.target_key
WHERE i.kind IN {listed(ANSWERS)} AND (i.account_key IS NULL OR p.account_key IS NULL OR i.account_key <> p.account_key)
  AND i.post_key NOT IN (SELECT post_key FROM posts WHERE account_kind = 'bot')"""  # noqa: S608
_STATE = f"""
SELECT p.post_key, p.account_key, p.kind,
  CASE WHEN r.target_key IS NOT NULL THEN '{ANSWERED}' WHEN e.post_key IS NOT NULL THEN '{NOT_COLLECTED}'
    ELSE '{UNANSWERED}' END AS state
FROM ({PLEAS}) p LEFT JOIN (SELECT DISTINCT target_key FROM ({_REPLIES}) a) r ON r.target_key = p.post_key
LEFT JOIN (SELECT DISTINCT post_key FROM post_engagement WHERE metric IN ('replies', 'comments') AND value > 0) e
  ON e.post_key = p.post_key"""  # noqa: S608


def pleas(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What became of pleas: `community.pleas`, keys {"kind", "state"}; kind `all`: asking for support of any kind.

    Of pleas in sources that hold replies: answered, unanswered when collected, or not_collected: the source says there are
    replies, and none of them was collected; of single kinds only the unanswered. What nobody replied to is no judgement on what would have been a good answer.
    """
    rows, of_rows = Rows(sql=_STATE, keys=("kind", "state")), Rows(sql=PLEAS, keys=("kind",))
    counts, of = count_rows(ask, rows, "states of pleas"), count_rows(ask, of_rows, "pleas")
    sums = _sums(ask, rows)
    kinds = [ANY, *(k for k in context.codes.get("support_needed", ()) if (k,) in of)]
    return [
        make_post_share(
            context,
            "community.pleas",
            {"kind": kind, "state": state},
            hits=counts.get((kind, state), Count()),
            of=of[kind,],
            sums=sums[kind, state],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"kind": kind, "state": state},
            what="posts, of posts that ask for support of this kind in sources that hold replies",
        )
        for kind in kinds
        if (kind,) in of
        for state in (STATES if kind == ANY else (UNANSWERED,))
    ]


def _sums(ask: Ask, rows: Rows) -> dict[tuple[str, str], ClusterSums]:
    """What the clustered interval of each state needs, by kind."""
    sql = f"""
SELECT kind, SUM(n) AS posts, COUNT(*) AS accounts, SUM(n * n) AS posts_posts,
  {", ".join(f"SUM({s}) AS {s}_1, SUM({s} * {s}) AS {s}_2, SUM({s} * n) AS {s}_n" for s in STATES)}
FROM (SELECT kind, COALESCE(account_key, post_key) AS voice, COUNT(*) AS n,
        {", ".join(f"SUM(CASE WHEN state = '{s}' THEN 1 ELSE 0 END) AS {s}" for s in STATES)}
      FROM ({rows.sql}) r GROUP BY kind, COALESCE(account_key, post_key)) v
GROUP BY kind ORDER BY kind"""  # noqa: S608
    table = ask(Aggregate(name="clusters of pleas", sql=sql, needs=rows.needs), {}).to_pylist()
    return {
        (r["kind"], s): ClusterSums(
            *(int(r[c]) for c in ("posts", f"{s}_1", "accounts", f"{s}_2", f"{s}_n", "posts_posts"))
        )
        for r in table
        for s in STATES
    }


_FIRST_PLEA = f"""
SELECT post_key, account_key, source, asked_at
FROM (SELECT p.post_key, p.account_key, c.source, {seconds("c.published_at")} AS asked_at,
        ROW_NUMBER() OVER (PARTITION BY p.account_key ORDER BY c.published_at, p.post_key) AS place
      FROM ({_STATE}) p JOIN corpus c ON c.post_key = p.post_key
      WHERE p.kind = '{ANY}' AND p.state <> '{NOT_COLLECTED}' AND p.account_key IS NOT NULL AND {timed("c")}) f
WHERE place = 1"""  # noqa: S608
_SOURCE_END = f"""
SELECT source, MAX({seconds("published_at")}) AS last_at FROM posts WHERE {timed("posts")} GROUP BY source"""  # noqa: S608
_COLLECTED = f"""
SELECT post_key, MAX({seconds("collected_at")}) AS collected FROM posts WHERE collected_at IS NOT NULL GROUP BY post_key"""  # noqa: S608
_REPLIED_AT = f"""
SELECT target_key, MIN(CASE WHEN {timed("r")} AND {timed("r", "to_")} AND r.published_at >= r.to_published_at
    THEN {seconds("r.published_at")} - {seconds("r.to_published_at")} END) AS known,
  MIN(CASE WHEN {timed("r")} AND r.published_at >= r.to_published_at THEN 1 ELSE 0 END) AS in_order
FROM ({_REPLIES}) r GROUP BY target_key"""  # noqa: S608
_WAITS = f"""
SELECT p.post_key, p.account_key,
  CASE WHEN r.known IS NOT NULL THEN r.known ELSE LEAST(s.last_at, COALESCE(k.collected, s.last_at)) - p.asked_at END AS waited,
  CASE WHEN r.known IS NOT NULL THEN 1 ELSE 0 END AS ended
FROM ({_FIRST_PLEA}) p JOIN ({_SOURCE_END}) s ON s.source = p.source
LEFT JOIN ({_COLLECTED}) k ON k.post_key = p.post_key LEFT JOIN ({_REPLIED_AT}) r ON r.target_key = p.post_key
WHERE (r.target_key IS NULL OR (r.known IS NOT NULL AND r.in_order = 1))
  AND (r.known IS NOT NULL OR LEAST(s.last_at, COALESCE(k.collected, s.last_at)) >= p.asked_at)"""  # noqa: S608

FIRST_REPLY = Watch(
    measure="community.first_reply",
    median="community.first_reply_median",
    sql=_WAITS,
    times=HOURS,
    unit="hours",
    per_unit=HOUR,
    still="share of accounts whose first plea had no reply yet",
    until="hours until half of the first pleas had a reply",
)


def first_reply(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Time to the first reply: `community.first_reply`, keys {"hours"}; its median: `community.first_reply_median`.

    The first plea of each account. One without a reply is watched until it was collected, or until the last post of its
    source where that is earlier, and cut off there; never left out. Left out are pleas without a time of day, and
    those one of whose replies is dated before them: clocks that disagree.
    """
    return watched(ask, context, FIRST_REPLY)


_GIVEN = f"""
SELECT DISTINCT r.target_key, r.post_key, m.code AS given FROM ({_REPLIES}) r
JOIN marks m ON m.post_key = r.post_key
WHERE m.layer = 'support_given' AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608


def met(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Pleas met in kind: `community.met`, keys {"kind"}: a reply gives the kind of support that was asked for.

    Accounts with such a plea, of accounts that asked for this kind in sources that hold replies.
    """
    rows = Rows(
        keys=("kind",),
        sql=f"SELECT p.post_key, p.account_key, p.kind FROM ({_KINDS}) p JOIN ({_GIVEN}) g "  # noqa: S608
        "ON g.target_key = p.post_key AND g.given = p.kind",
    )
    of_rows = Rows(sql=_KINDS, keys=("kind",))
    return make_shares(
        ask,
        context,
        "community.met",
        rows=rows,
        of_rows=of_rows,
        cells=[{"kind": kind} for kind in context.codes.get("support_needed", ())],
        what="accounts to whom a reply gave the kind of support that they asked for, of accounts that asked for it",
    )


_SUPPORTED = f"""
SELECT p.post_key, p.account_key, g.post_key AS reply_key, g.given
FROM ({_ASKED}) p JOIN ({_GIVEN}) g ON g.target_key = p.post_key WHERE p.account_key IS NOT NULL"""  # noqa: S608
_BACK = f"""
SELECT i.account_key, i.target_key FROM interactions i JOIN marks m ON m.post_key = i.post_key
WHERE i.kind IN {listed(ANSWERS)} AND i.account_key IS NOT NULL
  AND m.layer = 'feel' AND m.code IN {listed(THANKS)} AND {asserted("m")}"""  # noqa: S608


def acknowledged(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Comfort that the asker acknowledges: `community.acknowledged`, keys {"given"}; `all`: support of any kind.

    Accounts that wrote back, to a reply that gave support or below their own plea, with gratitude or relief, of accounts
    whose plea had such a reply. Who does not write back may have been helped.
    """
    told = f"""
SELECT post_key, account_key, reply_key, given FROM ({_SUPPORTED}) s
UNION ALL SELECT post_key, account_key, reply_key, '{ANY}' AS given FROM ({_SUPPORTED}) t"""  # noqa: S608
    rows = Rows(
        keys=("given",),
        sql=f"SELECT t.* FROM ({told}) t JOIN (SELECT DISTINCT account_key, target_key FROM ({_BACK}) k) b "  # noqa: S608
        "ON b.account_key = t.account_key AND (b.target_key = t.reply_key OR b.target_key = t.post_key)",
    )
    return make_shares(
        ask,
        context,
        "community.acknowledged",
        rows=rows,
        of_rows=Rows(sql=told, keys=("given",)),
        cells=[{"given": kind} for kind in (ANY, *context.codes.get("support_given", ()))],
        what="accounts that wrote back with gratitude or relief, of accounts to whose plea a reply gave this kind of support",
    )


ASKED_FOR = (_KINDS, _REPLIES, _STATE, _WAITS, _GIVEN, _SUPPORTED)
"""What the questions of these measures have in common; each may hold those before it."""
