"""Online for offline: how exchanges with professionals end, and what that says of when an answer online is enough."""

from collections.abc import Sequence

from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.heat import CodeRow, heat_table, shade_key
from bedside.report.comparing import Finding
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Chapter, Desk, figure, paragraph, twin
from bedside.report.printing import NARROW, count, listed, sentence_case, share
from bedside.report.rows import cell_of, checked, dot_of, highest, share_table, star_note
from bedside.report.sentences import by_size, leaders, told_apart
from bedside.report.words import ACTS_DONE, GROUP_PHRASES, KINDS, TOPICS, plain

__all__ = ["offline", "offline_finding"]

_HEAD = "Online for offline"
_ENDS = {
    "settled": "settled, as the asker says",
    "sent": "sent to see somebody or to have a test",
    "open": "asked back and left open",
    "no_word": "answered, and no word of whether it helped",
    "unanswered": "asked of a professional and unanswered",
    "unsafe": "judged unsafe by a clinician",
}
"""Outcomes in the order in which they are shown."""
_ENDED = {
    "settled": "ended settled, as the asker says",
    "sent": "ended with being sent to see somebody or to have a test",
    "open": "were asked back and left open",
    "no_word": "were answered without a word of whether it helped",
    "unanswered": "stayed unanswered",
    "unsafe": "hold an answer that a clinician judged unsafe",
}
_ONE = {
    "settled": "was settled, as the asker says",
    "sent": "ended with being sent to see somebody or to have a test",
    "open": "was asked back and left open",
    "unanswered": "stayed unanswered",
    "unsafe": "held an answer that a clinician judged unsafe",
}
_ABOUT = {
    "topic": "What the question is about",
    "condition": "Condition named",
    "stage": "Stage told",
    "kind": "Who answers",
    "act": "What an answer does",
}


def _named(figure: Shown) -> str:
    """What exchanges are about, as it stands after "exchanges about"; acts and kinds after "with"."""
    about, what = figure.keys.get("about", ""), figure.keys.get("what", "")
    words = {"topic": TOPICS, "act": ACTS_DONE, "kind": KINDS, "stage": GROUP_PHRASES}.get(
        about, {}
    )
    return words.get(what, what if about == "condition" else plain(what))


def _group(figure: Shown) -> str:
    """The exchanges as they stand in a sentence."""
    about = figure.keys.get("about", "")
    link = {
        "act": "with",
        "kind": "answered by",
        "stage": "that tell a moment",
        "condition": "that name",
    }
    return f"exchanges {link.get(about, 'about')} {_named(figure)}"


def _all(laid: Desk) -> list[Shown]:
    at = {f.keys.get("outcome"): f for f in pick(laid.shelf, "exchange.outcome", about="all")}
    return [at[name] for name in _ENDS if name in at]


def offline_finding(laid: Desk) -> Finding | None:
    """How most exchanges with professionals end, where that may be shown."""
    ends = [f for f in _all(laid) if f.known and f.mid and f.keys.get("outcome") != "no_word"]
    first = leaders(ends)
    if not first:
        return None
    named = listed([_ONE[f.keys["outcome"]] for f in first])
    said = [f"{share(f.mid, f.low, f.high)} {_ENDED[f.keys['outcome']]}" for f in first]
    sentence = (
        f"Of {_of(first[0], laid)} exchanges with a professional in these sources, {listed(said)}."
    )
    lead = f"Where it is told how an exchange with a professional ended, it most often {named}"
    return Finding(
        lead,
        f"{_HEAD}: {named}",
        sentence,
        first[0],
        "exchange-offline",
        _HEAD,
        "",
        len(first) == 1,
    )


def _of(figure: Shown, laid: Desk) -> str:
    return count(figure.of_posts, laid.small)


def _whole(figures: Sequence[Shown], laid: Desk) -> str:
    """Exchanges of a denominator, where any of its figures may tell it."""
    return count(max((f.of_posts for f in figures if f.of_posts), default=None), laid.small)


def offline(laid: Desk) -> Chapter | None:
    """When and how an answer online stood in for a visit here, as far as the figures say; None without the measure."""
    ends = _all(laid)
    if not ends:
        return None
    if not any(f.of_posts for f in ends) and any(f.suppressed for f in ends):
        few = (
            "Exchanges with a health professional were found, but how they ended cannot be shown: too few people take part in them, "
            "or their number would tell of a few. Nothing can be said of when online can stand in for offline here."
        )
        return Chapter("exchange-offline", _HEAD, paragraph(few))
    if not any(f.of_posts for f in ends):
        nobody = (
            "No exchange with a health professional was found: nobody who is known to be one answers a question, or is asked "
            "one, in these sources. Nothing can be said of when online can stand in for offline here."
        )
        return Chapter("exchange-offline", _HEAD, paragraph(nobody))
    body = [
        paragraph(_answer(laid, ends)),
        paragraph(_how_told(laid)),
        _ends(laid, ends),
        _tables(laid),
        tag("h3", "When and how"),
        _sentences(laid),
        paragraph(_limits(laid), kind="small soft"),
    ]
    return Chapter("exchange-offline", _HEAD, join(body))


def _answer(laid: Desk, ends: Sequence[Shown]) -> str:
    """The answer to the question of the chapter, in one or two sentences."""
    at = {f.keys["outcome"]: f for f in ends}
    settled, sent = at.get("settled"), at.get("sent")
    whole = _whole(ends, laid)
    if not any(f.of_accounts for f in ends):
        return (
            f"{whole} exchanges with a professional were found. Their posts name no author: whether whoever asked came back "
            "cannot be seen, so that none can be found settled. These posts cannot say when online stood in for offline; they "
            "say only what the answers do."
        )
    if settled is None or settled.suppressed:
        return (
            f"Of {whole} exchanges with a professional, too few ended with the asker saying that it was settled to be told. "
            "These posts do not show when online can stand in for offline."
        )
    if not settled.known or not settled.mid:
        return (
            f"Of {whole} exchanges with a professional, in none the asker says that it was settled. These posts do not show "
            "that online stood in for offline: silence is not satisfaction."
        )
    told = f"Of {whole} exchanges with a professional, {share(settled.mid, settled.low, settled.high)} ended settled, as the asker says"
    if sent is None or not sent.known or not sent.mid:
        return f"{told}."
    also = f"{share(sent.mid, sent.low, sent.high)} ended with being sent to see somebody or to have a test"
    if told_apart(sent, settled):
        return f"{told}; more, {also}. Here an answer online more often led to a visit than stood in for one."
    if told_apart(settled, sent):
        return f"{told}; fewer, {also}. Here an answer online more often stood in for a visit than led to one."
    return f"{told}, and {also}; which of the two is commoner cannot be told."


def _how_told(laid: Desk) -> str:
    """What else the askers say, and whom those who were sent had seen; empty where too few do."""
    said = []
    words = {
        "helped": "the asker says thanks or that it helped, which settles nothing by itself",
        "not_settled": "the asker says that it did not settle the matter",
        "will_see": "the asker says that they will now see somebody",
    }
    for says, told in words.items():
        f = one(laid.shelf, "exchange.says", ended="all", says=says)
        if f is not None and f.known and f.mid:
            said.append(f"in {share(f.mid, f.low, f.high)} {told}")
    sentence = ""
    if said:
        whole = _whole(pick(laid.shelf, "exchange.says", ended="all"), laid)
        sentence = f"Of {whole} exchanges that a professional answered, {listed(said)}. "
    again = one(laid.shelf, "exchange.sent_again")
    if again is not None and again.known and again.mid:
        sentence += (
            f"Of {_of(again, laid)} that ended with being sent to a professional, {share(again.mid, again.low, again.high)} "
            "told in the question that they had seen one already."
        )
    return sentence


def _ends(laid: Desk, ends: Sequence[Shown]) -> Markup:
    """How exchanges end, as dots."""
    shown = [f for f in ends if f.keys["outcome"] != "unsafe" or f.mid or f.suppressed]
    rows = [DotRow(sentence_case(_ENDS[f.keys["outcome"]]), [dot_of(f)]) for f in shown]
    found = offline_finding(laid)
    title = found.lead if found else "How exchanges with professionals end"
    return figure(
        laid,
        ends,
        name="exchange-ends",
        title=title,
        sub="Exchanges with a health professional by how they ended, per cent of all; each ended in one way."
        + star_note(ends),
        chart=dot_plot(
            "exchange-ends",
            title,
            f"{len(rows)} ways to end with 95 % intervals; numbers are in the table.",
            rows,
            nice_axis(highest(shown), f"{NARROW}%", limit=100),
        ),
        twins=twin(share_table("How exchanges with professionals end", "outcome", ends), len(ends)),
        note="Settled only where the asker says so after an answer that sends them nowhere; sent wherever an answer does, "
        "whatever the asker says then.",
    )


def _tables(laid: Desk) -> Markup:
    """Outcomes by what exchanges are about, shaded; only rows that hold a number."""
    groups, drawn = [], []
    for about, head in _ABOUT.items():
        figures = pick(laid.shelf, "exchange.outcome", about=about)
        names = [
            n for n in dict.fromkeys(f.keys["what"] for f in figures) if _has_number(figures, n)
        ]
        at = {(f.keys["what"], f.keys["outcome"]): f for f in figures}
        rows = [
            CodeRow(
                _row_label([f for f in figures if f.keys["what"] == name], laid),
                [cell_of(at.get((name, end))) for end in _SHOWN],
            )
            for name in names
        ]
        drawn += [at[name, end] for name in names for end in _SHOWN if (name, end) in at]
        if rows:
            groups.append((head, rows))
    if not groups:
        return NOTHING
    title = "How exchanges end, by what they are about, who answers and what an answer does"
    heads = [(words, "") for words in _SHOWN.values()]
    judged = any(checked(f) and f.known for f in drawn)
    return figure(
        laid,
        drawn,
        name="exchange-about",
        title=title,
        sub="Exchanges with a health professional that ended so, per cent of the exchanges of the row.",
        chart=join(
            [
                shade_key("% of exchanges", judged=judged),
                heat_table(title, "exchanges", heads, groups),
            ]
        ),
        twins=twin(
            share_table(
                "How exchanges end, by what they are about",
                "what",
                drawn,
                more=["about", "outcome"],
            ),
            len(drawn),
        ),
        note="An exchange may stand in several rows. A row of acts: beside the act, not because of it.",
    )


_SHOWN = {
    "settled": "settled",
    "sent": "sent",
    "open": "left open",
    "no_word": "no word",
    "unanswered": "unanswered",
}


def _row_label(figures: Sequence[Shown], laid: Desk) -> str:
    return f"{sentence_case(_named(figures[0]))}, n\u00a0=\u00a0{_whole(figures, laid)}"


def _has_number(figures: Sequence[Shown], what: str) -> bool:
    return any(f.known and f.of_posts for f in figures if f.keys["what"] == what)


def _sentences(laid: Desk) -> Markup:
    """When and how: only differences whose intervals lie apart from the rest of their kind."""
    told = [
        line for about in _ABOUT for end in ("settled", "sent") for line in _apart(laid, about, end)
    ]
    if not told:
        told = [
            "No topic, condition, stage, kind of professional or act can be told apart from the others in how often its "
            "exchanges end settled or sent to a professional: these posts do not say when or how online can stand in for offline."
        ]
    return tag("ul", *(tag("li", line) for line in told))


def _apart(laid: Desk, about: str, end: str) -> list[str]:
    """The largest share among its kind, where its interval lies above that of the smallest; else nothing."""
    if about == "act" and end == "sent":
        return []  # an exchange with a referral is sent by definition
    ranked = [
        f
        for f in by_size(pick(laid.shelf, "exchange.outcome", about=about, outcome=end))
        if f.of_posts
    ]
    if about == "act":
        ranked = [f for f in ranked if f.keys["what"] != "referral"]
    if len(ranked) < 2 or not told_apart(ranked[0], ranked[-1]):
        return []
    most, least = ranked[0], ranked[-1]
    return [
        f"{sentence_case(_group(most))} {_MORE[end]} than {_group(least)}: "
        f"{share(most.mid, most.low, most.high)} of {_of(most, laid)} against "
        f"{share(least.mid, least.low, least.high)} of {_of(least, laid)}."
    ]


_MORE = {
    "settled": "end settled more often",
    "sent": "end with being sent to a professional more often",
}


def _limits(laid: Desk) -> str:
    """What is not known, in plain words."""
    unsafe = next((f for f in _all(laid) if f.keys["outcome"] == "unsafe"), None)
    judged = unsafe is not None and (unsafe.mid or unsafe.suppressed)
    safety = (
        "Whether an answer was safe only clinicians can say: those that one judged unsafe are set apart; how many others are "
        "is not known. "
        if judged
        else "No clinician of this study has judged an answer unsafe, or none was asked: nothing is said here of how safe the answers are. "
    )
    return (
        f"{safety}Who falls silent may be well, worse or elsewhere. Whether an answer sends somebody to a professional is read "
        "only where the answer shows that a professional wrote it; whether it was settled only in the words of the one who asked."
    )
