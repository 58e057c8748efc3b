"""People like me: what accounts in a like situation tell, as composites of at least 8 accounts, never a person (R60)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.errors import InputError, NotFoundError
from bedside.measure.told import asserted, experienced
from bedside.store.stages import Aggregate, Ask
from bedside.understand.themes.vectors import text_vector, unpacked

__all__ = ["FEWEST", "Alike", "Line", "alike_post", "alike_text"]

Vector = npt.NDArray[np.float32]

FEWEST = 8  # accounts under which nothing is said, whether there are many alike or few
MOST = 120  # accounts that a composite is made of: the nearest
NEAR = 0.4  # cosine of a post from which its account is alike; descriptions of other things reach .3 at one post in 1,000
STEP = 5  # counts are given to the nearest five, so that asking again with a word changed tells little of one account
SAID = 6  # lines of a kind

POSTS = Aggregate(
    name="posts to be alike",
    needs=("corpus", "vectors", "corpus_marks"),
    sql=f"""
SELECT c.post_key, c.account_key, v.vector,
  CASE WHEN c.account_key IS NOT NULL AND e.post_key IS NOT NULL THEN 1 ELSE 0 END AS lived
FROM corpus c JOIN vectors v ON v.record_no = c.record_no
LEFT JOIN (SELECT DISTINCT post_key FROM ({experienced()}) x) e ON e.post_key = c.post_key
WHERE v.vector IS NOT NULL ORDER BY c.post_key""",  # noqa: S608
)
ONE = Aggregate(
    name="post to be alike to",
    needs=("corpus", "vectors"),
    sql="""
SELECT c.post_key, c.account_key, v.vector FROM corpus c JOIN vectors v ON v.record_no = c.record_no
WHERE c.post_key = $key""",
)
CONDITIONS = Aggregate(
    name="conditions of accounts",
    needs=("corpus_marks",),
    sql=f"""
SELECT DISTINCT m.account_key, m.post_key, LOWER(m.concept) AS condition FROM corpus_marks m
WHERE m.layer IN ('mention', 'diagnosis') AND m.slot = 'condition' AND m.concept IS NOT NULL AND m.account_key IS NOT NULL
  AND {asserted("m")} ORDER BY m.account_key, m.post_key, condition""",  # noqa: S608
)
TOLD = Aggregate(
    name="told by accounts",
    needs=("corpus_marks",),
    sql=f"""
SELECT DISTINCT m.account_key, m.layer AS kind, m.code AS what FROM corpus_marks m
WHERE m.account_key IS NOT NULL AND m.code IS NOT NULL AND {asserted("m")}
  AND (m.layer IN ('stage', 'feel', 'do', 'support_needed', 'info_source')
    OR (m.layer = 'content' AND m.code IN ('workaround', 'turning_point', 'unmet_need', 'daily_struggle')))
UNION
SELECT DISTINCT o.account_key, 'helped' AS kind, LOWER(o.concept) AS what
FROM corpus_marks o JOIN corpus_marks u ON u.post_key = o.post_key AND u."group" = o."group" AND u.maker = o.maker
WHERE o.layer = 'treatment' AND o.slot = 'option' AND o.concept IS NOT NULL AND o.account_key IS NOT NULL AND {asserted("o")}
  AND u.layer = 'treatment' AND u.slot = 'outcome' AND u.code = 'helped' AND {asserted("u")}
ORDER BY account_key, kind, what""",  # noqa: S608
)
HELD = Aggregate(
    name="communities of accounts",
    needs=("communities", "community_names"),
    sql="""
SELECT m.account_key, n.community, n.name FROM communities m JOIN community_names n ON n.community = m.community
WHERE n.accounts >= 8 ORDER BY m.account_key""",
)
TURNS = Aggregate(
    name="communities that are active",
    needs=("communities", "corpus"),
    sql="""
SELECT m.community, COUNT(DISTINCT c.account_key) AS accounts FROM communities m JOIN corpus c ON c.account_key = m.account_key
WHERE m.community IS NOT NULL GROUP BY m.community ORDER BY m.community""",
)


class Line(NamedTuple):
    """What about so many of the accounts tell: kind, what, and accounts to the nearest five."""

    kind: str
    what: str
    accounts: int


class Alike(NamedTuple):
    """A composite.

    Attributes
    ----------
    accounts : int
        That it is made of, to the nearest five.
    condition : str
        That all of them tell; empty where too few do, or none is named.
    asked : str
        The condition that was named though too few accounts tell it; else empty.
    lines : list of Line
        Each told by at least 8 accounts.
    """

    accounts: int
    condition: str
    asked: str
    lines: list[Line]


def alike_post(ask: Ask, key: str) -> Alike:
    """Composite of accounts whose posts are like a post; its own account is not among them.

    Raises
    ------
    NotFoundError
        If the post is not in the corpus, or fewer than 8 accounts are alike.
    InputError
        If too little is said in it.
    """
    table = ask(ONE, {"key": key})
    rows = table.to_pylist()
    if not rows:
        raise NotFoundError(
            "no such post in the study's snapshot; give the key of a post that bears on its question"
        )
    if rows[0]["vector"] is None:
        raise InputError(
            "too little is said in this post to find people alike; give another, or describe the situation"
        )
    (vector,) = unpacked(table["vector"])
    conditions = ask(CONDITIONS, {}).to_pylist()
    told = sorted({r["condition"] for r in conditions if r["post_key"] == key})
    return _composite(ask, vector, told, conditions, own=rows[0]["account_key"])


def alike_text(ask: Ask, text: str, *, known: Sequence[str] = ()) -> Alike:
    """Composite of accounts whose posts are like a description, which is kept nowhere.

    Parameters
    ----------
    known : sequence of str
        The study's conditions, beside those that its posts tell.

    Raises
    ------
    InputError
        If the description says too little.
    NotFoundError
        If fewer than 8 accounts are alike.
    """
    vector = text_vector(text)
    if vector is None:
        raise InputError(
            f"a description of {len(text.split())} words says too little; give a sentence or two on the situation, in English"
        )
    conditions = ask(CONDITIONS, {}).to_pylist()
    names = {r["condition"] for r in conditions} | {c.lower() for c in known}
    words = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    told = [n for n in names if f" {' '.join(re.findall(r'[a-z0-9]+', n))} " in words]
    return _composite(ask, vector, sorted(told, key=lambda n: (-len(n), n)), conditions)


def _composite(
    ask: Ask,
    vector: Vector,
    told: Sequence[str],
    conditions: Sequence[Mapping[str, str]],
    *,
    own: str | None = None,
) -> Alike:
    near = _nearest(ask, vector, own)
    condition = ""
    for name in told:  # the first that enough of those alike tell
        with_it = {r["account_key"] for r in conditions if r["condition"] == name}
        held = [account for account in near if account in with_it]
        if len(held) >= FEWEST:
            near, condition = held, name
            break
    near = near[:MOST]
    if len(near) < FEWEST:
        raise NotFoundError(
            f"fewer than {FEWEST} accounts are alike, so nothing may be said of them; describe the situation more widely"
        )
    lines = [*_lines(ask, set(near)), *_active(ask, set(near))]
    return Alike(_rounded(len(near)), condition, "" if condition else next(iter(told), ""), lines)


def _nearest(ask: Ask, vector: Vector, own: str | None) -> list[str]:
    """Accounts with a post near enough, nearest first; equal ones by key."""
    table = ask(POSTS, {})
    if not table.num_rows:
        return []
    cosines = _cosines(unpacked(table["vector"]), vector).tolist()
    best: dict[str, float] = {}
    rows = zip(table["account_key"].to_pylist(), table["lived"].to_pylist(), cosines, strict=True)
    for account, lived, cosine in rows:
        if lived and cosine >= NEAR and account != own:
            best[account] = max(best.get(account, 0.0), cosine)
    return sorted(best, key=lambda account: (-best[account], account))


def _cosines(posts: Vector, vector: Vector) -> Vector:
    """Cosines once what all posts share is taken off: means of word vectors all point one way.

    References
    ----------
    Mu and Viswanath (2018), ICLR, "All-but-the-Top": their first step, the common mean.
    """
    common = posts.mean(axis=0)
    apart, own = posts - common, vector - common
    lengths = np.linalg.norm(apart, axis=1) * np.linalg.norm(own)
    return np.asarray(apart @ own / np.maximum(lengths, 1e-9), np.float32)


def _rounded(count: int) -> int:
    return (2 * count + STEP) // (2 * STEP) * STEP


def _counted(told: Iterable[tuple[str, str, str]]) -> list[Line]:
    """Lines that at least 8 accounts tell, most first, at most six of a kind."""
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for account, kind, what in told:
        people[kind, what].add(account)
    kinds: Counter[str] = Counter()
    lines = []
    for (kind, what), accounts in sorted(
        people.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1])
    ):
        if len(accounts) >= FEWEST and kinds[kind] < SAID:
            kinds[kind] += 1
            lines.append(Line(kind, what, _rounded(len(accounts))))
    return lines


def _lines(ask: Ask, near: set[str]) -> list[Line]:
    rows = ask(TOLD, {}).to_pylist()
    return _counted(
        (r["account_key"], r["kind"], r["what"]) for r in rows if r["account_key"] in near
    )


def _active(ask: Ask, near: set[str]) -> list[Line]:
    """Communities in which at least 8 of those alike write; a community of which they are all but a few is left out."""
    sizes = {r["community"]: r["accounts"] for r in ask(TURNS, {}).to_pylist()}
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ask(HELD, {}).to_pylist():
        if row["account_key"] in near:
            people[row["community"], row["name"]].add(row["account_key"])
    found = sorted(people.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Line("community", f"{name} ({community})", _rounded(len(accounts)))
        for (community, name), accounts in found
        if len(accounts) >= FEWEST and sizes.get(community, 0) - len(accounts) >= FEWEST
    ][:SAID]
