"""Claims and questions without reply: how people stand to claims, how these spread, what corrects them, what nobody answers."""

from collections.abc import Sequence

import msgspec

from bedside.report.chapters.answering import advice, corrections, followed
from bedside.report.chapters.claim_lines import claim_lines
from bedside.report.chapters.spreading import spreading
from bedside.report.chapters.unanswered import unanswered
from bedside.report.charts.dots import Dot, DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.claims import ANY, UNTRUE, claim_name, claims_in, noted
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import (
    Chapter,
    Column,
    Desk,
    figure,
    number_of,
    paragraph,
    roll,
    share_of,
    table,
    twin,
)
from bedside.report.printing import NARROW, count, day, listed, percent
from bedside.report.rows import dot_of, highest, share_table, star_note
from bedside.report.sentences import told_apart
from bedside.report.words import plain

__all__ = ["misinformation"]

_ANCHOR, _HEAD = "claims", "Claims and questions without reply"
_STANCES = ("repeats", "questions", "corrects")
_MOST = 0.5  # share of posts from which a claim's wordings are too wide to be one
_NOT_JUDGED = (
    "bedside does not say of any post whether it is true. It finds claims that people have checked, and how a writer "
    "stands to them; what is known of a claim is what the sources of the knowledge base say, with the day on which that "
    "was last checked. What is told of one’s own body is no claim."
)


def misinformation(laid: Desk) -> Chapter | None:
    """Claims and voids; None where nobody words a claim and every question has a reply."""
    claims = claims_in(laid)
    parts = [unanswered(laid)]
    if claims:
        parts = [
            paragraph(_lead(laid, claims)),
            _too_wide(laid, claims),
            _stances(laid, claims),
            _known(laid, claims),
            claim_lines(laid),
            spreading(laid),
            corrections(laid),
            followed(laid),
            advice(laid, claims),
            *parts,
        ]
    body = join([part for part in parts if part])
    return Chapter(_ANCHOR, _HEAD, body) if body else None


def _lead(laid: Desk, claims: Sequence[str]) -> str:
    """Of the claim of most accounts: whether it is repeated or questioned more."""
    said = _weighed(laid, claims[0])
    whole = one(laid.shelf, "misinformation.stances", claim=ANY, stance="repeats")
    many = (
        f"{count(whole.of_accounts, laid.small)} accounts word or answer a claim of the knowledge base. "
        if whole and whole.of_accounts
        else ""
    )
    return f"{said}{many}{_NOT_JUDGED}"


def _weighed(laid: Desk, claim: str) -> str:
    repeats, questions = (
        one(laid.shelf, "misinformation.stances", claim=claim, stance=stance)
        for stance in ("repeats", "questions")
    )
    if repeats is None or questions is None or not (repeats.known and questions.known):
        return ""
    pair = (repeats, questions, "repeat it", "ask whether it is so")
    if questions.mid > repeats.mid:
        pair = (questions, repeats, "ask whether it is so", "repeat it")
    large, small_, more, less = pair
    of = f"Of {count(large.of_accounts, laid.small)} accounts that word or answer “{claim_name(laid, claim)}”"
    apart = "" if told_apart(large, small_) else "; the two cannot be told apart"
    return f"{of}, {share_of(large)} {more} and {share_of(small_)} {less}{apart}. "


def _too_wide(laid: Desk, claims: Sequence[str]) -> Markup:
    """Claims that are found in most posts: their wordings match too much, or the study's query is about them."""
    corpus = one(laid.shelf, "inclusion.flow", step="relevant")
    if corpus is None or not corpus.mid:
        return NOTHING
    wide = []
    for claim in claims:
        held = one(laid.shelf, "misinformation.stances", claim=claim)
        if held is not None and (held.of_posts or 0) > _MOST * corpus.mid:
            share = percent((held.of_posts or 0) / corpus.mid)
            wide.append(f"“{claim_name(laid, claim)}” is found in {share} of all posts")
    if not wide:
        return NOTHING
    return paragraph(
        f"{'; '.join(wide)}: unless the study asks for just that, its wordings match too much. Read its posts, and give it "
        "sharper word groups, before you rely on what follows.",
        kind="note",
    )


def _stances(laid: Desk, claims: Sequence[str]) -> Markup:
    """Each claim with the shares that repeat, question and correct it, on one scale."""
    figures = [
        f for claim in claims for f in pick(laid.shelf, "misinformation.stances", claim=claim)
    ]
    figures = [f for f in figures if f.keys["stance"] in _STANCES]
    rows = [
        DotRow(claim_name(laid, claim), [_dot(_of(figures, claim, stance)) for stance in _STANCES])
        for claim in claims
    ]
    title = _finding(laid, claims)
    return figure(
        laid,
        figures,
        name="claims",
        title=title,
        sub="Per cent of accounts that word or answer the claim; an account may do several." + star_note(figures),
        chart=dot_plot(
            "claims",
            title,
            f"{len(rows)} claims, each with the shares of accounts that repeat, question and correct it, with 95 % intervals; numbers are in the table.",
            rows,
            nice_axis(highest(figures), f"{NARROW}%", limit=100),
            [plain(stance) for stance in _STANCES],
        ),
        note="Claims of most accounts first; only those that at least eight accounts word or answer.",
        twins=twin(_stance_table(laid, figures), len(figures)),
    )  # fmt: skip


def _dot(f: Shown | None) -> Dot:
    """A dot with its share alone: three panels leave no room for intervals in words, which stand in the table."""
    dot = dot_of(f)
    return dot if f is None or not f.known else dot._replace(printed=percent(f.mid))


def _of(figures: Sequence[Shown], claim: str, stance: str) -> Shown | None:
    held = [f for f in figures if f.keys["claim"] == claim and f.keys["stance"] == stance]
    return held[0] if held else None


def _finding(laid: Desk, claims: Sequence[str]) -> str:
    """Of how many claims it can be said that they are repeated more than questioned or corrected."""
    more = less = 0
    for claim in claims:
        repeats, *others = (
            one(laid.shelf, "misinformation.stances", claim=claim, stance=s) for s in _STANCES
        )
        held = [f for f in others if f is not None and f.known]
        if repeats is None or not repeats.known or len(held) < len(others):
            continue
        more += all(told_apart(repeats, other) for other in held)
        less += any(told_apart(other, repeats) for other in held)
    said = [
        f"{number} {'is' if number == 1 else 'are'} {words}"
        for number, words in (
            (more, "repeated more than questioned or corrected"),
            (less, "questioned or corrected more than repeated"),
        )
        if number
    ]
    if not said:
        return "Of no claim can it be told whether it is repeated more than questioned or corrected"
    rest = len(claims) - more - less
    left = f"; of {rest} it cannot be told" if rest else ""
    return f"Of {len(claims)} claims {listed(said)}{left}"


def _stance_table(laid: Desk, figures: Sequence[Shown]) -> Markup:
    named = [
        msgspec.structs.replace(f, keys=f.keys | {"claim": claim_name(laid, f.keys["claim"])})
        for f in figures
    ]
    return share_table("How people stand to each claim", "claim", named, more=["stance"])


def _known(laid: Desk, claims: Sequence[str]) -> Markup:
    """What is known of each claim: the verdict of published sources, the fact, who says so and when it was checked."""
    rows = []
    for claim in claims:
        note = noted(laid, claim)
        if note is None:
            continue
        whole = one(laid.shelf, "misinformation.stances", claim=claim)
        rows.append([
            note.name,
            number_of(whole) if whole is None else count(whole.of_accounts, laid.small),
            tag("b", note.verdict) if note.verdict in UNTRUE else note.verdict,
            note.fact or "–",
            f"{'; '.join(note.sources) or 'no source noted'} (checked {day(note.date)})",
        ])  # fmt: skip
    if not rows:
        return NOTHING
    columns = [Column("claim"), Column("accounts", numeric=True), Column("sources say")]
    columns += [Column("what holds"), Column("who says so")]
    inner = table("What published sources say of each claim", columns, rows, "stack")
    return join([tag("h3", "What is known of them"), roll(inner)])
