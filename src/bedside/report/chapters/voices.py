"""In their words: wordings that many share, approved paraphrases, and sentences whose source allows them."""

from collections.abc import Sequence

from bedside.model.figures import Quote
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Chapter, Desk, paragraph
from bedside.report.printing import count
from bedside.report.words import plain

__all__ = ["voices"]

_KINDS = {
    "paraphrase": "Paraphrase, approved by a second reader",
    "verbatim": "Word for word; the source allows it",
}
_SIMULATED = "Simulated: a program wrote it"


def voices(laid: Desk) -> Chapter | None:
    """In their words; None where no words may leave the house."""
    quotes = laid.material.quotes
    wordings = [q for q in quotes if q.kind == "wording" and not q.about.endswith(":complaint")]
    shared = [q for q in wordings if (q.accounts or 0) >= laid.small]
    told = [q for q in quotes if q.kind in _KINDS]
    if not shared and not told:
        return None
    return Chapter(
        "voices", "In their words", join([_shared(shared, laid.small), _told(laid, told)])
    )


def _shared(quotes: Sequence[Quote], small: int) -> Markup:
    """Wordings that stand in the posts of many accounts."""
    if not quotes:
        return NOTHING
    items = [
        tag(
            "li",
            tag("span", f"“{q.text}”"),
            tag("span", f"{count(q.accounts, small)} accounts", _id(q)),
        )
        for q in sorted(quotes, key=lambda q: -(q.accounts or 0))
    ]
    note = f"No sentence of one person stands here: each wording is found in the posts of at least {small} accounts."
    return join([
        tag("h3", "Wordings that many share"),
        paragraph(note, kind="small soft"),
        tag("ul", *items, class_="word"),
    ])  # fmt: skip


def _told(laid: Desk, quotes: Sequence[Quote]) -> Markup:
    """Paraphrases and allowed sentences; where there are none, the report says that voices are missing."""
    if not quotes:
        words = "Voices are missing here: nobody has paraphrased a story yet, and no source allows its own sentences."
        return paragraph(words, kind="small soft")
    return join([tag("h3", "Told by one, as it may be told"), *(_quote(laid, q) for q in quotes)])


def _quote(laid: Desk, quote: Quote) -> Markup:
    """One quote with where it comes from."""
    kind = (
        _SIMULATED if laid.material.simulated and quote.kind == "verbatim" else _KINDS[quote.kind]
    )
    about = plain(quote.about.replace(":", ", ").replace(".", ", "))
    parts = [kind, about, _id(quote)]
    foot = tag("footer", join([part for part in parts if part], " · "))
    return tag("blockquote", tag("p", quote.text), foot, class_="said")


def _id(quote: Quote) -> Markup:
    """The evidence id of a quote, where it has one."""
    return tag("code", quote.evidence_id) if quote.evidence_id else NOTHING
