"""The narrative: masked sentences in order of time; what was said of age, sex and outcome; what is missing, in words."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from bedside.measure.safety.gather import Post
from bedside.model.cases import Candidate, Element, Said

__all__ = ["Details", "Sentence", "details_of", "missing_of", "narrative_of", "words_of"]

WHOLE = 400  # characters up to which a post is told whole
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_AGE = re.compile(
    r"(?i)\b(?:i'?m|i am|aged?|he'?s|she'?s|turned|at)\s(?:only |just )?(\d{1,3})(?:\s?(?:f|m|yo|years? old|y/o)\b|(?=[\s,.;)]))"
    r"|\b(\d{1,3})[\s-]?(?:years?[\s-]?olds?|yrs? old|y/?o|yo)\b|[\[(](\d{2})\s?[mf][\])]|[\[(][mf]\s?(\d{2})[\])]"
)
_UNITS = re.compile(
    r"(?i)^\s*(?:mg|mcg|ml|weeks?|days?|months?|hours?|tablets?|pills?|%|lbs?|kg|st\b)"
)
_FEMALE = re.compile(
    r"(?i)\b(?:my (?:wife|mum|mom|mother|daughter|girlfriend|sister|gran|nan|grandma)|as a (?:woman|mother|mum)|female|pregnan\w*"
    r"|breast ?feed\w*|my period|periods)\b|[\[(](?:\d{2}\s?f|f\s?\d{2})[\])]"
)
_MALE = re.compile(
    r"(?i)\b(?:my (?:husband|dad|father|son|boyfriend|brother|grandad|grandpa)|as a (?:man|father|dad)|male|my prostate)\b"
    r"|[\[(](?:\d{2}\s?m|m\s?\d{2})[\])]"
)
_OUTCOMES = (  # E2B(R3) outcome: 1 recovered, 2 recovering, 3 not recovered, 4 with sequelae, 5 fatal
    ("5", re.compile(r"(?i)\b(?:died|passed away|killed (?:him|her))\b")),
    ("4", re.compile(r"(?i)\b(?:permanent(?:ly)?|never (?:came|come) back|for good)\b")),
    ("2", re.compile(r"(?i)\b(?:getting better|improving|easing|slowly (?:going|fading))\b")),
    ("1", re.compile(r"(?i)\b(?:went away|gone now|cleared (?:up )?(?:when|after|once)|stopped (?:when|after|once) i|back to normal|all (?:gone|fine) now)\b")),
    ("3", re.compile(r"(?i)\b(?:still (?:have|got|there|itch\w*|hurts?|ill|sick)|won'?t go away|hasn'?t (?:gone|stopped)|ongoing|every day since)\b")),
)  # fmt: skip
OUTCOMES = {"0": "unknown", "1": "recovered", "2": "recovering", "3": "not recovered", "4": "recovered with lasting damage", "5": "fatal"}  # fmt: skip


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of the narrative; `day` is the date of the post, empty where it has none."""

    post_key: str
    day: str
    platform: str
    text: str


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What the words say beside the elements, as the machine reads them; None or empty: not told."""

    age: int | None = None
    sex: str = ""
    outcome: str = "0"
    country: str = ""


def words_of(said: Iterable[Said], posts: dict[str, Post]) -> list[str]:
    """The masked words that spans name; spans of posts that are gone are left out."""
    found = []
    for span in said:
        text = posts[span.post_key].parts.get(span.part, "") if span.post_key in posts else ""
        if words := text[span.start : span.end]:
            found.append(words)
    return list(dict.fromkeys(found))


def narrative_of(candidate: Candidate, posts: Sequence[Post]) -> list[Sentence]:
    """Masked sentences that carry the case, oldest post first; short posts are told whole."""
    spans = [s for t in candidate.told for s in t.said]
    spans += [s for e in candidate.elements for s in e.said]
    lines = []
    for post in posts:
        day = f"{post.published_at:%Y-%m-%d}" if post.published_at else ""
        for part, text in post.parts.items():
            mine = [s for s in spans if s.post_key == post.post_key and s.part == part]
            lines += [
                Sentence(post_key=post.post_key, day=day, platform=post.platform, text=sentence)
                for sentence in _sentences(text, mine, whole=_size(post) <= WHOLE or not spans)
            ]
    return lines


def _size(post: Post) -> int:
    return sum(len(text) for text in post.parts.values())


def _sentences(text: str, spans: Sequence[Said], *, whole: bool) -> list[str]:
    found = []
    for match in _SENTENCE.finditer(text):
        hit = any(s.start < match.end() and match.start() < s.end for s in spans)
        if (whole or hit) and match.group().strip():
            found.append(" ".join(match.group().split()))
    return found


def details_of(posts: Sequence[Post]) -> Details:
    """Age, sex, outcome and country as told; ages over 89 are given as 90 (R20).

    Notes
    -----
    A plain reading of common phrases, for a person to check: what it does not find may still be told.
    """
    text = "\n".join(part for post in posts for part in post.parts.values())
    female, male = bool(_FEMALE.search(text)), bool(_MALE.search(text))
    sex = "2" if female and not male else "1" if male and not female else ""
    outcome = next((code for code, words in _OUTCOMES if words.search(text)), "0")
    country = next((post.country for post in posts if post.country), "")
    return Details(age=_age(text), sex=sex, outcome=outcome, country=country)


def _age(text: str) -> int | None:
    for match in _AGE.finditer(text):
        years = int(next(group for group in match.groups() if group))
        if 0 < years < 120 and not _UNITS.match(text[match.end() :]):
            return min(years, 90)
    return None


_ASK = {
    "reporter": "Nobody can be written to",
    "patient": "It is not certain that a patient exists",
    "product": "Which product it was is not certain",
    "reaction": "What happened is not certain",
}


def missing_of(elements: Iterable[Element], details: Details, posts: Sequence[Post]) -> list[str]:
    """What is missing, in words, the four elements first."""
    lines = [f"{_ASK[e.name]}: {e.why}." for e in elements if e.state != "met"]
    if details.age is None:
        lines.append("No age is told.")
    if not details.sex:
        lines.append("No sex is told.")
    if details.outcome == "0":
        lines.append("How it ended is not told.")
    if not details.country:
        lines.append("No country is told.")
    if any(post.published_at is None for post in posts):
        lines.append("A post has no date.")
    return lines
