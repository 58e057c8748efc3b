"""Who talks to whom: who answers whom, how soon and how deep; what professionals do; profiles of kinds, never of a person."""

from collections.abc import Mapping, Sequence

from bedside.report.chapters.ways import ways
from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.heat import CodeRow, heat_table, shade_key
from bedside.report.comparing import Comparison, Finding, compare
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join
from bedside.report.page import Chapter, Desk, figure, paragraph, twin
from bedside.report.printing import NARROW, count, listed, sentence_case, share, span
from bedside.report.rows import cell_of, checked, dot_of, highest, share_table, star_note
from bedside.report.words import ACTS_DONE, KINDS, ROLES, TOPICS, plain

__all__ = ["exchange", "exchange_finding"]

_HEAD = "Who talks to whom"
_NAMES: Mapping[str, str] = {
    **ROLES,
    "influencer": "influencers",
    "other": "others",
    "unclear": "unclear",
    **KINDS,
}
_PROFILE_FEWEST = 8  # posts


def _name(who: str) -> str:
    return _NAMES.get(who, plain(who))


_TO_WHOM = Comparison(
    _HEAD,
    "answer somebody else",
    "answer",
    lambda f: f"{_name(f.keys.get('answered', ''))}",
    "anyone else",
    "exchange",
    _HEAD,
    "",
)


def _row(laid: Desk, who: str) -> list[Shown]:
    return pick(laid.shelf, "exchange.mixing", answers=who, level="roles")


def exchange_finding(laid: Desk) -> Finding | None:
    """Whom professionals answer, where it may be shown."""
    held = [f for f in _row(laid, "clinician") if f.keys.get("answered") != "unclear"]
    found = compare(held, _TO_WHOM, small=laid.small)
    if found is None:
        return None
    first = found.figure
    whom = _name(first.keys.get("answered", ""))
    sentence = (
        f"Of {count(first.of_posts, laid.small)} replies by health professionals to others' posts in these sources, "
        f"{share(first.mid, first.low, first.high)} answer {whom}."
    )
    lead = f"Health professionals answer {whom} more often than anyone else"
    if not found.clear or "cannot be told apart" in found.lead:
        lead = "Whom health professionals answer most often cannot be told"
    return found._replace(
        lead=lead, short=f"{_HEAD}: {lead[0].lower()}{lead[1:]}", sentence=sentence
    )


def exchange(laid: Desk) -> Chapter | None:
    """Who talks to whom; None without the measure."""
    figures = pick(laid.shelf, "exchange.mixing")
    if not figures:
        return None
    if not any(f.of_posts for f in figures) and any(f.suppressed for f in figures):
        few = "People answer each other here, but too few do for anything to be told of who talks to whom."
        return Chapter("exchange", _HEAD, paragraph(few))
    if not any(f.of_posts for f in figures):
        nobody = (
            "Nobody answers anybody here: no post of these sources was collected together with the post that it answers. "
            "Who talks to whom cannot be told."
        )
        return Chapter("exchange", _HEAD, paragraph(nobody))
    found = exchange_finding(laid)
    body = [
        paragraph(found.sentence if found else "", " ", _ties(laid)),
        _matrix(laid, figures),
        ways(laid),
        paragraph(_times(laid), " ", _depth(laid)),
        _acts(laid),
        _profiles(laid),
        paragraph(
            "Kinds of accounts are shown, never an account: nobody is named, ranked or scored. Role and kind are read from what "
            "an account and its source say of it; an influencer is a person with 10,000 followers or more, or who says so.",
            kind="small soft",
        ),
    ]
    return Chapter("exchange", _HEAD, join(body))


def _ties(laid: Desk) -> str:
    """Reciprocity by both definitions, and how far roles keep to themselves; empty where too few are tied."""
    said = []
    pairs = one(laid.shelf, "exchange.reciprocity", of="pairs")
    ties = one(laid.shelf, "exchange.reciprocity", of="ties")
    if pairs and ties and pairs.known and ties.known:
        said.append(
            f"Of the pairs of accounts of which one answered the other, {share(pairs.mid, pairs.low, pairs.high)} answered each "
            f"other; counted by ties, an account's to another, {share(ties.mid, ties.low, ties.high)} are returned."
        )
    keep = one(laid.shelf, "exchange.assortativity")
    if (
        keep
        and keep.known
        and keep.hits_accounts
        and keep.low is not None
        and keep.high is not None
    ):
        told = (
            "accounts answer their own kind more than by chance"
            if round(keep.low, 2) > 0
            else "accounts answer other kinds more than by chance"
            if round(keep.high, 2) < 0
            else "whether accounts seek their own kind or others cannot be told"
        )
        said.append(
            f"By role, {told} (assortativity {f'{keep.mid:.2f}'.replace('-', '−')} {span(keep.low, keep.high, 2)}; 1: only their own, 0: as by chance)."
        )
    return " ".join(said)


def _matrix(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """The mixing matrix, shaded: rows answer, columns are answered."""
    at = {(f.keys["answers"], f.keys["answered"]): f for f in figures}
    order = list(dict.fromkeys(f.keys["answers"] for f in figures))
    rows_of = [
        who for who in order if any(f.known and f.mid for f in figures if f.keys["answers"] == who)
    ]
    columns = [
        who
        for who in order
        if who in ROLES or who == "influencer"
        if any(f.known and f.mid for f in figures if f.keys["answered"] == who)
    ]
    if not rows_of or not columns:
        return NOTHING
    shown = [at[a, b] for a in rows_of for b in columns if (a, b) in at]
    rows = [
        CodeRow(
            f"{sentence_case(_name(who))}, n\u00a0=\u00a0{_replies_of(figures, who, laid)}",
            [cell_of(at.get((who, other))) for other in columns],
        )
        for who in rows_of
    ]
    found = exchange_finding(laid)
    title = found.lead if found else "Who answers whom"
    judged = any(checked(f) and f.known for f in shown)
    return figure(
        laid,
        shown,
        name="exchange-mixing",
        title=title,
        sub="Replies to the posts of a kind of account, per cent of the replies of the kind in the row; n are its replies.",
        chart=join(
            [
                shade_key("% of the row's replies", judged=judged),
                heat_table(
                    title, "who answers", [(_name(who), "") for who in columns], [("", rows)]
                ),
            ]
        ),
        twins=twin(
            share_table("Who answers whom", "answers", shown, more=["answered"]), len(shown)
        ),
        note="Rows of single kinds of professionals are parts of the row of clinicians. Replies to one's own posts are left out.",
    )


def _replies_of(figures: Sequence[Shown], who: str, laid: Desk) -> str:
    """Replies of a row, where any of its figures may tell them."""
    of = [f.of_posts for f in figures if f.keys["answers"] == who and f.of_posts]
    return count(max(of, default=None), laid.small)


def _times(laid: Desk) -> str:
    """How soon questions are answered, as a sentence; empty where too few are."""
    said = []
    for by, who in (("anyone", "by anybody"), ("clinician", "by a health professional")):
        figures = [f for f in pick(laid.shelf, "exchange.answered_within", by=by) if f.known]
        if not figures:
            continue
        at = {f.keys["hours"]: f for f in figures}
        f = at.get("24") or figures[-1]
        hours = int(f.keys["hours"])
        said.append(f"{share(f.mid, f.low, f.high)} are answered {who} within {_span_of(hours)}")
    if not said:
        return ""
    of = next(f for f in pick(laid.shelf, "exchange.answered_within") if f.known)
    return (
        f"Of the first questions of {count(of.of_accounts or of.of_posts, laid.small)} accounts, {listed(said)}; "
        "questions that are still unanswered count for as long as they were watched."
    )


def _span_of(hours: int) -> str:
    if hours < 48:
        return "an hour" if hours == 1 else "a day" if hours == 24 else f"{hours} hours"
    return f"{hours // 24} days"


def _depth(laid: Desk) -> str:
    """How far dialogues with professionals go, as a sentence."""
    at = {f.keys.get("turns"): f for f in pick(laid.shelf, "exchange.turns")}
    first = at.get("1")
    if first is None or not first.known or not first.of_posts:
        return ""
    said = f"{share(first.mid, first.low, first.high)} end with the answer"
    more = [
        f"in {share(f.mid, f.low, f.high)} {words}"
        for key, words in (
            ("2", "the asker comes back and no more"),
            ("3-4", "the professional does too"),
            ("5 or more", "both go on from there"),
        )
        if (f := at.get(key)) is not None and f.known and f.mid
    ]
    return f"Of {count(first.of_posts, laid.small)} exchanges that a professional answered, {listed([said, *more])}."


def _acts(laid: Desk) -> Markup:
    """What professionals do, in replies and in posts of their own, side by side."""
    figures = pick(laid.shelf, "exchange.acts")
    if not any(f.known and f.mid for f in figures):
        return NOTHING
    at = {(f.keys["where"], f.keys["act"]): f for f in figures}
    panels = [
        p
        for p in ("replies", "own")
        if any(f.known and f.mid for f in figures if f.keys["where"] == p)
    ]
    acts = sorted(
        dict.fromkeys(f.keys["act"] for f in figures),
        key=lambda a: -(at[panels[0], a].mid if at[panels[0], a].known else -1),
    )
    drawn = [at[p, a] for a in acts for p in panels]
    rows = [
        DotRow(sentence_case(ACTS_DONE.get(a, plain(a))), [dot_of(at[p, a]) for p in panels])
        for a in acts
    ]
    correction = at.get((panels[0], "correction"))
    title = "What health professionals do in their posts"
    if correction is not None and correction.known and correction.mid:
        title = f"{share(correction.mid, None, None)} of professionals' replies correct something"
    heads = {"replies": "in replies", "own": "in posts of their own"}
    n = {
        p: count(next(f.of_posts for f in figures if f.keys["where"] == p), laid.small)
        for p in panels
    }
    return figure(
        laid,
        drawn,
        name="exchange-acts",
        title=title,
        sub=f"Posts that hold the act, per cent of {listed([f'{n[p]} {heads[p]}' for p in panels])} that show that a professional "
        "wrote them." + star_note(drawn),
        chart=dot_plot(
            "exchange-acts",
            title,
            f"{len(rows)} acts with 95 % intervals; numbers are in the table.",
            rows,
            nice_axis(highest(drawn), f"{NARROW}%", limit=100),
            [heads[p] for p in panels] if len(panels) > 1 else ("",),
        ),
        twins=twin(
            share_table("What professionals do", "act", figures, more=["where"]), len(figures)
        ),
        note=_parts(laid),
    )


def _parts(laid: Desk) -> str:
    """Which parts corrections hold, as a sentence."""
    words = {
        "part:states_fact": "state the fact",
        "part:warns": "warn",
        "part:explains_fallacy": "explain the fallacy",
        "part:repeats_fact": "repeat the fact",
    }
    figures = [f for f in pick(laid.shelf, "exchange.correction_parts") if f.known and f.mid]
    if not figures:
        return ""
    said = [
        f"{share(f.mid, f.low, f.high)} {words.get(f.keys['act'], plain(f.keys['act']))}"
        for f in figures
    ]
    return (
        f"Of {count(figures[0].of_posts, laid.small)} corrections by professionals, {listed(said)}."
    )


_PROFILED = ("clinician", "gp", "nurse", "pharmacist", "specialist", "other_clinician", "medical_influencer", "influencer", "organisation")  # fmt: skip


def _profiles(laid: Desk) -> Markup:
    """Profiles of professionals, influencers and organisations: topics, audience, what they are asked and answer, as a table."""
    own: dict[str, int] = {}
    for f in pick(laid.shelf, "exchange.topics"):
        own[f.keys["who"]] = max(own.get(f.keys["who"], 0), f.of_posts or 0)
    whose = [who for who in _PROFILED if own.get(who, 0) >= _PROFILE_FEWEST]
    if not whose:
        return NOTHING
    groups, drawn = [], []
    for head, measure, key, words in _LINES:
        lines: list[CodeRow] = []
        at = {
            (f.keys.get("who") or f.keys["answered"], f.keys.get(key, "")): f
            for f in pick(laid.shelf, measure)
        }
        for value in dict.fromkeys(f.keys.get(key, "") for f in pick(laid.shelf, measure)):
            held = [at.get((who, value)) for who in whose]
            if any(f is not None and f.known and f.mid for f in held):
                lines.append(CodeRow(sentence_case(words(value)), [cell_of(f) for f in held]))
                drawn += [f for f in held if f is not None]
        if lines:
            groups.append((head, lines))
    if not groups:
        return NOTHING
    title = "Professionals, influencers and organisations: what they write about, who answers them, what they are asked"
    heads = [
        (
            "other staff" if who == "other_clinician" else _name(who),
            f"n = {count(own.get(who), laid.small)}",
        )
        for who in whose
    ]
    return figure(
        laid,
        drawn,
        name="exchange-profiles",
        title=title,
        sub="Per cent of the posts, accounts, replies or questions that each part names; n are posts in the corpus.",
        chart=join(
            [
                shade_key("%", judged=any(checked(f) and f.known for f in drawn)),
                heat_table(title, "profile", heads, groups),
            ]
        ),
        twins=twin(_profile_table(drawn), len(drawn)),
        note="Profiles of kinds, not a score: platforms differ in what they count, and those who answer are not those who read.",
    )


def _profile_table(drawn: Sequence[Shown]) -> Markup:
    return share_table(
        "Profiles of kinds of accounts",
        "who",
        drawn,
        more=["followers", "likes", "answers", "answered", "topic"],
        folded="profile",
    )


_LINES = (
    ("Followers, of accounts that tell them", "exchange.reach", "followers", lambda v: v),
    ("Likes, of posts that tell them", "exchange.engagement", "likes", lambda v: v),
    ("Who answers their posts", "exchange.audience", "answers", _name),
    ("What they write about", "exchange.topics", "topic", lambda v: TOPICS.get(v, plain(v))),
    ("What they are asked about", "exchange.asked", "topic", lambda v: TOPICS.get(v, plain(v))),
    (
        "Questions that they answer",
        "exchange.answered",
        "",
        lambda _: "of questions below their posts",
    ),
)
