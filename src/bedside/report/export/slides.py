"""Slides: one finding a slide, its chart editable, its evidence ids in the notes, and how it was made at the end."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bedside.model.plans import Plan
from bedside.report.chapters.inclusion import period
from bedside.report.chapters.limits import points
from bedside.report.comparing import Finding
from bedside.report.document import write
from bedside.report.export.deck import Deck
from bedside.report.export.grids import Grid, Line, grid_of
from bedside.report.figures import Shown, one
from bedside.report.markup import Markup
from bedside.report.material import Material
from bedside.report.page import Chapter, Desk, Plate, desk, number_of, shared_method
from bedside.report.planned import arrange, frozen_words
from bedside.report.printing import NARROW, STAR, count, day, listed
from bedside.report.prose import tell
from bedside.report.scales import printed, scale_of
from bedside.report.words import BADGES, SAMPLING_ONLY

__all__ = ["base_line", "figure_line", "slides"]

MOST_BARS, MOST_ROWS, MOST_COLUMNS, MOST_LINES = 20, 13, 9, 3
_WORDS_SHOWN = 12
_QUOTES_SHOWN = 3
_MAY = (
    "These accounts are the ones that wrote. They show what is told, not how often it happens.",
    "You may conclude that these things are told in these sources, by how many accounts, and in which words; and that "
    "one thing is told by more accounts than another where a sentence here says so: it says so only where the two "
    "intervals do not overlap.",
    "You may not conclude how often anything happens among all who are ill, why anything happens, which provider or "
    "treatment is better, or anything about one person.",
    "Hollow bars, dashed lines and plain numbers: read by a program, nobody has checked a sample. "
    "Filled bars, solid lines and bold numbers: judged by people, or counted.",
)


def slides(material: Material, *, release: str, at: datetime, plan: Plan | None = None) -> bytes:
    """The report as a PowerPoint file.

    Parameters
    ----------
    material : Material
        Released figures and the records of the study.
    release : str
        Id of the release, by which the file is checked later.
    at : datetime
        Of the release.
    plan : Plan, optional
        What to show and in which order, with the writer's words; everything if None.

    Returns
    -------
    bytes
        A .pptx file. Every chart holds its numbers as released and their evidence ids in its data sheet.
    """
    laid = desk(material)
    whole = write(laid)
    written = whole if plan is None else arrange(laid, whole, plan).written
    m = material.study
    simulated = "simulated posts: nobody wrote them · " if material.simulated else ""
    deck = Deck(
        m.title,
        release=release,
        at=at,
        foot=f"{m.title} · {simulated}snapshot {m.snapshot} · release {release} · evidence ids in the notes",
    )
    _opening(deck, laid, plan or Plan())
    _findings(deck, laid, written.findings[:3])
    deck.text(deck.slide("What you may conclude, and what not"), _MAY, top=1.9, height=4.6, size=18)
    for part in written.chapters:
        if part.said and not part.plates:
            deck.text(deck.slide(part.head), part.said, top=1.8, height=5, size=16)
        for number, plate in enumerate(part.plates):
            _plate(deck, laid, part, plate, said=part.said if number == 0 else ())
    _voices(deck, laid)
    _actions(deck, laid)
    _method(deck, laid, written.chapters)
    deck.text(
        deck.slide("Not heard: what is missing from these numbers"),
        [f"•  {Markup(point).striptags()}" for point in points(laid)],
        top=1.7,
        height=5.2,
        size=13,
    )
    return deck.finished()


def _opening(deck: Deck, laid: Desk, plan: Plan) -> None:
    m = laid.material
    slide = deck.slide(plan.title or m.study.title)
    lines = [
        *tell(laid, plan.lead).lines,
        frozen_words(plan),
        m.study.question,
        f"Published from {period(laid)}" if period(laid) else "",
    ]
    accounts = one(laid.shelf, "inclusion.flow", step="accounts")
    if accounts is not None and accounts.known:
        lines.append(f"{number_of(accounts)} accounts in {len(m.sources)} sources")
    lines += [f"Snapshot {m.study.snapshot}, {day(m.run_date)}"]
    if m.simulated:
        lines.append(
            "Simulated posts: nobody wrote them. The numbers say nothing about real patients."
        )
    if m.stale or m.erased:
        lines.append("Stale: posts were erased after these figures were made.")
    deck.text(slide, [line for line in lines if line], top=1.9, height=4, size=20)


def _findings(deck: Deck, laid: Desk, found: Sequence[Finding]) -> None:
    if not found:
        deck.slide("No finding may be shown: too few accounts, or nothing measured yet")
        return
    number = {1: "One finding", 2: "Two findings"}.get(len(found), "Three findings")
    notes = "\n".join(f"{f.short}: {figure_line(f.figure, number_words(f.figure))}" for f in found)
    slide = deck.slide(f"{number}: {found[0].lead[:1].lower()}{found[0].lead[1:]}", notes=notes)
    for at, f in enumerate(found):
        top = 1.9 + at * 1.65
        deck.text(slide, f"{f.short}.", top=top, height=0.4, size=18, bold=True)
        deck.text(slide, f.sentence, top=top + 0.4, height=0.8, size=15)
        deck.text(slide, base_line([f.figure], laid.small), top=top + 1.15, height=0.3, size=11)


def _plate(deck: Deck, laid: Desk, part: Chapter, plate: Plate, said: Sequence[str] = ()) -> None:
    """One slide: title, what is drawn of whom, the chart, the base; words around it and evidence in the notes."""
    whole = grid_of(plate)
    grid = _fitted(whole)
    left = _cut(grid, whole)
    slide = deck.slide(plate.title, over=part.head, notes=_notes(laid, plate, grid, said))
    deck.text(slide, plate.sub, top=1.55, height=0.4, size=12, name="What is drawn")
    (deck.map if grid.kind == "map" else deck.chart)(slide, grid, plate.name)
    drawn = [f for line in grid.lines for f in line.figures if f is not None]
    note = " ".join(part for part in (plate.note, left) if part)
    deck.text(slide, note, top=6.42, height=0.3, size=10, name="Reading note")
    deck.text(slide, base_line(drawn, laid.small), top=6.76, height=0.28, size=11, name="Base")


def _cut(grid: Grid, whole: Grid) -> str:
    """Say what did not fit; empty where everything did. Weeks without a number are no lack."""
    if grid.kind == "lines":
        shown, of, kind = len(grid.names), len(whole.names), "lines"
    else:
        shown, of, kind = len(grid.lines), len(whole.lines), "rows"
    return (
        f"{shown} of {of} {kind} are shown; all stand in the report and the workbook."
        if shown < of
        else ""
    )


def _fitted(grid: Grid) -> Grid:
    """What fits a slide: the first bars, the rows of a map with the most told, the first lines."""
    if grid.kind == "lines":
        kept = MOST_LINES
        lines = [line._replace(figures=line.figures[:kept]) for line in grid.lines]
        told = [line for line in lines if any(f is not None and f.known for f in line.figures)]
        return grid._replace(names=grid.names[:kept], lines=tuple(told or lines))
    if grid.kind == "bars":
        return grid._replace(lines=grid.lines[:MOST_BARS])
    names = grid.names[:MOST_COLUMNS]
    lines = [line._replace(figures=line.figures[:MOST_COLUMNS]) for line in grid.lines]
    ranked = sorted(lines, key=_most, reverse=True)[:MOST_ROWS]
    return grid._replace(names=names, lines=tuple(line for line in lines if line in ranked))


def _most(line: Line) -> float:
    return max((f.mid for f in line.figures if f is not None and f.known), default=-1.0)


def base_line(figures: Sequence[Shown], small: int) -> str:
    """Of whom, how good, which interval: the line under a chart.

    Examples
    --------
    >>> base_line([], 8)
    'no number may be shown'
    """
    known = [f for f in figures if f.known]
    if not known:
        return "no number may be shown"
    words = []
    for basis in sorted({f.basis for f in known}, key=("judged", "counted", "machine").index):
        held = [f for f in known if f.basis == basis]
        judged = max((f.judging.judged for f in held if f.judging), default=0)
        words.append(BADGES[basis][0] + (f", n = {judged:,}" if judged else ""))
    of = sorted({n for f in known if (n := f.of_accounts if f.unit == "accounts" else f.of_posts)})
    unit = known[0].unit
    if of:
        ends = dict.fromkeys([count(of[0], small), count(of[-1], small)])
        words.append(f"of {'–'.join(ends)} {unit} in these sources")
    words.append(_interval(known))
    return " · ".join(word for word in words if word)


def _interval(known: Sequence[Shown]) -> str:
    if all(f.low is None for f in known):
        return "no interval needed" if all(f.basis == "counted" for f in known) else ""
    if any(f.basis == "machine" for f in known):
        return SAMPLING_ONLY
    return f"95{NARROW}% interval"


def number_words(figure: Shown) -> str:
    """A figure alone, as it is printed."""
    return printed(figure, scale_of([figure]))


def figure_line(figure: Shown, words: str) -> str:
    """One line of the notes: the number, its accounts, its basis and its evidence id."""
    hits, of = count(figure.hits_accounts), count(figure.of_accounts)
    whom = ""
    if figure.known and figure.hits_accounts is not None:
        whom = f", {hits}{f' of {of}' if figure.of_accounts is not None else ''} accounts"
    return f"{words}{whom}, {BADGES.get(figure.basis, (figure.basis,))[0]} [{figure.id}]"


def _notes(laid: Desk, plate: Plate, grid: Grid, said: Sequence[str]) -> str:
    """What a speaker is asked: the method, and every number on the slide with its evidence id."""
    lines = [*said, plate.sub, plate.note]
    drawn = [f for line in grid.lines for f in line.figures if f is not None]
    known = [f for f in drawn if f.known]
    if known:
        lines.append(f"Method: {shared_method(known)}.")
    lines.append(f"Codebook {laid.codebook}. Open a number with: {laid.material.open_command}")
    if any(f.suppressed for f in drawn):
        lines.append(
            f"{STAR} is not shown: fewer than {laid.small} accounts, or one could be worked out."
        )
    lines += list(_numbers(grid))
    return "\n".join(line for line in lines if line)


def _numbers(grid: Grid) -> Iterator[str]:
    for line in grid.lines:
        for name, figure in zip(grid.names, line.figures, strict=True):
            if figure is not None:
                label = f"{line.label}, {name}" if name else line.label
                yield f"{label}: {figure_line(figure, printed(figure, grid.scale))}"


def _voices(deck: Deck, laid: Desk) -> None:
    quotes = laid.material.quotes
    told = [q for q in quotes if q.kind in ("verbatim", "paraphrase")]
    shared = sorted((q for q in quotes if q.kind == "wording"), key=lambda q: -(q.accounts or 0))
    if not told and not shared:
        return
    notes = "\n".join(f"“{q.text}” [{q.evidence_id}]" for q in told if q.evidence_id)
    slide = deck.slide("In their words: what may be told, as it may be told", notes=notes)
    lines = [f"“{' '.join(q.text.split())}” ({q.kind})" for q in told[:_QUOTES_SHOWN]] or [
        "Voices are missing here: nobody has paraphrased a story yet, and no source allows its own sentences."
    ]
    deck.text(slide, lines, top=1.7, height=3, size=14)
    if shared:
        said = listed([f"“{q.text}” ({count(q.accounts)})" for q in shared[:_WORDS_SHOWN]])
        deck.text(
            slide,
            [f"Wordings that many share, with the accounts that do: {said}."],
            top=5.0,
            height=1.8,
            size=14,
        )


def _actions(deck: Deck, laid: Desk) -> None:
    held = laid.material.actions
    if not held:
        return
    slide = deck.slide("What is done about it")
    lines = [
        f"{a.what} — {a.owner}: {a.now.status}, {day(a.now.on.isoformat())}" for a in held[:10]
    ]
    deck.text(slide, lines, top=1.8, height=5, size=15)


def _method(deck: Deck, laid: Desk, chapters: Sequence[Chapter]) -> None:
    """How it was made, from the records: question, sources, query, flow, codebook, readers."""
    m = laid.material
    flow = [
        f"{word} {number_of(step)}"
        for name, word in (
            ("read", "read"),
            ("kept", "kept"),
            ("unique", "unique"),
            ("relevant", "relevant"),
        )
        if (step := one(laid.shelf, "inclusion.flow", step=name)) is not None and step.known
    ]
    read = (
        f"{m.coders} people judged {m.judged:,} posts."
        if m.judged
        else "Nobody has judged a sample: every share rests on a program alone."
    )
    lines = [
        f"Question: {m.study.question}" if m.study.question else "",
        f"Sources: {listed([s.name for s in m.sources])}." if m.sources else "",
        f"What counts as relevant: {m.study.query_words}." if m.study.query_words else "",
        f"Posts: {listed(flow)}." if flow else "",
        f"Codebook {m.study.codebook}. {read}",
        f"Made with bedside {m.bedside_version}; snapshot {m.study.snapshot}, {day(m.run_date)}. "
        f"Open a number's posts with: {m.open_command}",
    ]
    deck.text(
        deck.slide("How this was made"),
        [line for line in lines if line],
        top=1.7,
        height=5.2,
        size=14,
    )
