"""Which claim a sentence words: topic first, then the other word groups, or BM25 against the wordings.

A topic phrase stands in the automaton that reads every post anyway; only where one is seen are the other groups
looked for, in that sentence and the next.
"""

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from importlib.resources import files
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from bedside.understand.claims.book import Claim
from bedside.understand.claims.wordings import Bm25, stem, stems
from bedside.understand.phrases import Phrase, compile_phrase
from bedside.understand.text import normal_term

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["ClaimIndex", "Match", "match_claims", "match_statement", "relations"]

ALIKE = 0.62  # BM25 from which words alone suffice where a claim has no `must`
ALMOST = 0.8  # and where all but one group of `must` are there
MEANS = 0.5  # cosine of the static embeddings that makes up for one missing group
SHARED = 3  # stems that such a sentence shares with a wording
MOST_WORDS = 60  # of a sentence that BM25 reads
MOST = 0.6  # share of a statement's stems that a sentence needs to word it
MEANS_ALONE = 0.72  # and for a missing group that says what the claim is about
SHORT = 24  # words of a sentence whose embedding says what it is about
MANY = 2  # word groups beside the topic from which they may stand in two sentences
TWO = 36  # words of two sentences that are read as one
SPREAD = 26  # words within which all groups of a claim stand
_NOT = re.compile(r" (?:not|no|cannot|can't|nothing|never|only|just|without) ")
_LOOSE = re.compile(
    r"^@(?:cures|causes|prevents|harms|only|safe|not_real)|^\(@(?:cures|causes|prevents|harms|only|safe)"
)
_VITAL = re.compile(r"just|not_real|only|can't|infertil|conceive|resist|normal|better")
_TIES = re.compile(r"@(?:cures|causes|prevents|harms)|cure\*")


@dataclass(frozen=True, slots=True)
class Match:
    """A claim found in a post.

    Attributes
    ----------
    places : tuple of (start, end)
        Its word groups, the topic first.
    sentence : (start, end)
    alike : float
        How near the sentence is to the nearest wording, 0..1.
    denied : bool
        Whether words of `deny` were found.
    relations : tuple of (start, end)
        The places that tie the claim together (cures, causes, prevents, harms): a "not" before one denies it.
    missing : float
        0 where all word groups are there, else how far the sentence's meaning is from the nearest wording.
    negative : bool
        Whether the claim's own statement says "not", so that a "not" denies nothing.
    """

    claim: Claim
    places: tuple[tuple[int, int], ...]
    sentence: tuple[int, int]
    alike: float
    denied: bool = False
    relations: tuple[tuple[int, int], ...] = ()
    negative: bool = False
    missing: float = 0.0


class _Group(NamedTuple):
    """One word group of a claim, and what it is to the claim: a tie between the others, vague, or what it is about.

    `bit`: a power of two of its own, so that groups that may stand in a stretch are one number.
    """

    phrase: Phrase
    bit: int
    ties: bool
    loose: bool
    vital: bool


@dataclass(frozen=True, slots=True)
class _Groups:
    claim: Claim
    others: tuple[_Group, ...]
    deny: tuple[_Group, ...]
    negative: bool
    needed: int  # bits of the others
    denying: int


def _bits(groups: Sequence[_Group]) -> int:
    return reduce(or_, (group.bit for group in groups), 0)


class ClaimIndex:
    """Claims ready for matching.

    Parameters
    ----------
    claims : sequence of Claim
    classes : mapping of str to str
        Word classes that the phrases of `must` and `deny` may name.
    """

    def __init__(self, claims: Sequence[Claim], classes: Mapping[str, str]) -> None:
        self.claims = tuple(claims)
        self._classes = {**classes, **relations()}
        self._words = Bm25(claims)
        self._embedded: dict[str, Any] = {}
        self._groups: dict[str, list[_Groups]] = {}
        self._group: dict[str, _Group] = {}
        for claim in claims:
            topic, *others = claim.must or (self._words.topic(claim),)
            self._groups.setdefault(topic, []).append(self._grouped(claim, others))
        wakes: dict[str, int] = {}
        for group in self._group.values():
            for trigger in group.phrase.triggers:
                wakes[trigger] = wakes.get(trigger, 0) | group.bit
        self._wakes = list(wakes.values())
        self._automaton = AhoCorasick(list(wakes), matchkind=MatchKind.Standard)
        self.rules = {
            topic: {"phrases": [topic]} for topic in self._groups
        }  # as a layer of the pattern book

    def _grouped(self, claim: Claim, others: Sequence[str]) -> _Groups:
        other, deny = (tuple(map(self._made, sources)) for sources in (others, claim.deny))
        negative = bool(_NOT.search(f" {normal_term(claim.statement)} "))
        return _Groups(claim, other, deny, negative, _bits(other), _bits(deny))

    def _made(self, source: str) -> _Group:
        """Word group of a phrase; several claims may share it."""
        if source not in self._group:
            self._group[source] = _Group(
                compile_phrase(source, self._classes),
                1 << len(self._group),
                bool(_TIES.search(source)),
                bool(_LOOSE.search(source)),
                bool(_VITAL.search(source)),
            )
        return self._group[source]

    def woken(self, text: str) -> list[tuple[int, int]]:
        """Places in canonical text where a word group may begin, and the bits of those that may."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [(start + 1, self._wakes[trigger]) for trigger, start, _ in found]

    def groups(self, topic: str) -> list[_Groups]:
        """Claims of a topic phrase."""
        return self._groups[topic]

    def alike(self, claim: Claim, sentence: str, *, shared: int = 1) -> float:
        """How near a canonical sentence is to the nearest wording of a claim, 0..1; 0 under `shared` common stems."""
        return self._words.alike(claim, sentence, shared)

    def means(self, claim: Claim, meaning: Any) -> float:
        """Cosine of a sentence's static embedding and that of the nearest wording."""
        if claim.id not in self._embedded:
            from bedside.understand.learnt.features import embedded, read_units

            texts = [f" {normal_term(text)} " for text in (claim.statement, *claim.wordings)]
            self._embedded[claim.id] = embedded(read_units(texts, characters=False))
        return float((self._embedded[claim.id] @ meaning).max())


@lru_cache(maxsize=1)
def relations() -> dict[str, str]:
    """Word classes of claims: cures, causes, prevents, harms, ..."""
    folder = files("bedside.understand") / "claims"
    classes: dict[str, str] = tomllib.loads((folder / "relations.toml").read_text("utf-8"))
    return classes


def match_claims(doc: "Doc") -> list[Match]:
    """Claims that a post words, in order of place; each claim once, where it is worded best.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    list of Match
    """
    index = doc.claims
    best: dict[str, Match] = {}
    for topic, hits in doc.codes("claim").items():
        for number in dict.fromkeys(doc.sentence_at(hit.start) for hit in hits):
            place = next((h.start, h.end) for h in hits if doc.sentence_at(h.start) == number)
            for groups in index.groups(topic):
                match = _match(doc, index, groups, number, place)
                known = best.get(groups.claim.id)
                if match is not None and (known is None or match.alike > known.alike):
                    best[groups.claim.id] = match
    return sorted(_nearest(list(best.values())), key=lambda match: match.places)


def _nearest(matches: list[Match]) -> list[Match]:
    """Of claims in one place those whose groups are all there; where none is whole, the one nearest in meaning."""
    kept = []
    for match in matches:
        rivals = [m for m in matches if _meet(m.sentence, match.sentence)]
        if match.missing == min(m.missing for m in rivals):
            kept.append(match)
    return kept


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _match(
    doc: "Doc", index: ClaimIndex, groups: _Groups, number: int, topic: tuple[int, int]
) -> Match | None:
    """A claim in the sentence of its topic, in the next one, which may say "it", or over two short ones."""
    sentences = doc.sentences
    start, end = sentences[number]
    if _is_out(groups, _present(doc, number - 1, number + 1)):
        return None
    found = _match_in(doc, index, groups, (number, number), topic)
    many = len(groups.others) >= MANY
    if found is None and number + 1 < len(sentences):
        after = sentences[number + 1]
        if _POINTS.search(doc.text, after[0] - 1, after[1] + 1):
            found = _match_in(doc, index, groups, (number + 1, number + 1), topic)
        if found is None and many and doc.text.count(" ", start, after[1]) <= TWO:
            found = _match_in(doc, index, groups, (number, number + 1), topic)
    if (
        found is None
        and many
        and number
        and doc.text.count(" ", sentences[number - 1][0], end) <= TWO
    ):
        found = _match_in(doc, index, groups, (number - 1, number), topic)
    return found


_POINTS = re.compile(r" (?:it|this|that|they|them|these|those|which|it's|that's) ")


def _match_in(
    doc: "Doc",
    index: ClaimIndex,
    groups: _Groups,
    numbers: tuple[int, int],
    topic: tuple[int, int],
) -> Match | None:
    """A claim in the sentences of these numbers, read as one."""
    present = _present(doc, *numbers)
    if _is_out(groups, present):
        return None
    start, end = sentence = doc.sentences[numbers[0]][0], doc.sentences[numbers[1]][1]
    claim, text = groups.claim, doc.text
    denied = next((p for d in groups.deny if (p := _near(text, d, present, sentence, topic))), None)
    if denied is not None:
        return Match(
            claim, (topic, denied), sentence, index.alike(claim, text[start:end]), denied=True
        )
    found = _gathered(text, groups, present, sentence, topic)
    if found is None:
        return None
    places, ties, missing = found
    words = text[start:end]
    if (claim.must or groups.others) and not missing and _is_close(doc, places):
        return Match(
            claim, places, sentence, index.alike(claim, words), False, ties, groups.negative
        )
    if not start <= topic[0] <= end or words.count(" ") > MOST_WORDS:
        return None
    alike = index.alike(claim, words, shared=SHARED)
    enough, means = alike >= (ALMOST if claim.must else ALIKE), alike
    if not enough and words.count(" ") <= SHORT:
        loose = len(places) > 1 and all(group.loose for group in missing)
        vital = any(group.vital for group in missing)
        if loose or not vital:
            means = index.means(claim, doc.meaning(start, end))
            enough = means >= (MEANS if loose else MEANS_ALONE)
    if not enough:
        return None
    gap = max(0.001, 1 - means) if claim.must else 0.0
    return Match(claim, places, sentence, alike, False, ties, groups.negative, gap)


def _present(doc: "Doc", first: int, last: int) -> int:
    """Bits of the word groups of all claims that may begin in the sentences from the first to the last."""
    known: list[int] | None = doc.memo.get("word groups")
    if known is None:
        known = doc.memo["word groups"] = [0] * len(doc.sentences)
        for place, bits in doc.claims.woken(doc.text):
            known[doc.sentence_at(place)] |= bits
    return reduce(or_, known[max(0, first) : last + 1])


def _is_out(groups: _Groups, present: int) -> bool:
    """Whether no stretch in which these may begin can word or deny a claim: two of its groups are nowhere, and all of `deny`."""
    away = groups.needed & ~present
    return not groups.denying & present and bool(away & (away - 1))


def _gathered(
    text: str,
    groups: _Groups,
    present: int,
    sentence: tuple[int, int],
    topic: tuple[int, int],
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...], list[_Group]] | None:
    """Places of a claim's groups, the topic first, those of its ties, and the group that is not there; None for two."""
    places, ties = [topic], list[tuple[int, int]]()
    missing: list[_Group] = []
    for group in groups.others:
        place = _near(text, group, present, sentence, topic)
        if place is not None:
            places.append(place)
            if group.ties:
                ties.append(place)
        elif missing:
            return None
        else:
            missing.append(group)
    return tuple(places), tuple(ties), missing


def _is_close(doc: "Doc", places: Sequence[tuple[int, int]]) -> bool:
    return doc.between(min(a for a, _ in places), max(b for _, b in places)) <= SPREAD


def _near(
    text: str,
    group: _Group,
    present: int,
    sentence: tuple[int, int],
    topic: tuple[int, int],
) -> tuple[int, int] | None:
    """Place of a group in a sentence that lies nearest to the topic and is not the topic itself."""
    if not group.bit & present:
        return None
    best: tuple[int, int] | None = None
    for match in group.phrase.expression.finditer(text, max(0, sentence[0] - 1), sentence[1] + 1):
        place = (match.start() + 1, match.end() - 1)
        if place[0] < topic[1] and topic[0] < place[1]:
            continue
        if best is None or abs(place[0] - topic[0]) < abs(best[0] - topic[0]):
            best = place
    return best


def match_statement(doc: "Doc", statement: str) -> Match | None:
    """The sentence of a post that words a given statement best: most of its stems, two at least.

    Parameters
    ----------
    doc : Doc
    statement : str
        In plain words.
    """
    said = normal_term(statement)
    wanted = set(stems(said))
    best: tuple[float, int, int, tuple[tuple[int, int], ...]] | None = None
    for start, end in doc.sentences:
        places = tuple(_places(doc.text, wanted, start, end))
        alike = len({stem(doc.text[a:b]) for a, b in places}) / max(1, len(wanted))
        if places and (best is None or alike > best[0]):
            best = (alike, start, end, places)
    if best is None or best[0] < MOST or len(best[3]) < min(2, len(wanted)):
        return None
    alike, start, end, places = best
    claim = Claim(
        id="", name=statement, statement=statement, verdict="unproven", date=datetime.date.min
    )
    return Match(claim, places, (start, end), alike, False, places, bool(_NOT.search(f" {said} ")))


def _places(text: str, wanted: set[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Words of a stretch that have one of the wanted stems."""
    place = start
    for word in text[start:end].split(" "):
        if word and stem(word) in wanted:
            yield place, place + len(word)
        place += len(word) + 1
