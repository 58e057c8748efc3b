"""The view of one post that all makers share; each part is worked out once, when first asked for."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from bedside.understand.acts import acts_of
from bedside.understand.advising import advice_of
from bedside.understand.asking import questions_of
from bedside.understand.book import Found, Hit
from bedside.understand.caring import care_of, care_share, grade_of, grievance_of
from bedside.understand.claims.match import ClaimIndex
from bedside.understand.context import find_cues
from bedside.understand.deeds import deeds_of
from bedside.understand.figures import find_figures
from bedside.understand.learnt.features import Floats
from bedside.understand.learnt.model import Classifier
from bedside.understand.learnt.reading import Batch
from bedside.understand.lexicon import Scanner, Term
from bedside.understand.moments import Moment, find_moments
from bedside.understand.numbers import Duration, durations
from bedside.understand.once import once
from bedside.understand.reactions import reactions_of
from bedside.understand.sentences import clause_breaks, sentences
from bedside.understand.story import story_score
from bedside.understand.text import canonical
from bedside.understand.voice import Voice, hear_voice

__all__ = ["Chunk", "Doc", "Post", "make_docs", "post_parts"]

SERVICE = 0.3
"""Share of sentences that name a service from which a text is taken for a review of it."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a maker may know of a post besides its text."""

    parts: tuple[tuple[str, str], ...]
    kind: str = "post"
    is_reply: bool = False
    bio: str = ""
    role_declared: str = ""
    account_kind: str = ""
    thread_title: str = ""
    parent_body: str = ""
    voice: str = ""  # whose it is: the account, or the post itself where it has no author


TOLD, FEW = 0.3, 0.34
"""Share of care in a text from which it is taken for a review too (see `care_share`), where it names no more illnesses, signs and drugs
a sentence than that."""

_DIGIT = re.compile(r"\d")
_MANNERS = re.compile(
    r"thank\w* (?:you |u )?(?:so much |very much |again )?(?:in advance )?(?:to |for )(?:your |any |all |the )*(?:time|reply|replies|help|answers?|response|consideration|attention|"
    r"assistance|advice|service|site|information|suggestions?|opinion) (?:[.!,;§¶]|and|$|i |\[)"
)
"""Thanks to whoever reads it, with which a question ends."""


class Doc:
    """One post as makers see it.

    Parameters
    ----------
    chunk : Chunk
        The posts that are read together with it.
    number : int
        Which of them it is.
    """

    def __init__(self, chunk: "Chunk", number: int) -> None:
        self.post = chunk.posts[number]
        self._scanner = chunk.scanner
        self._chunk = chunk
        self._number = number
        self.canon = chunk.canons[number]
        self.text = self.canon.text
        self.terms = chunk.terms[number]
        self._found = chunk.found
        self.memo: dict[
            str, Any
        ] = {}  # what makers share with each other, by the name of what it is

    def found(self, rule: str, *more: str) -> list[Hit]:
        """Hits of a rule, or of several, in order of place."""
        if more:
            return self._found.together((rule, *more)).get(self._number) or []
        return self._found[rule].get(self._number) or []

    def says_of_self(self, rule: str) -> bool:
        """Whether the writer's bio or declared role holds a rule's words."""
        told = self.post.bio or self.post.role_declared
        return bool(told) and self._chunk.says_of_self(self._number, rule)

    def codes(self, layer: str) -> dict[str, list[Hit]]:
        """Hits of a layer by code."""
        return self._found.layer(layer).get(self._number, {})

    @once
    def lay(self) -> list[Term]:
        """Symptoms said in plain words that no list of terms holds, in order of place."""
        entries = self._scanner.lay
        found = [
            Term(hit.start, hit.end, entries[code])
            for code, hits in self.codes("lay").items()
            for hit in hits
        ]
        return sorted(found, key=lambda term: (term.start, -term.end))

    @property
    def around(self) -> list[Term]:
        """Terms of the thread's title and the parent's text."""
        return self.around_doc.terms if self.around_doc else []

    @once
    def around_doc(self) -> "Doc | None":
        """The thread's title and the parent's text as a post of their own; None where there are neither."""
        return self._chunk.around(self.post)

    @once
    def figures(self) -> list[tuple[int, int]]:
        """Places of health words that are figures of speech: set phrases, and what is said of things that cannot be ill."""
        return find_figures(self)

    @property
    def symptoms(self) -> frozenset[str]:
        """Lower-case names of concepts that are symptoms, whichever list holds them."""
        return self._scanner.symptoms

    @property
    def claims(self) -> ClaimIndex:
        """The study's claims."""
        return self._scanner.claims

    def learnt(self, name: str) -> Floats:
        """Probabilities of a shipped classifier for each sentence: sentences by codes."""
        return self._chunk.batch.sentences(name, self._number)

    def likeliest(self, name: str) -> list[float]:
        """Greatest probability of each code in any one sentence; none where the post has no sentence."""
        return self._chunk.batch.likeliest(name, self._number)

    def learnt_around(self, name: str) -> Floats:
        """Probabilities of a shipped classifier for each sentence with those beside it: sentences by codes."""
        return self._chunk.batch.around(name, self._number)

    def likeliest_around(self, name: str) -> list[float]:
        """As `likeliest`, each sentence with those beside it."""
        return self._chunk.batch.likeliest_around(name, self._number)

    def meaning(self, start: int, end: int) -> Floats:
        """Static embedding of the sentences that a stretch touches, of length 1 (or 0 where they hold no word)."""
        numbers = self.sentence_at(start), self.sentence_at(max(start, end - 1))
        known: dict[tuple[int, int], Floats] = self.memo.setdefault("meanings", {})
        if numbers not in known:
            first, last = numbers
            total = self._chunk.batch.vectors(self._number)[first : last + 1].sum(axis=0)
            length = float((total * total).sum()) ** 0.5
            known[numbers] = np.asarray(total / length if length else total)
        return known[numbers]

    def near(self, name: str) -> list[float]:
        """How near each sentence is to the written prototypes of a name."""
        return self._chunk.batch.near(name, self._number)

    def learnt_whole(self, name: str) -> Floats:
        """Probabilities of a shipped classifier for the whole post: one a code."""
        return self._chunk.batch.whole(name, self._number)

    def learnt_apart(self, models: Sequence[Classifier]) -> Floats:
        """Probabilities for the whole post by the one of a study's classifiers that learnt nothing of its account."""
        return self._chunk.batch.apart(models, self._number)

    @once
    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of each sentence."""
        return self._chunk.sentences[self._number]

    @once
    def sentence_starts(self) -> list[int]:
        """Start of each sentence."""
        return [start for start, _ in self.sentences]

    @once
    def breaks(self) -> list[int]:
        """Places where a clause ends."""
        return clause_breaks(self.text)

    @once
    def vocabulary(self) -> frozenset[str]:
        """Its tokens, each once."""
        return frozenset(self.canon.words)

    @once
    def words(self) -> int:
        """Number of tokens that are words or numbers."""
        return sum(map(str.isalnum, map(itemgetter(0), self.canon.words)))

    @once
    def has_digits(self) -> bool:
        """Whether any digit stands in it."""
        return _DIGIT.search(self.text) is not None

    @once
    def durations(self) -> list[Duration]:
        """Stretches of time that it tells, in order."""
        return list(durations(self.text))

    @once
    def cues(self) -> list[tuple[str, int, int]]:
        """Words that negate, suppose, hope or fear, with their places."""
        return find_cues(self)

    @once
    def voice(self) -> Voice:
        """Who writes, and whose experience it is."""
        return hear_voice(self)

    @once
    def acts(self) -> dict[str, list[Hit]]:
        """What a professional does in this post; empty where the writer is none."""
        return acts_of(self)

    @once
    def questions(self) -> list[Hit]:
        """What the post asks."""
        return questions_of(self)

    @once
    def advice(self) -> list[Hit]:
        """What the post advises whoever reads it."""
        return advice_of(self)

    @once
    def care(self) -> list[tuple[str, Hit]]:
        """Aspects of care that the post praises or complains about."""
        return care_of(self)

    @once
    def care_grade(self) -> float | None:
        """How good or bad the care told is, -4 to 4; None where none is."""
        return grade_of(self)

    @once
    def grievance(self) -> list[Hit]:
        """Complaints of several kinds without any praise: they show anger, also where it is not named."""
        return grievance_of(self)

    @once
    def deeds(self) -> dict[str, list[Hit]]:
        """Treatments started, stopped, finished and switched."""
        return deeds_of(self)

    @once
    def reactions(self) -> list[Hit]:
        """Signs that the post lays to a treatment."""
        return reactions_of(self)

    @once
    def about_health(self) -> set[int]:
        """Numbers of the sentences that name something of health."""
        sick = {self.sentence_at(term.start) for term in self.terms}
        return sick | {
            self.sentence_at(hit.start) for hit in self.found("gate.health", "gate.complaint")
        }

    @once
    def names_service(self) -> bool:
        """Whether much of the post tells how a service, its staff or a course was."""
        if self.post.kind in ("review", "response"):
            return True
        drugs = any(term.entry.kind == "drug" for term in self.terms)
        named = {
            self.sentence_at(hit.start)
            for hit in self.found("gate.service")
            if not self.text.endswith(("of course", "course")[drugs], 0, hit.end)
            and not _MANNERS.match(self.text, hit.start)
        }
        if not named:
            return False
        judged = {
            self.sentence_at(hit.start) for hits in self.codes("care").values() for hit in hits
        }
        told = len(named | judged)
        return told >= SERVICE * len(self.sentences) and told > self.post.is_reply

    @once
    def of_service(self) -> bool:
        """Whether the post is a review, by its kind, its words or how much of it tells of care; a professional's answer is none."""
        if self.post.kind in ("review", "response"):
            return True
        told = self.names_service or self._tells_of_care()
        return told and self.voice.role != "clinician"

    def _tells_of_care(self) -> bool:
        """Whether a text that asks nothing tells of care and hardly of illness."""
        if self.post.is_reply or self.text.endswith(" ? ") or self.found("ask.words"):
            return False
        whose = self.voice.experiencer in ("own", "cared_for")
        if not whose and not self.found("gate.staff", "gate.service", "voice.carer"):
            return False
        ill = sum(term.entry.kind != "procedure" for term in self.terms)
        return ill <= FEW * len(self.sentences) and care_share(self) >= TOLD

    @once
    def moments(self) -> list[Moment]:
        """Stretches of the account that lie at one stage each."""
        return find_moments(self)

    @once
    def story(self) -> float:
        """How surely the post tells a sequence of events, 0 to 1."""
        return story_score(self)

    def moment_at(self, place: int) -> int | None:
        """Number of the moment that holds a place; None outside of all."""
        for number, moment in enumerate(self.moments):
            if moment.start <= place < moment.end:
                return number
        return None

    def found_in(self, rule: str, sentence: int) -> list[Hit]:
        """Hits of a rule that begin in the sentence of a number; sorted out once, so that long posts stay linear."""
        key = f"found in {rule}"
        if key not in self.memo:
            by_sentence: dict[int, list[Hit]] = {}
            for hit in self.found(rule):
                by_sentence.setdefault(self.sentence_at(hit.start), []).append(hit)
            self.memo[key] = by_sentence
        hits: list[Hit] = self.memo[key].get(sentence, [])
        return hits

    def terms_in(self, sentence: int) -> list[Term]:
        """Terms that begin in the sentence of a number."""
        if "terms in" not in self.memo:
            by_sentence: dict[int, list[Term]] = {}
            for term in self.terms:
                by_sentence.setdefault(self.sentence_at(term.start), []).append(term)
            self.memo["terms in"] = by_sentence
        terms: list[Term] = self.memo["terms in"].get(sentence, [])
        return terms

    def sentence_at(self, place: int) -> int:
        """Number of the sentence that holds a place."""
        after = bisect_right(self.sentence_starts, place)
        return after - 1 if after else 0

    def sentence(self, place: int) -> tuple[int, int]:
        """Start and end of the sentence that holds a place."""
        if not self.sentences:
            return (1, max(1, len(self.text) - 1))
        return self.sentences[self.sentence_at(place)]

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Start and end of the clause around a stretch."""
        left = bisect_right(self.breaks, start)
        right = bisect_right(self.breaks, end - 1)
        low = self.breaks[left - 1] + 1 if left else 1
        high = self.breaks[right] if right < len(self.breaks) else len(self.text) - 1
        return (min(low, start), max(high, end))

    def between(self, start: int, end: int) -> int:
        """Number of words that lie between two places."""
        return max(0, self.text.count(" ", start, end) - 1) if end > start else 0


_LOOKING = ("stance.deny", "stance.myth", "stance.agree", "stance.mock", "ask.mark")
_LOOKING_FOR_A_DRUG = (
    "harm.unnamed", "harm.cue", "harm.taking", "do.stopped_treatment", "do.started_treatment", "treat.over", "treat.took",
)  # fmt: skip
"""Rules of which posts hold one that look around, the second ones where they name no drug; a post without any is read
all the same when it asks."""


class Chunk:
    """Posts that are read together: one scan for all texts, and each classifier asked once.

    Parameters
    ----------
    posts : sequence of Post
    scanner : Scanner
    """

    def __init__(self, posts: Sequence[Post], scanner: Scanner) -> None:
        self.posts, self.scanner = posts, scanner
        self.canons = [canonical(list(post.parts)) for post in posts]
        self.terms, self.found = scanner.scan([canon.text for canon in self.canons])

    @once
    def sentences(self) -> "_Sentences":
        """Start and end of each sentence of a post, by its number."""
        return _Sentences([canon.text for canon in self.canons])

    @once
    def batch(self) -> Batch:
        """What trained classifiers say of the posts."""
        texts = enumerate(canon.text for canon in self.canons)
        split = [[text[a:b] for a, b in self.sentences[number]] for number, text in texts]
        return Batch(split, [post.voice for post in self.posts])

    def says_of_self(self, number: int, rule: str) -> bool:
        """Whether the bio or declared role of a post's writer holds a rule's words."""
        told, which = self._about
        return which[number] in told[rule]

    @once
    def _about(self) -> tuple[Found, list[int]]:
        """What phrases find in bios and declared roles, each read once, and which of them is that of each post."""
        pairs = [(post.role_declared, post.bio) for post in self.posts]
        number = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        texts = [canonical([("role", role), ("bio", bio)]).text for role, bio in number]
        return self.scanner.scan(texts).found, [number[pair] for pair in pairs]

    def around(self, post: Post) -> Doc | None:
        """Thread's title and parent's text of one of the posts; None where there are neither."""
        pair = post.thread_title, post.parent_body
        if any(pair) and pair not in self._around:
            self._around |= self._read([pair])
        return self._around.get(pair)

    @once
    def _around(self) -> dict[tuple[str, str], Doc]:
        """What stands around the posts that are likely to ask for it, each text read once, all when one first asks."""
        asking = set().union(*(self.found[rule] for rule in _LOOKING))
        asking |= {
            number
            for number in set().union(*(self.found[rule] for rule in _LOOKING_FOR_A_DRUG))
            if all(term.entry.kind != "drug" for term in self.terms[number])
        }
        posts = [self.posts[number] for number in sorted(asking)]
        pairs = dict.fromkeys((post.thread_title, post.parent_body) for post in posts)
        return self._read([pair for pair in pairs if any(pair)])

    def _read(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Doc]:
        posts = [Post((("title", title), ("body", body))) for title, body in pairs]
        return dict(zip(pairs, make_docs(posts, self.scanner), strict=True))


class _Sentences(dict[int, list[tuple[int, int]]]):
    """Sentences of each text, found when they are first asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, number: int) -> list[tuple[int, int]]:
        found = self[number] = sentences(self._texts[number])
        return found


def post_parts(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Named texts of a row of POSTS, in reading order."""
    segments = row.get("segments") or []
    return (
        ("title", row.get("title") or ""),
        ("body", row.get("body") or ""),
        *((f"segment:{n}", segment.get("text") or "") for n, segment in enumerate(segments)),
    )


def make_docs(posts: Sequence[Post], scanner: Scanner) -> Iterator[Doc]:
    """Docs of a batch of posts, one scan for all texts; each is made when it is asked for and can be let go."""
    chunk = Chunk(posts, scanner)
    for number in range(len(posts)):
        yield Doc(chunk, number)
