"""About: what a post is about, as exchanges and profiles break down by it: topic, condition, stage, kind of professional, act."""

from collections.abc import Collection

from bedside.measure.context import MeasureContext
from bedside.measure.exchange.speakers import KINDS
from bedside.measure.told import asserted, case_of
from bedside.store.stages import Aggregate, Ask

__all__ = [
    "ACTS",
    "TOPICS",
    "about_answers",
    "about_conditions",
    "about_stages",
    "about_topics",
    "kinds_there",
    "top_conditions",
]

TOPICS = ("symptom", "drug", "procedure", "side_effect", "diagnosis", "treatment", "care", "claim")
"""What a post is about, by what the makers read in it; a post may be about several."""
ACTS = (
    "referral", "safety_net", "lifestyle", "prevention", "correction", "reassurance", "empathy", "medication_advice",
    "asks_back", "diagnosis_opinion",
)  # fmt: skip
FEWEST = 8  # accounts
MOST = 8  # conditions that are shown besides the study's own

_TOPIC = """CASE WHEN m.layer = 'mention' AND m.code IN ('symptom', 'drug', 'procedure') THEN m.code
  WHEN m.layer = 'harm' THEN 'side_effect' WHEN m.layer IN ('diagnosis', 'treatment', 'care', 'claim') THEN m.layer END"""


def about_topics() -> str:
    """Topics of posts. Columns post_key, what."""
    return f"""
SELECT DISTINCT m.post_key, {_TOPIC} AS what FROM corpus_marks m
WHERE m.layer IN ('mention', 'harm', 'diagnosis', 'treatment', 'care', 'claim') AND {asserted("m")}
  AND (m.layer <> 'mention' OR m.code IN ('symptom', 'drug', 'procedure'))"""  # noqa: S608


def about_conditions() -> str:
    """Conditions that posts name. Columns post_key, what."""
    return f"""
SELECT DISTINCT m.post_key, m.concept AS what FROM corpus_marks m
WHERE m.layer = 'mention' AND m.code = 'condition' AND m.concept IS NOT NULL AND {asserted("m")}"""  # noqa: S608


def about_stages(context: MeasureContext) -> str:
    """Groups of stages of which posts tell a moment. Columns post_key, what."""
    groups = context.stage_groups
    stages = ", ".join(f"'{code}'" for codes in groups.values() for code in codes)
    return f"""
SELECT DISTINCT m.post_key, {case_of("m.code", groups)} AS what FROM corpus_marks m
WHERE m.layer = 'stage' AND m.code IN ({stages}) AND {asserted("m")}"""  # noqa: S608


def about_answers() -> tuple[str, str]:
    """Of exchanges: the kinds of professionals that answered, and what they did. Columns post_key (the question), what."""
    kinds = """
SELECT DISTINCT d.question AS post_key, s.kind AS what
FROM dialogues d JOIN speakers s ON s.post_key = d.post_key WHERE d.side = 'answer' AND s.kind IS NOT NULL"""
    acts = f"""
SELECT DISTINCT d.question AS post_key, m.code AS what
FROM dialogues d JOIN marks m ON m.post_key = d.post_key
WHERE d.side = 'answer' AND m.layer = 'professional_act' AND m.slot IS NULL AND {asserted("m")}"""  # noqa: S608
    return kinds, acts


def top_conditions(ask: Ask, context: MeasureContext, posts: str) -> list[str]:
    """The study's conditions, then those that most accounts (8 or more) name in these posts.

    Parameters
    ----------
    posts : str
        SQL with the columns post_key, account_key.
    """
    sql = f"""
SELECT a.what, COUNT(DISTINCT COALESCE(p.account_key, p.post_key)) AS people
FROM ({posts}) p JOIN ({about_conditions()}) a ON a.post_key = p.post_key
GROUP BY a.what ORDER BY people DESC, a.what"""  # noqa: S608
    rows = ask(
        Aggregate(
            name="conditions asked about", sql=sql, needs=("corpus_marks", "exchanges", "speakers")
        ),
        {},
    ).to_pylist()
    own = list(context.conditions)
    often = [r["what"] for r in rows if r["people"] >= FEWEST and r["what"] not in own]
    return [*own, *often[:MOST]]


def kinds_there(found: Collection[str]) -> list[str]:
    """Kinds of professionals in their order; none where there is only one, which is all of them."""
    there = [kind for kind in KINDS if kind in found]
    return there if len(there) > 1 else []
