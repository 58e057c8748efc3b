"""What you may conclude: what the numbers are, what they are not, and what the marks on them mean."""

from bedside.report.markup import Markup, join, tag
from bedside.report.page import Chapter, Column, Desk, table
from bedside.report.words import BADGES

__all__ = ["MAY_NOT", "conclude"]

_MAY = (
    "that these things are told in these sources, by how many accounts, and in which words",
    "that one thing is told by more accounts than another, where a sentence here says so: "
    "it says so only where the two intervals do not overlap",
)
MAY_NOT = (
    "how often anything happens among all who are ill: people chose to write, and most never do",
    "why anything happens: what came before and after is shown, and stages and periods stand side by side, never a cause",
    "which provider or treatment is better: neither is ranked here, and neither should be ranked by posts",
    "anything about one person",
)
_MEANING = {
    "machine": "Read by a program. Nobody has checked a sample. The interval holds the play of chance, not the program's errors.",
    "judged": "Rests on posts drawn at random and read by people who did not see what the program proposed.",
    "counted": "A plain count of records, posts or accounts; nothing is estimated.",
}


def conclude(laid: Desk) -> Chapter:
    """What you may conclude; always there."""
    who = "simulated accounts" if laid.material.simulated else "accounts"
    return Chapter(
        "conclude",
        "What you may conclude",
        join([
            tag("p", f"These {who} are the ones that wrote. They show what is told, not how often it happens."),
            _points("From this report you may conclude", _MAY),
            _points("You may not conclude", MAY_NOT),
            _marks(laid),
        ]),
    )  # fmt: skip


def _points(head: str, points: tuple[str, ...]) -> Markup:
    """A short list under its heading."""
    *first, last = [f"{point};" for point in points]
    ended = [*first, last[:-1] + "."]
    return join([tag("h3", head), tag("ul", *(tag("li", point) for point in ended))])


def _marks(laid: Desk) -> Markup:
    """What each badge and the star mean, for the badges that this report carries."""
    held = {f.basis for figures in laid.shelf.values() for f in figures}
    rows = [
        [tag("span", words, class_=kind), _MEANING[basis]]
        for basis, (words, kind) in BADGES.items()
        if basis in held
    ]
    few = f"Not shown: 1 to {laid.small - 1} accounts, or a number from which such a one could be worked out."
    if laid.material.round_to > 1:
        few += f" Other counts are rounded to the nearest {laid.material.round_to}."
    columns = [Column("mark"), Column("meaning")]
    return join([
        tag("h3", "Marks on the numbers"),
        table("Marks on the numbers and what they mean", columns, [*rows, ["*", few]], "stack"),
    ])  # fmt: skip
