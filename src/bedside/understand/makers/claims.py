"""Claims that a post words or answers, with the writer's stance (F36). No true/false classifier."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedside.understand.claims.book import load_claims
from bedside.understand.claims.match import Match, match_claims
from bedside.understand.claims.stance import Stance, stance_of, thread_stance
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["CLAIMS", "ClaimMaker"]


@dataclass(frozen=True)
class ClaimMaker:
    """Marks `claim`: code the stance, concept_id the claim's id, concept its name; slot `claim`.

    Notes
    -----
    Slot `worded`: the post words the claim itself. Slot `answered`: a reply whose parent or thread's title words it.
    Assertion `others`: told as somebody else's opinion, neither endorsed nor denied. The verdict stands in the
    knowledge base (`bedside.understand.claims.book`), never in a mark.
    """

    name: str = "claims"
    version: str = f"1-{load_claims().version}"
    layers: tuple[str, ...] = ("claim",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One mark a claim."""
        worded = match_claims(doc)
        for number, match in enumerate(worded):
            stance = stance_of(doc, match)
            if stance is not None:
                yield _proposal(doc, match, stance, number)
        if not worded and doc.post.is_reply:
            yield from _answered(doc)


def _proposal(doc: Doc, match: Match, stance: Stance, group: int) -> Proposal:
    return Proposal(
        "claim",
        stance.code,
        (match.sentence, *stance.places[:2]),
        assertion="others" if stance.others else "asserted",
        concept_id=match.claim.id,
        concept=match.claim.name,
        score=round(stance.score * (0.6 + 0.4 * min(1.0, match.alike)), 3),
        group=group,
        slot="worded",
        moment=doc.moment_at(match.sentence[0]),
    )


def _answered(doc: Doc) -> Iterator[Proposal]:
    """Stance of a reply to the claim that it answers, if what it answers words one and the reply takes sides."""
    stance = thread_stance(doc)
    if stance is None:
        return
    around = doc.around_doc
    if around is None:
        return
    matches = match_claims(around)
    if len(matches) != 1:
        return
    claim = matches[0].claim
    yield Proposal(
        "claim",
        stance.code,
        stance.places or tuple(doc.sentences[:1]),
        concept_id=claim.id,
        concept=claim.name,
        score=round(0.7 * stance.score, 3),
        group=0,
        slot="answered",
    )


CLAIMS = ClaimMaker()
