"""Profiles of kinds of accounts: reach, engagement, audience, topics, acts, what they are asked and what they answer (F71).

Of kinds, never of one account: nobody is named, ranked or scored (R29, R58).
"""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows, count_rows
from bedside.measure.exchange.about import ACTS, TOPICS, about_topics, kinds_there
from bedside.measure.exchange.making import make_post_shares
from bedside.measure.exchange.mixing import ANSWERED, PAIRS
from bedside.measure.exchange.speakers import PROFESSIONAL, ROLES
from bedside.measure.judging import Asked
from bedside.measure.tables import make_shares
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = [
    "LIKED",
    "LIKES",
    "PARTS",
    "acts",
    "answers_given",
    "audience",
    "engagement",
    "reach",
    "topics",
]

BANDS = ("0-999", "1,000-9,999", "10,000-99,999", "100,000 or more")
LIKES = ("0", "1-9", "10-99", "100 or more")
PARTS = ("states_fact", "warns", "explains_fallacy", "repeats_fact")
_LIKED = ("likes", "score", "favourites", "favorites", "hearts", "reactions")
"""Metrics by which readers say that they like a post; where a source tells several, the largest counts."""


PROFILED = (PROFESSIONAL, "influencer", "organisation")
"""Roles of which there are profiles, beside the kinds of professionals."""


def _who(sql: str) -> str:
    """Rows under the role of their account and, of professionals, once more under the kind. Adds the column who."""
    return f"""
SELECT r.*, role AS who FROM ({sql}) r UNION ALL SELECT r.*, kind AS who FROM ({sql}) r WHERE kind IS NOT NULL"""  # noqa: S608


_OWN = "SELECT post_key, account_key, role, kind, followers FROM speakers WHERE in_corpus"
LIKED = f"""
SELECT s.post_key, s.account_key, s.role, s.kind, MAX(e.value) AS likes
FROM ({_OWN}) s JOIN post_engagement e ON e.post_key = s.post_key
WHERE e.metric IN {listed(_LIKED)} AND e.value IS NOT NULL GROUP BY s.post_key, s.account_key, s.role, s.kind"""  # noqa: S608
"""Posts in the corpus of which the source tells how often they were liked."""


def _there(ask: Ask, name: str, rows: Rows) -> list[dict[str, str]]:
    """Roles, and kinds of professionals, of which there is anything; as keys of figures."""
    found = {who for (who,) in count_rows(ask, Rows(sql=rows.sql, keys=("who",)), name)}
    roles = [{"who": who, "level": "role"} for who in PROFILED if who in found]
    return roles + [{"who": who, "level": "kind"} for who in kinds_there(found)]


def _band(column: str, names: tuple[str, ...], steps: tuple[int, ...]) -> str:
    whens = " ".join(
        f"WHEN {column} < {step} THEN '{name}'" for step, name in zip(steps, names, strict=False)
    )
    return f"CASE {whens} ELSE '{names[-1]}' END"


def reach(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Reach: `exchange.reach`, keys {"who", "level", "followers"}: accounts by the most followers that their posts tell.

    Of accounts of the kind with a post in the corpus whose followers the source tells; the bands add up.
    """
    known = _who(f"{_OWN} AND followers IS NOT NULL")
    of = Rows(sql=known, keys=("who",))
    banded = (
        f"SELECT k.*, {_band('followers', BANDS, (1000, 10_000, 100_000))} AS band FROM ({known}) k"  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "exchange.reach",
        rows=Rows(sql=banded, keys=("who", "band")),
        of_rows=of,
        cells=[
            {**who, "followers": band}
            for who in _there(ask, "accounts with reach", of)
            for band in BANDS
        ],
        what="accounts with so many followers, of accounts of the kind whose followers are told",
    )


def engagement(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Engagement: `exchange.engagement`, keys {"who", "level", "likes"}: posts by how often they were liked when last looked at.

    Of the kind's posts in the corpus of which the source tells it; likes of platforms are not one currency.
    """
    known = _who(LIKED)
    of = Rows(sql=known, keys=("who",))
    banded = f"SELECT k.*, {_band('likes', LIKES, (1, 10, 100))} AS band FROM ({known}) k"  # noqa: S608
    return make_post_shares(
        ask,
        context,
        "exchange.engagement",
        rows=Rows(sql=banded, keys=("who", "band")),
        of_rows=of,
        cells=[
            {**who, "likes": band} for who in _there(ask, "posts with likes", of) for band in LIKES
        ],
        what="posts liked so often, of posts of the kind of which it is told",
    )


def audience(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Audience that answers: `exchange.audience`, keys {"answers", "answered", "level"}.

    Replies by accounts of a role, of all replies that posts of the kind get from others: the replies of `exchange.mixing`,
    of another whole. Who reads and is silent is not seen.
    """
    there = _there(ask, "audiences", Rows(sql=_renamed(ANSWERED.sql), keys=("who",)))
    return make_post_shares(
        ask,
        context,
        "exchange.audience",
        rows=PAIRS,
        of_rows=ANSWERED,
        cells=[
            {"answers": role, "answered": who["who"], "level": who["level"]}
            for who in there
            for role in ROLES
        ],
        what="replies by accounts of the role, of replies that posts of the kind get from others",
    )


def _renamed(sql: str) -> str:
    return f"SELECT post_key, account_key, to_whom AS who FROM ({sql}) r"  # noqa: S608


def topics(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Topics: `exchange.topics`, keys {"who", "level", "topic"}: posts about it, of the kind's posts in the corpus; overlapping."""
    own = _who(_OWN)
    of = Rows(sql=own, keys=("who",))
    return make_post_shares(
        ask,
        context,
        "exchange.topics",
        rows=Rows(
            sql=f"SELECT o.*, t.what AS topic FROM ({own}) o JOIN ({about_topics()}) t ON t.post_key = o.post_key",  # noqa: S608
            keys=("who", "topic"),
        ),
        of_rows=of,
        cells=[
            {**who, "topic": topic} for who in _there(ask, "posts of kinds", of) for topic in TOPICS
        ],
        what="posts about it, of posts of the kind",
    )


def acts(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What professionals do: `exchange.acts`, keys {"where", "act"}; where: replies, own posts; act `part:NAME` of a correction.

    Posts of professionals in the corpus that hold the act, of those of which the text shows that a professional wrote it:
    acts are read only there. Parts of a correction: of posts that correct something.
    """
    own = f"""
SELECT s.post_key, s.account_key, CASE WHEN t.parent_key IS NULL THEN 'own' ELSE 'replies' END AS place
FROM speakers s JOIN threads t ON t.post_key = s.post_key
WHERE s.in_corpus AND s.role = '{PROFESSIONAL}' AND s.post_key IN (
  SELECT post_key FROM corpus_marks WHERE layer = 'role' AND COALESCE(slot, 'role') = 'role' AND code = '{PROFESSIONAL}')"""  # noqa: S608
    done = f"""
SELECT o.*, CASE WHEN m.slot = 'parts' THEN 'part:' || m.code ELSE m.code END AS act
FROM ({own}) o JOIN corpus_marks m ON m.post_key = o.post_key
WHERE m.layer = 'professional_act' AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608
    shares = make_post_shares(
        ask,
        context,
        "exchange.acts",
        rows=Rows(sql=done, keys=("place", "act")),
        of_rows=Rows(sql=own, keys=("place",)),
        cells=[{"where": place, "act": act} for place in ("replies", "own") for act in ACTS],
        what="posts that hold the act, of posts that show that a professional wrote them",
        asked=lambda cell: Asked("professional_act", (cell["act"],)),
    )
    corrects = f"SELECT d.* FROM ({done}) d WHERE d.act = 'correction'"  # noqa: S608
    parts = make_post_shares(
        ask,
        context,
        "exchange.correction_parts",
        rows=Rows(
            sql=f"SELECT d.* FROM ({done}) d JOIN ({corrects}) c ON c.post_key = d.post_key",  # noqa: S608
            keys=("act",),
        ),
        of_rows=Rows(sql=corrects),
        cells=[{"act": f"part:{part}"} for part in PARTS],
        what="posts whose correction holds the part, of posts of professionals that correct something",
    )
    return [*shares, *parts]


_ASKED = """
SELECT post_key, account_key, to_role AS role, to_kind AS kind, COALESCE(to_account, target_key) AS professional, answered
FROM replies WHERE asks"""
"""Questions of lay people in the corpus, directly below somebody else's post, and whether that account answers them."""


def answers_given(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What they are asked: `exchange.asked`, keys {"who", "level", "topic"}; and what they answer: `exchange.answered`, keys {"who", "level"}.

    Of questions of lay people directly below a post of the kind: those about a topic (overlapping); those that the same
    account answers directly, or, where it has no name, somebody of its role.
    """
    questions = _who(_ASKED)
    answered = f"SELECT q.* FROM ({questions}) q WHERE q.answered"  # noqa: S608
    about = f"SELECT q.*, t.what AS topic FROM ({questions}) q JOIN ({about_topics()}) t ON t.post_key = q.post_key"  # noqa: S608
    of_rows = Rows(sql=questions, keys=("who",))
    there = _there(ask, "who is asked", of_rows)
    voices = ("COALESCE(account_key, post_key)", "professional")
    asked = make_post_shares(
        ask,
        context,
        "exchange.asked",
        rows=Rows(sql=about, keys=("who", "topic")),
        of_rows=of_rows,
        cells=[{**who, "topic": topic} for who in there for topic in TOPICS],
        what="questions about it, of questions put directly below posts of the kind",
        voices=voices,
    )
    given = make_post_shares(
        ask,
        context,
        "exchange.answered",
        rows=Rows(sql=answered, keys=("who",)),
        of_rows=of_rows,
        cells=there,
        what="questions that the account asked answers directly, of questions put directly below posts of the kind",
        voices=voices,
    )
    return [*asked, *given]
