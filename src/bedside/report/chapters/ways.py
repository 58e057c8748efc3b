"""How who talks to whom: questions, answers, corrections, comfort and thanks between kinds of accounts."""

from collections.abc import Sequence

from bedside.report.charts.heat import CodeRow, heat_table, shade_key
from bedside.report.figures import Shown, pick
from bedside.report.markup import NOTHING, Markup, join
from bedside.report.page import Desk, figure, twin
from bedside.report.printing import count, listed, sentence_case, share
from bedside.report.rows import cell_of, checked, share_table
from bedside.report.words import ROLES, plain

__all__ = ["ways"]

_HEADS = {
    "question": "question",
    "answer": "answer",
    "correction": "correction",
    "comfort": "comfort",
    "thanks": "thanks",
}
_DO = {
    "question": "ask something",
    "answer": "give information or advice",
    "correction": "correct a claim",
    "comfort": "comfort",
    "thanks": "thank",
}
_MOST = 16  # pairs of roles that are drawn; the table holds all
_TOLD = (("clinician", "patient"), ("patient", "patient"), ("patient", "clinician"))


def _name(who: str) -> str:
    named = {
        **ROLES,
        "influencer": "influencers",
        "other": "others",
        "unclear": "accounts of unclear role",
    }
    return named.get(who, plain(who))


def ways(laid: Desk) -> Markup:
    """The matrix of who, whom and how; nothing where no pair of roles may be shown."""
    figures = pick(laid.shelf, "exchange.ways")
    pairs = dict.fromkeys((f.keys["answers"], f.keys["answered"]) for f in figures)
    at = {(f.keys["answers"], f.keys["answered"], f.keys["how"]): f for f in figures}
    of = {pair: _replies(figures, pair) for pair in pairs}
    drawn = sorted((p for p in pairs if of[p]), key=lambda pair: -of[pair])[:_MOST]
    if not drawn:
        return NOTHING
    shown = [at[*pair, how] for pair in drawn for how in _HEADS if (*pair, how) in at]
    rows = [
        CodeRow(
            f"{sentence_case(_name(one))} to {_name(other)}, n\u00a0=\u00a0{count(of[one, other], laid.small)}",
            [cell_of(at.get((one, other, how))) for how in _HEADS],
        )
        for one, other in drawn
    ]
    title = _title(figures)
    return figure(
        laid,
        shown,
        name="exchange-ways",
        title=title,
        sub="Replies that talk so, per cent of the replies from the one kind of account to the other; n are these replies. A reply "
        "may do several of these, or none that is read.",
        chart=join(
            [
                shade_key(
                    "% of the row's replies", judged=any(checked(f) and f.known for f in shown)
                ),
                heat_table(
                    title, "who to whom", [(head, "") for head in _HEADS.values()], [("", rows)]
                ),
            ]
        ),
        twins=twin(
            share_table("How who talks to whom", "answers", figures, more=["answered", "how"]),
            len(figures),
        ),
        note="Question: asks something, or for support. Answer: information, practical help, a referral, advice on medicines or daily life. "
        "Correction: says that a claim does not hold. Comfort: empathy, encouragement, company. Thanks: gratitude, or that it helped.",
    )


def _replies(figures: Sequence[Shown], pair: tuple[str, str]) -> int:
    """Replies of a pair, where any of its figures may tell them."""
    return max(
        (f.of_posts or 0 for f in figures if (f.keys["answers"], f.keys["answered"]) == pair),
        default=0,
    )


def _title(figures: Sequence[Shown]) -> str:
    """What the replies of the first of three pairs do, in the order of their shares."""
    for one, other in _TOLD:
        held = [f for f in figures if (f.keys["answers"], f.keys["answered"]) == (one, other)]
        told = sorted((f for f in held if f.known and f.mid), key=lambda f: -(f.mid or 0))[:3]
        if told:
            said = [f"{share(f.mid, None, None)} {_DO[f.keys['how']]}" for f in told]
            return f"Of replies by {_name(one)} to {_name(other)}, {listed(said)}"
    return "Questions, answers, corrections, comfort and thanks, by who talks to whom"
