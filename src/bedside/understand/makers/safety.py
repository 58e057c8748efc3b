"""Crisis, recall first (R28), and health words that are figures of speech (F21)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import scope
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["SAFETY", "SafetyMaker"]


FAR = 0.25
FEWEST = 5  # spaces of a sentence that is compared by meaning: shorter ones are near to anything
MEANS = 0.44  # nearness to the prototypes; 2 % of NHS comments and questions to doctors have a sentence as near
SURE = 0.7  # probability from which the classifier speaks alone
HARDLY = 0.04  # and below which it lets a sign go
PLAINLY = 0.02  # the same of a sign in plain words, such as "suicidal"
FIGURE, NO_FIGURE = 0.5, 0.05  # the same of figures of speech


@dataclass(frozen=True)
class SafetyMaker:
    """Marks `crisis` (now, past) and `figurative` (yes); no mark means no where coverage says done.

    Notes
    -----
    A missed crisis weighs more than a false alarm: what phrases tell is let go where it is a plain "not suicidal" or
    about suicide in general, or where the classifier finds nothing like a crisis in any stretch of the post; everything
    else is `now` unless the words around it say it is over.
    """

    name: str = "safety"
    version: str = "6"
    layers: tuple[str, ...] = ("crisis", "figurative")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Crisis and figurative marks of a post."""
        yield from _crisis(doc)
        yield from _figurative(doc)


def _crisis(doc: Doc) -> Iterator[Proposal]:
    if not doc.sentences:
        return
    general = doc.found("crisis.other")
    near = doc.near("crisis")
    signs = [
        hit
        for hit in doc.found("crisis.any", "crisis.more")
        if not _let_go(doc, hit, general) and near[doc.sentence_at(hit.start)] >= FAR
    ]
    signs = signs or [hit for hit in _near(doc) if not _let_go(doc, hit, general)]
    if not signs and max(doc.likeliest_around("crisis")) < SURE:
        return  # as in most posts
    told = ("past" if all(_is_over(doc, sign) for sign in signs) else "now") if signs else None
    plain = any(_PLAIN.search(doc.text, hit.start - 1, hit.end + 1) for hit in signs)
    code, score, sentence = _heard(doc, told, PLAINLY if plain else HARDLY)
    if code is None or not (signs or not _let_go(doc, Hit(*doc.sentences[sentence]), general)):
        return
    places = tuple((hit.start, hit.end) for hit in signs[:4]) or (doc.sentences[sentence],)
    yield Proposal("crisis", code, places, score=min(0.95, max(0.6, score)))


def _heard(doc: Doc, told: str | None, least: float) -> tuple[str | None, float, int]:
    """What is left of what the phrases say once the classifier is heard: code, probability and the sentence that says it.

    What phrases tell is let go only where no stretch of the post is anything like a crisis, and becomes the other code
    only where the classifier is sure of that and holds theirs for next to impossible.
    """
    heard = doc.learnt_around("crisis")
    most = dict(zip(("now", "past"), heard.max(axis=0).tolist(), strict=True))
    sure = [code for code, score in most.items() if score >= SURE]
    code: str | None = sure[0] if sure else None
    if told is not None and (most[told] >= HARDLY or not sure):
        code = told
    if code is None or max(most.values()) < least:
        return None, 0.0, 0
    column = 0 if code == "now" else 1
    return code, most[code], int(heard[:, column].argmax())


_PLAIN = re.compile(
    r" (?:suicid\w*|self harm\w*|kill\w* (?:my|him|her)self|end\w* (?:my|his|her) (?:own )?life|overdos\w*) "
)


def _near(doc: Doc) -> list[Hit]:
    """Sentences that mean what the written prototypes of a crisis mean, in other words."""
    scores = doc.near("crisis")
    return [
        Hit(start, end)
        for (start, end), score in zip(doc.sentences, scores, strict=True)
        if score >= MEANS and doc.text.count(" ", start, end) >= FEWEST
    ]


def _is_over(doc: Doc, sign: Hit) -> bool:
    """Whether words of a time gone by stand near, and none of now in the sentence itself."""
    past = doc.found("crisis.past")
    number = doc.sentence_at(sign.start)
    if doc.found_in("crisis.now", number):
        return False
    low = doc.sentences[max(0, number - 1)][0] - 1
    high = doc.sentences[min(len(doc.sentences) - 1, number + 2)][1] + 1
    return any(low <= cue.start <= high for cue in past)


def _let_go(doc: Doc, hit: Hit, general: list[Hit]) -> bool:
    """Whether a sign is no crisis: a "not suicidal", a figure of speech, a mistake with a dose, an animal, a leaflet."""
    if any(g.start < hit.end and hit.start < g.end for g in general):
        return True
    said = scope(doc, hit.start, hit.end)
    plain = doc.text[hit.start : hit.end].startswith("suicid")
    if said == "figurative" or (plain and said == "negated"):
        return True
    start, end = doc.sentence(hit.start)
    return any(start - 1 <= other.start <= end for other in doc.found("crisis.letgo"))


def _figurative(doc: Doc) -> Iterator[Proposal]:
    """A mark where a health word is a figure of speech: by its words, if the classifier does not rule it out, or by the classifier."""
    score = max(doc.likeliest("figurative")[:1], default=0.0)
    if score < NO_FIGURE:
        return  # as in most posts
    places = tuple(_by_words(doc)[:4])
    if not places and score >= FIGURE:
        surest = int(doc.learnt("figurative")[:, 0].argmax())
        places = () if _in_earnest(doc, surest) else (doc.sentences[surest],)
    if places:
        score = min(0.95, max(0.6, score))
        yield Proposal("figurative", "yes", places, assertion="figurative", score=score)


def _in_earnest(doc: Doc, sentence: int) -> bool:
    """Whether a sentence tells of a person's illness, or of care: no figure of speech where no words of one stand."""
    start, end = doc.sentences[sentence]
    return bool(_EARNEST.search(doc.text, start - 1, end + 1))


_EARNEST = re.compile(
    r" (?:(?:wife|husband|mum|mom|mother|dad|father|gran|grandma|nan|grandad|grandpa|son|daughter|brother|sister|aunt|uncle|partner|boyfriend|girlfriend|friend|cousin|nephew|niece|baby|neighbour|neighbor)"
    r" (?:has|had|have|got|is|was|lives with|lived with|died of|died from|suffers from|suffered from|survived) (?!(?:so|such|being|like|always|literally|basically) )|"
    r"(?:team|class|school|nursery|office|squad|choir|everyone|family) (?:has|have|had|got) (?:the |all )?(?:flu|covid|norovirus|measles|chickenpox|colds?|mumps)|"
    r"cases? of \w+ in|health department|epi ?pens?|diagnos\w+|prescri\w+|allergic to (?:nuts|\w*nuts|dairy|milk|eggs?|wheat|gluten|soy|shellfish|fish|penicillin|latex|pollen|bees?|wasps?|dust|cats?|dogs?|sesame|plasters|nickel|antibiotics|aspirin|ibuprofen)|"
    r"tablets?|mg|hospital|consultant|chemo\w*|neurologist|psychiatrist) "
)


def _by_words(doc: Doc) -> list[tuple[int, int]]:
    """Figures of speech of a post that means the same word nowhere in earnest."""
    figures = doc.figures
    if not figures:
        return []
    literal = {t.entry.concept for t in doc.terms if not _inside(figures, t.start)}
    figured = [t.entry.concept for t in doc.terms if _inside(figures, t.start)]
    if figured and all(concept in literal for concept in figured):
        return []
    told = {doc.sentence_at(t.start) for t in doc.terms if t.entry.kind == "drug"}
    if told and not doc.found("context.figurative"):
        return [f for f in figures if doc.sentence_at(f[0]) not in told or _LOOSE.search(doc.text)]
    return figures


_LOOSE = re.compile(
    r" (?:an(?:a)?esthetic|adrenaline|caffeine|coffee|alcohol|wine|beer|gin|sugar|chocolate|prozac|valium|drug of choice|heroin|crack|steroids|vitamins?) "
)


def _inside(figures: list[tuple[int, int]], place: int) -> bool:
    return any(a <= place < b for a, b in figures)


SAFETY = SafetyMaker()
