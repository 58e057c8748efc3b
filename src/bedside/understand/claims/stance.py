"""How a writer stands to a claim: repeats, questions, corrects or mocks it, with the thread in view.

The sentence that words the claim is read first, then its neighbours ("They say it cures you. It does not."). A reply
that words no claim is read against the claim of its parent or of its thread's title ("Source?", "That is a myth").
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside.understand.book import Hit
from bedside.understand.claims.match import Match, match_statement

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["Stance", "stance_of", "stance_towards", "thread_stance"]

_NO = re.compile(
    r" (?:not|no|never|nothing|none|nobody|neither|nor|hardly|without|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|won't|"
    r"wouldn't|can't|couldn't|haven't|hasn't|shouldn't) "
)
_ASKS = re.compile(
    r" (?:do|does|did|is|are|was|can|could|will|would|has|have|should|anyone|why|how|what|who|where|is it true|any truth) "
)
_OWN = re.compile(
    r"(?<!trust)(?<!believe)(?<!told)(?<!tell)(?<!let) (?:i|i'm|i've|i'd|i'll|me|mine|my(?! (?:\w+ ){0,2}?(?:mum|mom|mother|dad|father|son|daughter|kids?|child|children|husband|"
    r"wife|partner|friend|friend's|sister|brother|nephew|niece|cousin|aunt|auntie|gran|nan|doctor|gp|boss|neighbou?r|mate) )) "
)
_INVERTED = re.compile(
    r"(?:(?:so|but|and|also|hi|hello|hey|question|please|anyone know|,|:) ){0,2}(?:is|are|was|does|do|did|can|could|will|would|has|have|should|why|how) (?!to |come on)"
)
_WEIGHED = re.compile(
    r" (?:worried|worry|worrying|scared|afraid|fear|nervous|concerned|wondering|wonder|whether|might|could|may|maybe|possible|"
    r"possibly|perhaps|unsure|debating) "
)
_IRONY = re.compile("[\U0001f644\U0001f921\U0001f602\U0001f923\U0001f61c\U0001f926]")
REACH = 2  # words between a "not" and the word group that it denies
_SIDES = ("stance.deny", "stance.myth", "stance.agree", "stance.mock")
SHORT = 45  # words of a reply that is read as said to its parent


@dataclass(frozen=True, slots=True)
class Stance:
    """A stance, the words that show it, how sure the rules are, and whether the claim is told as another's."""

    code: str
    places: tuple[tuple[int, int], ...]
    score: float
    others: bool = False


def stance_of(doc: "Doc", match: Match) -> Stance | None:
    """Stance of a post that words a claim; None where it only tells of the writer's own body.

    Parameters
    ----------
    doc : Doc
    match : Match
        From `match_claims`.

    Returns
    -------
    Stance or None
    """
    start, end = match.sentence
    near = _near(doc, match)
    asked = _asked(doc, match)
    if _mocked(doc, start, end) and not asked:
        return Stance("mocks", near["mock"], 0.6)
    own = _about_self(doc, match)
    if near["myth"] or (not own and (match.denied or _denied(doc, match))):
        if asked and not near["myth"]:
            return Stance("questions", (), 0.6)
        return Stance("corrects", near["myth"], 0.75)
    if asked or near["ask"]:
        return Stance("questions", near["ask"], 0.7)
    if own:
        return None
    if _WEIGHED.search(doc.text, start - 1, end + 1):
        return Stance("questions", (), 0.5)
    if near["hearsay"] and near["doubt"]:
        return Stance("corrects", near["doubt"], 0.5)
    return Stance("repeats", (), 0.55 if near["hearsay"] else 0.7, bool(near["hearsay"]))


def _near(doc: "Doc", match: Match) -> dict[str, tuple[tuple[int, int], ...]]:
    """Cues by kind: in the claim's sentence, and for what denies it in the sentences beside it."""
    start, end = match.sentence
    number = doc.sentence_at(start)
    beside = range(max(0, number - 1), min(len(doc.sentences), number + 2))
    low, high = doc.sentences[beside[0]][0], doc.sentences[beside[-1]][1]
    found = {}
    for kind, wide in (("mock", 0), ("myth", 1), ("ask", 0), ("hearsay", 0), ("doubt", 1)):
        a, b = (low, high) if wide else (start, end)
        found[kind] = tuple(
            (h.start, h.end)
            for h in doc.found(f"stance.{kind}")
            if a - 1 <= h.start and h.end <= b + 1 and not _inside(h, match)
        )
    return found


def _inside(hit: Hit, match: Match) -> bool:
    return any(a <= hit.start and hit.end <= b for a, b in match.places[1:])


def _asked(doc: "Doc", match: Match) -> bool:
    """Whether the claim's sentence asks, or the sentence after it does: "Sugar feeds cancer. Is that true?"."""
    start, end = match.sentence
    if doc.text[max(start, end - 4) : end].rstrip().endswith("?"):
        return True
    if _INVERTED.match(doc.text, start):
        return True
    number = doc.sentence_at(start)
    for a, b in doc.sentences[number + 1 : number + 2]:
        asks = any(a - 1 <= h.start <= b for h in doc.found("stance.ask"))
        if asks and doc.text[b - 1 : b] == "?" and doc.text.count(" ", a, b) < 9:
            return True
    return False


def _mocked(doc: "Doc", start: int, end: int) -> bool:
    hits = [h for h in doc.found("stance.mock") if start - 40 <= h.start <= end + 40]
    return bool(hits) or bool(_IRONY.search(doc.text, start, min(len(doc.text), end + 12)))


def _denied(doc: "Doc", match: Match) -> bool:
    """Whether a "not" that is no part of the claim itself stands shortly before the words that tie it together."""
    if match.negative:
        return False
    for relation in match.relations:
        low = max(match.sentence[0] - 1, 0)
        for no in _NO.finditer(doc.text, low, relation[0] + 1):
            a, b = no.start() + 1, no.end() - 1
            if doc.between(b, relation[0]) <= REACH and not any(
                x <= a and b <= y for x, y in match.places
            ):
                return True
    return False


def _about_self(doc: "Doc", match: Match) -> bool:
    """Whether the sentence tells of the writer's or a relative's own body, and passes on nothing."""
    start, end = match.sentence
    own = list(_OWN.finditer(doc.text, start - 1, end + 1))
    if not own or (doc.found("stance.hearsay") and _passes_on(doc, start, end)):
        return False
    low = min(a for a, _ in match.places)
    high = max(b for _, b in match.places)
    return any(low - 25 <= m.start() <= high + 12 for m in own)


def _passes_on(doc: "Doc", start: int, end: int) -> bool:
    return any(start - 1 <= h.start and h.end <= end + 1 for h in doc.found("stance.hearsay"))


def thread_stance(doc: "Doc") -> Stance | None:
    """Stance of a reply to what its parent or thread states, from the reply's own words alone.

    Returns
    -------
    Stance or None
        None: it comments, which is no stance.
    """
    if not doc.found(*_SIDES) and " ? " not in doc.text:
        return None  # as most replies
    scores = _reply_scores(doc)
    code, score = max(scores.items(), key=lambda item: item[1])
    if score < 1.0:
        return None
    kind = {"corrects": "deny", "questions": "ask", "repeats": "agree", "mocks": "mock"}[code]
    places = tuple((h.start, h.end) for h in doc.found(f"stance.{kind}")[:2])
    return Stance(code, places, min(0.8, 0.4 + 0.1 * score))


def stance_towards(doc: "Doc", statement: str) -> Stance | None:
    """Stance of a post to a statement that need not be in the knowledge base, with the post's parent in view.

    Parameters
    ----------
    doc : Doc
    statement : str
        In plain words.

    Returns
    -------
    Stance or None
        None where the post takes no side.
    """
    match = match_statement(doc, statement)
    if match is not None:
        return stance_of(doc, match)
    return thread_stance(doc) if doc.post.parent_body or doc.post.thread_title else None


def _reply_scores(doc: "Doc") -> dict[str, float]:
    words = max(1, doc.words)
    early = 14 * 6  # characters: what a reply says to its parent stands at its beginning
    short = 1.0 if words <= SHORT else 0.5

    def weight(rule: str) -> float:
        hits = doc.found(rule)
        return short * sum(1.0 if h.start <= early else 0.4 for h in hits[:3])

    asks = doc.text.count(" ? ")
    question = asks and (_ASKS.search(doc.text) is not None or words <= 12)
    return {
        "corrects": weight("stance.deny") + 0.5 * weight("stance.myth"),
        "questions": (1.2 if question else 0.0) + (0.4 * weight("stance.ask") if asks else 0.0),
        "repeats": weight("stance.agree"),
        "mocks": 0.8 * weight("stance.mock"),
    }
