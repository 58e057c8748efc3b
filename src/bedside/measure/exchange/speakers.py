"""Speakers: who writes each post, as an exchange sees them: role, kind of professional, reach; and who answers whom."""

from bedside.measure.interactions import ANSWERS
from bedside.measure.roles import DECLARED
from bedside.measure.told import asserted, listed
from bedside.store.stages import Aggregate

__all__ = [
    "ASKS",
    "INFLUENCER",
    "KINDS",
    "LAY",
    "PROFESSIONAL",
    "REPLIES_OF",
    "ROLES",
    "SPEAKERS_OF",
]

INFLUENCER = 10_000  # followers from which a person's account is counted as an influencer
FEWEST = 8  # accounts of a kind of professionals
PROFESSIONAL = "clinician"
ROLES = (
    "patient",
    "family_or_carer",
    PROFESSIONAL,
    "influencer",
    "organisation",
    "other",
    "unclear",
)
"""Who talks: every post has one. An influencer is a person who is no health professional and has the reach, or says so."""
KINDS = (
    "gp",
    "nurse",
    "pharmacist",
    "specialist",
    "other_clinician",
    "medical_influencer",
)
"""Professionals by kind; one with the reach of an influencer is a medical influencer first. A kind with fewer than 8
accounts counts as `other_clinician`: its rows would be stars, and each star takes others with it."""
LAY = ("patient", "family_or_carer", "influencer", "other", "unclear")
"""Whoever may ask: all but professionals and organisations."""

_OWN_WORDS = ("medical influencer", "medical_influencer")
_KEPT = """
SELECT p.record_no, p.post_key, p.account_key, COALESCE(p.account_key, p.post_key) AS voice, p.account_kind, p.followers
FROM posts p JOIN folds f ON f.record_no = p.record_no WHERE f.keep"""


def _most(slot: str, where: str) -> str:
    """What most posts of each voice are marked with, and how many things tie. Columns voice, code, ways."""
    return f"""
SELECT v.voice, MIN(v.code) AS code, COUNT(*) AS ways
FROM (SELECT voice, code, votes, MAX(votes) OVER (PARTITION BY voice) AS most
      FROM (SELECT k.voice, LOWER(m.code) AS code, COUNT(DISTINCT m.post_key) AS votes
            FROM marks m JOIN ({_KEPT}) k ON k.post_key = m.post_key
            WHERE m.layer = 'role' AND COALESCE(m.slot, 'role') = '{slot}' AND m.code IS NOT NULL AND {where}
            GROUP BY k.voice, LOWER(m.code)) c) v
WHERE v.votes = v.most GROUP BY v.voice"""  # noqa: S608


_VOICES = f"""
SELECT k.voice, COALESCE({DECLARED}, MAX(CASE WHEN r.ways = 1 THEN r.code END), 'unclear') AS role, MAX(d.code) AS detail,
  MAX(k.followers) AS followers
FROM ({_KEPT}) k
LEFT JOIN ({_most("role", "m.code <> 'unclear'")}) r ON r.voice = k.voice
LEFT JOIN ({_most("role_detail", "1 = 1")}) d ON d.voice = k.voice
GROUP BY k.voice"""  # noqa: S608
_WIDE = f"(COALESCE(v.followers, 0) >= {INFLUENCER} OR v.detail IN {_OWN_WORDS})"

_KINDS = f"""
SELECT k.voice, CASE WHEN COUNT(*) OVER (PARTITION BY k.kind) < {FEWEST} THEN 'other_clinician' ELSE k.kind END AS kind
FROM (SELECT v.voice, CASE WHEN {_WIDE} THEN 'medical_influencer'
        WHEN v.detail IN ('gp', 'nurse', 'pharmacist', 'specialist') THEN v.detail ELSE 'other_clinician' END AS kind
      FROM ({_VOICES}) v WHERE v.role = '{PROFESSIONAL}') k"""  # noqa: S608

SPEAKERS_OF = Aggregate(
    name="speakers",
    needs=("posts", "folds", "marks", "corpus"),
    sql=f"""
SELECT k.post_key, k.account_key,
  CASE WHEN {_WIDE} AND v.role NOT IN ('{PROFESSIONAL}', 'organisation') THEN 'influencer'
       WHEN v.role IN {ROLES} THEN v.role ELSE 'other' END AS role,
  d.kind, v.followers, c.post_key IS NOT NULL AS in_corpus
FROM ({_KEPT}) k JOIN ({_VOICES}) v ON v.voice = k.voice LEFT JOIN ({_KINDS}) d ON d.voice = k.voice
LEFT JOIN corpus c ON c.post_key = k.post_key
ORDER BY k.post_key""",  # noqa: S608
)
"""One row for each unique post that stands, of the corpus or not: "take it with food" fits no query.

Role and kind are what most of the posts of its account are marked with, of the post itself where it has none; what the
source declares of an account comes first, as in `roles.share`, which looks at posts of the corpus only.
"""

ASKS = """((layer = 'do' AND code = 'asked_online') OR (layer = 'think' AND code = 'question') OR layer = 'support_needed')"""
"""Condition on marks: the post asks something."""

_PAIRS = f"""
SELECT DISTINCT a.post_key, a.account_key, i.target_key, b.account_key AS to_account, a.role AS from_role,
  a.kind AS from_kind, b.role AS to_role, b.kind AS to_kind, a.in_corpus AS here
FROM interactions i JOIN speakers a ON a.post_key = i.post_key JOIN speakers b ON b.post_key = i.target_key
WHERE i.kind IN {listed(ANSWERS)} AND (a.in_corpus OR b.in_corpus)
  AND (a.account_key IS NULL OR b.account_key IS NULL OR a.account_key <> b.account_key)"""  # noqa: S608

REPLIES_OF = Aggregate(
    name="replies",
    needs=("interactions", "speakers", "corpus_marks"),
    sql=f"""
SELECT p.post_key, p.account_key, p.target_key, p.to_account, p.from_role, p.from_kind, p.to_role, p.to_kind,
  COALESCE(p.here AND p.from_role IN {listed(LAY)} AND q.post_key IS NOT NULL, FALSE) AS asks,
  COALESCE(MAX(CASE WHEN s.account_key = p.to_account OR (p.to_account IS NULL AND s.account_key IS NULL AND s.role = p.to_role)
                    THEN 1 ELSE 0 END), 0) = 1 AS answered
FROM ({_PAIRS}) p
LEFT JOIN (SELECT DISTINCT post_key FROM corpus_marks WHERE {ASKS} AND {asserted("corpus_marks")}) q ON q.post_key = p.post_key
LEFT JOIN interactions i ON i.target_key = p.post_key AND i.kind = 'reply'
LEFT JOIN speakers s ON s.post_key = i.post_key
GROUP BY p.post_key, p.account_key, p.target_key, p.to_account, p.from_role, p.from_kind, p.to_role, p.to_kind, p.here, q.post_key
ORDER BY p.post_key, p.target_key""",  # noqa: S608
)
"""Posts that answer somebody else's post, where the one or the other is in the corpus; who answers their own post talks to nobody else."""
