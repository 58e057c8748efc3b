"""What answers claims: corrections and their parts, what followed, and advice claim by claim."""

from collections.abc import Sequence

from bedside.model.interventions import Intervention
from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.claims import ANY, UNTRUE, claim_name, noted
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import (
    Column,
    Desk,
    evidence_line,
    figure,
    paragraph,
    roll,
    share_of,
    table,
    twin,
)
from bedside.report.printing import NARROW, STAR, count, day, listed
from bedside.report.rows import dot_of, highest, share_table, star_note
from bedside.report.sentences import leaders, told_apart

__all__ = ["advice", "corrections", "followed"]

_PARTS = {
    "states_fact": "states the fact",
    "warns": "warns of the myth",
    "explains_fallacy": "explains the fallacy",
    "repeats_fact": "repeats the fact",
}
_HALF = 0.5
_COMPARED = {
    "none": "itself before",
    "other_claims": "other claims",
    "other_platforms": "other platforms",
}


def corrections(laid: Desk) -> Markup:
    """How often claims are answered, with which parts, and what answers a correction."""
    body = [paragraph(_answered(laid)), _parts(laid), _after(laid), _reach(laid)]
    held = [part for part in body if part]
    return join([tag("h3", "What corrects them"), *held]) if held else NOTHING


def _answered(laid: Desk) -> str:
    """How many posts that repeat a claim have an answer at all, a correction, one by a professional."""
    names = {
        "any": "were answered by somebody else",
        "corrected": "were corrected in a direct answer",
        "corrected_by_professional": "by a health professional",
        "repeated": "were answered by somebody who repeats it",
    }
    held = [
        (one(laid.shelf, "misinformation.answered", claim=ANY, answer=name), words)
        for name, words in names.items()
    ]
    known = [(f, words) for f, words in held if f is not None and f.known]
    if not known:
        return ""
    of = count(known[0][0].of_posts, laid.small)
    return f"Of {of} posts that repeat a claim where answers were collected, {listed([f'{share_of(f)} {words}' for f, words in known])}."


def _parts(laid: Desk) -> Markup:
    """Parts of professionals' corrections."""
    figures = pick(laid.shelf, "misinformation.correction_parts", claim=ANY)
    known = [f for f in figures if f.known]
    if not known:
        return NOTHING
    rows = [DotRow(_PARTS.get(f.keys["part"], f.keys["part"]), [dot_of(f)]) for f in figures]
    few = _missing(figures)
    title = (
        f"Most corrections by professionals lack a part: {listed(few)}"
        if few
        else "No part is missing from most corrections by professionals, as far as can be told"
    )
    return figure(
        laid,
        figures,
        name="corrections",
        title=title,
        sub="Per cent of posts in which a health professional corrects something, claims of the knowledge base or others." + star_note(figures),
        chart=dot_plot(
            "corrections", title, f"{len(rows)} parts of a correction with 95 % intervals; numbers are in the table.",
            rows, nice_axis(highest(figures), f"{NARROW}%", limit=100),
        ),
        note="A correction that holds states the fact, warns once, explains the fallacy and repeats the fact. The parts of others’ corrections are not read.",
        twins=twin(share_table("Parts of corrections", "part", figures), len(figures)),
    )  # fmt: skip


def _missing(figures: Sequence[Shown]) -> list[str]:
    """Parts that most corrections lack, by their interval; the fact repeated is what states it and is not counted apart."""
    return [
        _PARTS[f.keys["part"]]
        for f in figures
        if f.known and f.high is not None and f.high < _HALF and f.keys["part"] in _PARTS
    ]


def _after(laid: Desk) -> Markup:
    """What answers corrections, by who writes them and, of professionals, by the parts that they hold."""
    kinds = {"professionals": "by professionals", "others": "by others"} | {
        part: f"by professionals, {words}" for part, words in _PARTS.items()
    }
    figures, rows = [], []
    for kind, words in kinds.items():
        held = pick(laid.shelf, "misinformation.after_corrections", by_whom=kind)
        shown = {f.keys["answer"]: f for f in held}
        whole = shown.get("any")
        if whole is None or not (whole.of_posts or whole.suppressed):
            continue
        answers = [shown.get(name) for name in ("any", "repeats", "questions")]
        rows.append(
            [
                words,
                count(whole.of_posts, laid.small),
                *(share_of(f) if f else "–" for f in answers),
            ]
        )
        figures += held
    if not any(f.known for f in figures):
        return NOTHING
    columns = [
        Column("corrections"),
        Column("posts", numeric=True),
        Column("answered", numeric=True),
    ]
    columns += [
        Column("by one that repeats the claim", numeric=True),
        Column("that questions it", numeric=True),
    ]
    inner = table("What directly answers a correction", columns, rows)
    note = (
        "Answers by somebody else, as far as they were collected; what follows later or elsewhere, and what readers think who "
        "write nothing, is not here. Who corrects how was not drawn by lot: kinds differ in where and whom they answer."
    )
    return join([roll(inner), paragraph(note, kind="small soft"), evidence_line(figures, laid.codebook, small=laid.small)])  # fmt: skip


def _reach(laid: Desk) -> Markup:
    """What platforms count on posts that repeat and on posts that correct."""
    figures = [f for f in pick(laid.shelf, "misinformation.reach", claim=ANY) if f.known]
    pairs: dict[tuple[str, str], dict[str, Shown]] = {}
    for f in figures:
        pairs.setdefault((f.keys["platform"], f.keys["metric"]), {})[f.keys["stance"]] = f
    both = {key: pair for key, pair in pairs.items() if len(pair) == 2}
    if not both:
        return NOTHING
    rows = [
        [
            f"{platform}, {metric}",
            *(
                f"{_median(pair[s])} of {count(pair[s].hits_posts, laid.small)} posts"
                for s in ("repeats", "corrects")
            ),
        ]
        for (platform, metric), pair in both.items()
    ]
    columns = [Column("platform and count"), Column("repeat a claim"), Column("correct one")]
    inner = table("Median of what platforms count, with 95 % intervals", columns, rows)
    note = "To two digits. Compare within a row only: what is counted, and since when, differs."
    return join([roll(inner), paragraph(note, kind="small soft"), evidence_line(figures, laid.codebook, small=laid.small)])  # fmt: skip


def _median(f: Shown) -> str:
    ends = "" if f.low is None or f.high is None else f" ({f.low:,.0f}–{f.high:,.0f})"
    return f"{f.mid:,.0f}{ends}"


def followed(laid: Desk) -> Markup:
    """What came before and after interventions and waves of corrections; never called an effect (R57)."""
    figures = pick(laid.shelf, "misinformation.follows")
    logged = [entry for entry in laid.material.interventions if not entry.withdrawn]
    head = tag("h3", "What followed")
    if not figures:
        return NOTHING
    rows = [
        [
            claim_name(laid, f.keys["claim"]),
            _event(logged, f),
            _COMPARED.get(f.keys["compared"], f.keys["compared"]),
            join([_changed(f), tag("code", f.id)], " "),
        ]
        for f in figures
    ]
    columns = [Column("claim"), Column("after"), Column("beside"), Column("level after over before")]  # fmt: skip
    inner = table(
        "Accounts a period that repeat a claim, after a day over before", columns, rows, "stack"
    )
    return join([
        head, paragraph(_lead(figures, logged)), roll(inner), paragraph(_NOTE, kind="small soft"),
        evidence_line(figures, laid.codebook, small=laid.small),
    ])  # fmt: skip


_NOTE = (
    "1 is no change; counts to 5. Beside itself it is before and after, whatever else happened then. Beside other claims or platforms it "
    "is the change of the odds beyond theirs: it says more only where the day was fixed beforehand and nothing else happened to the one and "
    "not to the other. Weeks of corrections were found in the data, often after a peak, and claims fall after peaks by themselves. Where an "
    "interval would not hold at this length there is no number."
)


def _lead(figures: Sequence[Shown], logged: Sequence[Intervention]) -> str:
    """How many changes could be measured, and how many of them went down."""
    known = [f for f in figures if f.known and f.low is not None and f.high is not None]
    refused = sum(bool(f.refused) for f in figures)
    down = [f for f in known if (f.high or 0) < 1]
    up = [f for f in known if (f.low or 0) > 1]
    log = f"{len(logged)} intervention{'s are' if len(logged) != 1 else ' is'} logged" if logged else "No intervention is logged (bedside interventions add)"  # fmt: skip
    if not known:
        return f"{log}. Of {len(figures)} comparisons none has a number that may be given: {refused} are refused for want of periods or accounts."
    ways = [(len(down), "the claim was told less afterwards"), (len(up), "it was told more"), (len(known) - len(down) - len(up), "no change can be told")]  # fmt: skip
    said = listed([f"in {many} {words}" for many, words in ways if many])
    return f"{log}. Of {len(figures)} comparisons {len(known)} could be measured: {said}."


def _event(logged: Sequence[Intervention], f: Shown) -> str:
    on = day(f.keys["on"])
    entry = next((e for e in logged if e.id == f.keys["event"]), None)
    if entry is not None:
        late = (entry.noted - entry.on).days
        noted_late = f", entered {late} days later" if late > 1 else ""
        return f"{entry.what} ({entry.id}, {on}{noted_late})"
    who = "professionals" if f.keys["event"].startswith("professional") else "accounts"
    return f"the first week in which at least eight {who} correct it ({on})"


def _changed(f: Shown) -> str:
    if f.suppressed:
        return STAR
    if not f.known:
        return f"no number: {f.refused}"
    ends = "" if f.low is None or f.high is None else f" ({f.low:.2f}–{f.high:.2f})"
    return f"{f.mid:.2f}{ends}"


def advice(laid: Desk, claims: Sequence[str]) -> Markup:
    """Who should answer, where, with what: one line a claim that its sources call untrue, by fixed rules from the figures."""
    notes = [note for claim in claims if (note := noted(laid, claim)) and note.verdict in UNTRUE]
    if not notes:
        return NOTHING
    items = [tag("li", tag("b", f"{note.name}. "), " ".join(filter(None, [
        _asked_or_told(laid, note.id), _where(laid, note.id), _who(laid, note.id), f"With: {note.fact}" if note.fact else "",
    ]))) for note in notes]  # fmt: skip
    few = _missing(pick(laid.shelf, "misinformation.correction_parts", claim=ANY))
    lacks = f" Mind what most corrections lack: {listed(few)}." if few else ""
    rules = f"By fixed rules from the figures above; people decide.{lacks} State the fact first, name the myth once, say why it misleads, and end with the fact."
    return join(
        [
            tag("h3", "Who could answer, where, with what"),
            tag("ul", *items),
            paragraph(rules, kind="small soft"),
        ]
    )


def _asked_or_told(laid: Desk, claim: str) -> str:
    repeats, questions = (one(laid.shelf, "misinformation.stances", claim=claim, stance=s) for s in ("repeats", "questions"))  # fmt: skip
    if repeats is None or questions is None or not (repeats.known and questions.known):
        return ""
    if told_apart(questions, repeats):
        return "More ask than assert it: answer the questions."
    return "More assert than ask it." if told_apart(repeats, questions) else ""


def _where(laid: Desk, claim: str) -> str:
    there = pick(laid.shelf, "misinformation.platforms", claim=claim)
    first = leaders(there)
    if len(there) < 2:
        return ""  # one platform is all there is
    if len(first) == 1:
        return f"Where: on {first[0].keys['platform']}, where {share_of(first[0])} of those who repeat it do so."
    return "Where: no one platform stands out." if first else ""


def _who(laid: Desk, claim: str) -> str:
    """Whether professionals correct it already, and how often it is left alone."""
    held = one(
        laid.shelf, "misinformation.parts_taken", claim=claim, part="corrects", role="clinician"
    )
    corrected = one(laid.shelf, "misinformation.answered", claim=claim, answer="corrected")
    alone = ""
    if corrected is not None and corrected.known and corrected.of_posts:
        told = share_of(corrected)
        none = not corrected.hits_posts
        alone = f" Of {count(corrected.of_posts, laid.small)} posts that repeat it, {f'none was ({told})' if none else f'{told} were'} corrected in a direct answer."
    if held is not None and held.known and held.of_accounts:
        return f"Who: {_professionals(laid, held)}{alone}"
    everybody = one(laid.shelf, "misinformation.stances", claim=claim, stance="corrects")
    if everybody is None:
        return alone.strip()
    if not everybody.known:
        return f"Who: how many correct it cannot be shown; a health professional could.{alone}"
    if everybody.hits_accounts:
        many = count(everybody.hits_accounts, laid.small)
        return f"Who: {many} accounts correct it; a health professional could join them.{alone}"
    return f"Who: nobody is seen to correct it; a health professional could.{alone}"


def _professionals(laid: Desk, held: Shown) -> str:
    """How many of those who correct a claim are professionals, and what follows."""
    if held.hits_accounts:
        return (
            f"{share_of(held)} of accounts that correct it are health professionals; support them."
        )
    many = count(held.of_accounts, laid.small)
    return (
        f"none of {many} accounts that correct it is a health professional’s; one could join them."
    )
