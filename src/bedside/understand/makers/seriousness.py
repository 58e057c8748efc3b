"""What may make a reaction serious (ICH E2A's six criteria): proposed for a person to decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["SERIOUSNESS", "SeriousnessMaker"]


@dataclass(frozen=True)
class SeriousnessMaker:
    """Marks `seriousness` with the criterion as its code; denied ones are marked as negated.

    Notes
    -----
    Recall first: a ward that is only passed by, or a death of another cause, is marked too. Nothing is decided by it
    but the order of a queue.
    """

    name: str = "seriousness"
    version: str = "1"
    layers: tuple[str, ...] = ("seriousness",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One mark a criterion and assertion."""
        for code, hits in doc.codes("serious").items():
            said: dict[str, list[tuple[int, int]]] = {}
            for hit in hits:
                says = assertion(doc, hit.start, hit.end)
                said.setdefault(says, []).append((hit.start, hit.end))
            for says, places in said.items():
                yield Proposal(
                    "seriousness",
                    code,
                    tuple(places[:3]),
                    assertion=says,
                    moment=doc.moment_at(places[0][0]),
                    score=0.5,
                )


SERIOUSNESS = SeriousnessMaker()
