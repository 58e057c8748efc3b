"""Stories: the posts worth reading whole, ranked by how much of a journey they tell (F38)."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import msgspec

from bedside.measure.told import asserted, experienced, listed
from bedside.store.stages import Aggregate, Ask

__all__ = ["Story", "find_stories", "weigh_story"]

LAYERS = ("stage", "content", "diagnosis", "think", "feel", "do", "treatment", "experiencer")
OF_ACCOUNT = 2  # stories of one account at most, so that one who writes much is not all there is
ROWS = Aggregate(
    name="stories",
    needs=("corpus", "corpus_marks"),
    sql=f"""
SELECT m.post_key, c.account_key, c.source, CAST(CAST(c.published_at AS DATE) AS VARCHAR) AS day, m.layer, m.code,
  m.slot, m.moment, m.subject_key, m.value, m.score
FROM corpus_marks m JOIN corpus c ON c.post_key = m.post_key
WHERE m.layer IN {listed(LAYERS)} AND {asserted("m")} AND m.post_key IN ({experienced()})
ORDER BY m.post_key, m.layer, m.subject_key, m.code, m.slot, m.value
""",  # noqa: S608
)


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A post that tells of a journey.

    Attributes
    ----------
    post_key, account_key, source, day : str or None
    points : int
        One for each thing that `tells` names.
    tells : tuple of str
        Why it is worth reading, in words.
    stages : tuple of str
        Stages of its moments, in the order of the text.
    turning_point : bool
    """

    post_key: str
    account_key: str | None
    source: str
    day: str | None
    points: int
    tells: tuple[str, ...]
    stages: tuple[str, ...]
    turning_point: bool


def find_stories(ask: Ask, groups: Mapping[str, Iterable[str]], *, most: int = 20) -> list[Story]:
    """The posts that tell most of a journey, best first; at most two of one account.

    Parameters
    ----------
    ask : Ask
    groups : mapping of str to iterable of str
        Stage groups with their stages, as the codebook has them.
    most : int

    Returns
    -------
    list of Story
        Posts that tell fewer than two things of a journey are left out.
    """
    group_of = {stage: group for group, stages in groups.items() for stage in stages}
    rows = ask(ROWS, {}).to_pylist()
    stories = [
        weigh_story(list(of_post), group_of)
        for _, of_post in groupby(rows, key=lambda row: row["post_key"])
    ]
    ranked = sorted(stories, key=lambda s: (-s.points, s.post_key))
    return _spread((story for story in ranked if story.points > 1), most)


def weigh_story(marks: list[Mapping[str, Any]], group_of: Mapping[str, str]) -> Story:
    """What one post tells of a journey: a point for each stage group, and for what else makes a story.

    Parameters
    ----------
    marks : list of mapping
        Marks of the post, with what stands in ROWS.
    group_of : mapping of str to str
        Stage to its group.
    """
    stages = [
        mark["code"]
        for mark in sorted(
            (m for m in marks if m["layer"] == "stage"), key=lambda m: m["subject_key"]
        )
    ]
    told = list(dict.fromkeys(group_of[stage] for stage in stages if stage in group_of))
    content = {mark["code"] for mark in marks if mark["layer"] == "content"}
    tells = [f"stage {group}" for group in told]
    tells += [words for code, words in _CONTENT.items() if code in content]
    if any(mark["slot"] == "months" for mark in marks):
        tells.append("how long the diagnosis took")
    if any(mark["slot"] == "outcome" for mark in marks):
        tells.append("how a treatment went")
    layers = {mark["layer"] for mark in marks if mark["moment"]}
    tells += [words for layer, words in _OF_MOMENT.items() if layer in layers]
    first = marks[0]
    return Story(
        post_key=first["post_key"],
        account_key=first["account_key"],
        source=first["source"],
        day=first["day"],
        points=len(tells),
        tells=tuple(tells),
        stages=tuple(stages),
        turning_point="turning_point" in content,
    )


_CONTENT = {
    "story": "events in order",
    "turning_point": "a turning point",
    "disease_progression": "how it changed",
    "daily_struggle": "what it does to a day",
    "workaround": "a way round it",
}
_OF_MOMENT = {"think": "what was thought", "feel": "what was felt", "do": "what was done"}


def _spread(ranked: Iterable[Story], most: int) -> list[Story]:
    """The first `most`, with no more than OF_ACCOUNT of one account; unknown authors are each their own."""
    seen: dict[str, int] = {}
    kept: list[Story] = []
    for story in ranked:
        if len(kept) >= most:
            break
        account = story.account_key or story.post_key
        seen[account] = seen.get(account, 0) + 1
        if seen[account] <= OF_ACCOUNT:
            kept.append(story)
    return kept
