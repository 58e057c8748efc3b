"""Speakers: who writes each post, as an exchange sees them: role, kind of professional, reach."""

from bedside.measure.roles import DECLARED
from bedside.store.stages import Aggregate

__all__ = ["INFLUENCER", "KINDS", "LAY", "PROFESSIONAL", "ROLES", "SPEAKERS_OF"]

INFLUENCER = 10_000  # followers from which a person's account is counted as an influencer
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
"""Professionals by kind; a professional with the reach of an influencer is a medical influencer first."""
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

SPEAKERS_OF = Aggregate(
    name="speakers",
    needs=("posts", "folds", "marks", "corpus"),
    sql=f"""
SELECT k.post_key, k.account_key,
  CASE WHEN {_WIDE} AND v.role NOT IN ('{PROFESSIONAL}', 'organisation') THEN 'influencer'
       WHEN v.role IN {ROLES} THEN v.role ELSE 'other' END AS role,
  CASE WHEN v.role <> '{PROFESSIONAL}' THEN NULL WHEN {_WIDE} THEN 'medical_influencer'
       WHEN v.detail IN ('gp', 'nurse', 'pharmacist', 'specialist') THEN v.detail ELSE 'other_clinician' END AS kind,
  v.followers, c.post_key IS NOT NULL AS in_corpus
FROM ({_KEPT}) k JOIN ({_VOICES}) v ON v.voice = k.voice LEFT JOIN corpus c ON c.post_key = k.post_key
ORDER BY k.post_key""",  # noqa: S608
)
"""One row for each unique post that stands, of the corpus or not: "take it with food" fits no query.

Role and kind are what most of the posts of its account are marked with, of the post itself where it has none; what the
source declares of an account comes first, as in `roles.share`, which looks at posts of the corpus only.
"""
