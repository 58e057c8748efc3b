"""Roles: who speaks, by account and by post."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_post_share, make_share
from bedside.measure.shares import ClusterSums
from bedside.measure.told import ALL_POSTS
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["DECLARED", "measure_roles", "roles_of"]

MEASURE = "roles.share"
UNCLEAR = "unclear"
# what the source declares about an account comes before what its posts sound like
DECLARED = "CASE WHEN MAX(account_kind) IN ('person') THEN NULL WHEN MAX(account_kind) = 'bot' THEN 'other' WHEN MAX(account_kind) IS NOT NULL THEN 'organisation' END"


def roles_of(unit: str) -> str:
    """Role of each account or post: declared, else the mark most of its posts carry; a tie is unclear.

    Marks that say `unclear` do not outvote marks that say who it is.
    """
    return f"""
SELECT k.{unit}, COALESCE(k.declared, CASE WHEN w.ways = 1 THEN w.code END, '{UNCLEAR}') AS role
FROM (SELECT {unit}, {DECLARED} AS declared FROM corpus WHERE {unit} IS NOT NULL GROUP BY {unit}) k
LEFT JOIN (
  SELECT v.{unit}, MIN(v.code) AS code, COUNT(*) AS ways
  FROM (
    SELECT {unit}, code, votes, MAX(votes) OVER (PARTITION BY {unit}) AS most
    FROM (
      SELECT {unit}, code, COUNT(DISTINCT post_key) AS votes
      FROM corpus_marks
      WHERE layer = 'role' AND COALESCE(slot, 'role') = 'role' AND code IS NOT NULL AND code <> '{UNCLEAR}' AND {unit} IS NOT NULL
      GROUP BY {unit}, code
    ) c
  ) v
  WHERE v.votes = v.most
  GROUP BY v.{unit}
) w ON k.{unit} = w.{unit}"""  # noqa: S608


def _rows_of(unit: str) -> Rows:
    """The corpus with the role of each account, or of each post."""
    return Rows(
        keys=("role",),
        sql=f"SELECT c.post_key, c.account_key, r.role FROM corpus c JOIN ({roles_of(unit)}) r "  # noqa: S608
        f"ON c.{unit} = r.{unit}",
    )


def _cluster_sums(ask: Ask, rows: Rows) -> dict[str, ClusterSums]:
    """Sums over accounts for the share of posts of each role."""
    sql = f"""
SELECT h.role, SUM(h.hits) AS hits, SUM(h.hits * h.hits) AS hits_hits, SUM(h.hits * n.posts) AS hits_posts,
  MAX(t.posts) AS posts, MAX(t.accounts) AS accounts, MAX(t.posts_posts) AS posts_posts
FROM (SELECT role, COALESCE(account_key, post_key) AS voice, COUNT(DISTINCT post_key) AS hits
      FROM ({rows.sql}) r GROUP BY role, COALESCE(account_key, post_key)) h
JOIN (SELECT COALESCE(account_key, post_key) AS voice, COUNT(DISTINCT post_key) AS posts
      FROM corpus GROUP BY COALESCE(account_key, post_key)) n ON h.voice = n.voice
CROSS JOIN (SELECT SUM(posts) AS posts, COUNT(*) AS accounts, SUM(posts * posts) AS posts_posts
      FROM (SELECT COUNT(DISTINCT post_key) AS posts
            FROM corpus GROUP BY COALESCE(account_key, post_key)) a) t
GROUP BY h.role ORDER BY h.role"""  # noqa: S608
    table = ask(Aggregate(name="role clusters", sql=sql, needs=rows.needs), {})
    return {
        row["role"]: ClusterSums(**{name: int(row[name]) for name in ClusterSums._fields})
        for row in table.to_pylist()
    }


def _by_account(ask: Ask, context: MeasureContext) -> list[Figure]:
    rows = _rows_of("account_key")
    of_rows = Rows(sql=f"{ALL_POSTS} WHERE account_key IS NOT NULL")
    of = count_all(ask, of_rows, "accounts")
    counts = count_rows(ask, rows, "roles of accounts")
    return [
        make_share(
            context,
            MEASURE,
            {"role": role, "of": "accounts"},
            hits=counts.get((role,), Count()),
            of=of,
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"role": role},
            what="accounts by the role that most of their posts are marked with, of all accounts",
            asked=_asked(context, role),
        )
        for role in _all_roles(context, counts)
    ]


def _by_post(ask: Ask, context: MeasureContext) -> list[Figure]:
    rows, of_rows = _rows_of("post_key"), Rows(sql=ALL_POSTS)
    of = count_all(ask, of_rows, "posts")
    counts = count_rows(ask, rows, "roles of posts")
    sums = _cluster_sums(ask, rows)
    none = _nobody(sums, of)
    return [
        make_post_share(
            context,
            MEASURE,
            {"role": role, "of": "posts"},
            hits=counts.get((role,), Count()),
            of=of,
            sums=sums.get(role, none),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"role": role},
            what="posts by the role they are marked with, of all posts",
            asked=_asked(context, role),
        )
        for role in _all_roles(context, counts)
    ]


def _asked(context: MeasureContext, role: str) -> Asked | None:
    """How a role would be put to people; what the codebook does not hold cannot be."""
    return Asked("role", (role,)) if role in context.codes.get("role", ()) else None


def _nobody(sums: dict[str, ClusterSums], of: Count) -> ClusterSums:
    """Sums of a role that no post carries: the sizes of the accounts are those of any other role."""
    some = next(iter(sums.values()), ClusterSums(of.posts, 0, 0, 0, 0, of.posts))
    return some._replace(hits=0, hits_hits=0, hits_posts=0)


def _all_roles(context: MeasureContext, counts: dict[tuple[str, ...], Count]) -> list[str]:
    """Roles of the codebook in its order, then others that marks carry."""
    known = list(dict.fromkeys((*context.codes.get("role", ()), UNCLEAR)))
    return known + sorted({role for (role,) in counts} - set(known))


def measure_roles(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Who speaks: `roles.share`, keys {"role", "of"} with of = accounts or posts.

    Both sets of shares add up to one: every account and every post has exactly one role, `unclear`
    where nothing tells or two roles tie.
    """
    return [*_by_account(ask, context), *_by_post(ask, context)]
