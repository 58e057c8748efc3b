"""Speakers: who writes each post, as an exchange sees them: role, kind of professional, reach."""

from bedside.measure.roles import roles_of
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
_DETAILS = """
SELECT v.voice, MIN(v.code) AS detail
FROM (SELECT voice, code, votes, MAX(votes) OVER (PARTITION BY voice) AS most
      FROM (SELECT COALESCE(account_key, post_key) AS voice, LOWER(code) AS code, COUNT(DISTINCT post_key) AS votes
            FROM corpus_marks WHERE layer = 'role' AND slot = 'role_detail' AND code IS NOT NULL
            GROUP BY COALESCE(account_key, post_key), LOWER(code)) c) v
WHERE v.votes = v.most GROUP BY v.voice"""
_REACH = """
SELECT COALESCE(c.account_key, c.post_key) AS voice, MAX(p.followers) AS followers
FROM corpus c JOIN posts p ON p.record_no = c.record_no
WHERE p.followers IS NOT NULL GROUP BY COALESCE(c.account_key, c.post_key)"""
_WIDE = f"(COALESCE(r.followers, 0) >= {INFLUENCER} OR d.detail IN {_OWN_WORDS})"
_KIND = f"""CASE WHEN {_WIDE} THEN 'medical_influencer' WHEN d.detail IN ('gp', 'nurse', 'pharmacist', 'specialist')
  THEN d.detail ELSE 'other_clinician' END"""

SPEAKERS_OF = Aggregate(
    name="speakers",
    needs=("corpus", "corpus_marks", "posts"),
    sql=f"""
SELECT s.post_key, s.account_key, s.role, CASE WHEN s.role = '{PROFESSIONAL}' THEN s.kind END AS kind, s.followers
FROM (
  SELECT c.post_key, c.account_key, {_KIND} AS kind, r.followers,
    CASE WHEN {_WIDE} AND COALESCE(a.role, o.role) IN ('patient', 'family_or_carer', 'other', 'unclear') THEN 'influencer'
         ELSE COALESCE(a.role, o.role) END AS role
  FROM corpus c
  LEFT JOIN ({roles_of("account_key")}) a ON a.account_key = c.account_key
  LEFT JOIN ({roles_of("post_key")}) o ON o.post_key = c.post_key AND c.account_key IS NULL
  LEFT JOIN ({_DETAILS}) d ON d.voice = COALESCE(c.account_key, c.post_key)
  LEFT JOIN ({_REACH}) r ON r.voice = COALESCE(c.account_key, c.post_key)
) s
ORDER BY s.post_key""",  # noqa: S608
)
"""One row for each post of the corpus; role and kind are those of its account, of the post itself where it has none."""
