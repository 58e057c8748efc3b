"""Not heard: limits, what was left unread, what would make machine counts evidence, COREQ, how to open a figure."""

from collections.abc import Sequence

from bedside.report.comparing import Finding
from bedside.report.coreq import coreq_items
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import CoverageRow
from bedside.report.page import Chapter, Column, Desk, csv_link, number_of, paragraph, table, twin
from bedside.report.printing import count, day, listed, sentence_case
from bedside.report.sentences import sample_needed
from bedside.report.words import plain

__all__ = ["limits", "points", "sample_sentence", "unstated_place"]

_OF_MOMENTS = ("journey.map", "journey.stages")
_NOT_YET = (
    ("journey.first_turned", "where people turned first"),
    ("journey.sources", "sources of information by stage"),
    ("journey.time_to_diagnosis", "time to diagnosis"),
    ("journey.waits_ended", "how long ended waits were, as a curve"),
    ("journey.waits_going_on", "waits still going on when told"),
    ("journey.waits_watched", "waits watched along timelines"),
    ("journey.distinctive", "what is told at one stage more than elsewhere"),
    ("journey.paths", "paths from stage to stage"),
    ("journey.modes", "visits by phone, video and message"),
    ("journey.map", "the map of what people think, feel and do"),
    ("care.aspects", "what is praised and complained of in care"),
    ("care.providers", "providers side by side"),
    ("care.options", "options and outcomes"),
    ("roles.share", "who speaks"),
    ("trends.volume", "volume week by week"),
    ("journey.search_worry", "worry raised by searching"),
    ("journey.consultations", "first consultations, tests and referral"),
    ("journey.turning_points", "turning points"),
    ("community.pleas", "unanswered pleas and comfort"),
    ("misinformation.stances", "claims and what corrects them"),
    ("exchange.outcome", "online in place of a visit"),
    ("language.phrases", "lay and medical words"),
    ("safety.screening", "harms"),
)


def limits(laid: Desk, found: Sequence[Finding]) -> Chapter:
    """Not heard; always there."""
    parts = [
        tag("ul", *(tag("li", point) for point in points(laid))),
        _missing(laid),
        _coverage(laid),
        _samples(laid, found),
        _open(laid),
        _coreq(laid),
    ]
    return Chapter("limits", "Not heard", join(parts))


def points(laid: Desk) -> list[str]:
    """What is missing from these numbers, as the records say."""
    said = ["Those who never post. No figure here can stand for them."]
    place = unstated_place(laid)
    if place is not None:
        whole = one(laid.shelf, "inclusion.flow", step="relevant")
        of = f" of {number_of(whole)}" if whole and whole.known else ""
        said.append(
            f"Place: {number_of(place)}{of} relevant posts do not say where they come from."
        )
    said.append(
        "Age, sex and ethnicity: not read at all, so no figure can say whether all are heard alike."
    )
    said += _flow_points(laid)
    said += [
        f"{sentence_case(name)} stays closed: it needs a log-in and no consent of the operator is recorded."
        for name in _closed(laid)
    ]
    said.append("Pictures, sound and video: read only where a source gives their text.")
    if laid.material.sources:
        said.append(
            "Sources differ in who writes there. No statement of bias for each source is recorded yet."
        )
    return [*said, *laid.material.notes]


def _flow_points(laid: Desk) -> list[str]:
    """Posts left unread for their language, and posts without author."""
    said = []
    unread = [
        one(laid.shelf, "inclusion.flow", step=s) for s in ("other_language", "language_unknown")
    ]
    if any(f and f.known and f.mid for f in unread):
        other, unknown = (number_of(f) for f in unread)
        parts = [
            f"{number} unique posts in {what}"
            for f, number, what in (
                (unread[0], other, "languages this study does not read"),
                (unread[1], unknown, "no language we could tell"),
            )
            if f is not None and not (f.known and not f.mid)
        ]
        said.append(f"Languages: {listed(parts)}.")
    lone = one(laid.shelf, "inclusion.flow", step="no_author")
    if lone and lone.known and lone.mid:
        said.append(
            f"Authors: {number_of(lone)} relevant posts have no known author. They count as posts, never as accounts."
        )
    apart = one(laid.shelf, "inclusion.parents", parent="not_collected")
    if apart and apart.known and apart.mid:
        said.append(
            f"Threads: {number_of(apart)} unique posts answer a post that was not collected; we read them without it."
        )
    return said


def _closed(laid: Desk) -> list[str]:
    """Sources that may not be read."""
    return [s.name for s in laid.material.sources if s.login_needed and not s.operator_consent]


def unstated_place(laid: Desk) -> Shown | None:
    """Posts that state no place, where that number may be shown."""
    found = [
        f
        for f in pick(laid.shelf, "inclusion.place", country="unstated")
        if f.unit == "posts" and f.known
    ]
    return found[0] if found else None


def _missing(laid: Desk) -> Markup:
    """Questions of the mission that this report has no figures for."""
    absent = [words for measure, words in _NOT_YET if not laid.shelf.get(measure)]
    return (
        paragraph(f"Not in this report, since nothing was found to count: {listed(absent)}.")
        if absent
        else NOTHING
    )


def _coverage(laid: Desk) -> Markup:
    """Where each layer looked, and where it could not."""
    if not laid.material.coverage:
        return NOTHING
    fields = ("done", "refused_language", "refused_permission", "refused_length", "failed")
    columns = [Column("layer"), *(Column(_heading(name), numeric=True) for name in fields)]
    rows = [[plain(row.layer), *_counts(row, fields)] for row in laid.material.coverage]
    words = "Where the program looked, layer by layer"
    note = "No mark means “not told” only where the layer was read."
    return join([
        tag("h3", "What the program could read"),
        paragraph(note, kind="small soft"),
        twin(table(words, columns, rows), len(rows), words=words),
    ])  # fmt: skip


def _heading(field: str) -> str:
    """Head of a coverage column."""
    return {"done": "read"}.get(field, field.replace("refused_", "not read: "))


def _counts(row: CoverageRow, fields: Sequence[str]) -> list[str]:
    """Counts of one layer: of texts that the program could not read, whatever they say, so none is hidden."""
    return [count(getattr(row, name)) for name in fields]


def sample_sentence(laid: Desk, figure: Shown) -> str:
    """Say which random sample would make a machine count evidence; empty where that cannot be said.

    Accounts are drawn for a share of accounts and posts for one of posts, from all relevant ones, so that numerator and
    denominator are both judged. Codes that must meet in one moment are not judged one by one: no sample helps there.
    """
    of_posts = figure.unit == "posts"
    whole = one(laid.shelf, "inclusion.flow", step="relevant" if of_posts else "accounts")
    share = figure.basis == "machine" and figure.of_accounts is not None
    if not share or whole is None or figure.measure in _OF_MOMENTS:
        return ""
    hits, total = figure.hits_posts if of_posts else figure.hits_accounts, round(whole.mid)
    if not hits or hits >= total:
        return ""
    needed = sample_needed(hits / total)
    if needed >= total:
        return f"all {count(total, laid.small)} relevant {figure.unit}: a sample of them would not be enough"
    return f"{needed:,} {figure.unit} drawn at random from the {count(total, laid.small)} relevant ones"


def _samples(laid: Desk, found: Sequence[Finding]) -> Markup:
    """The samples that would make the findings evidence."""
    rows = [
        [f.short, sample, tag("code", f.figure.id)]
        for f in found
        if (sample := sample_sentence(laid, f.figure))
    ]
    if not rows:
        return NOTHING
    told = (
        "Two people judge each without seeing what the program proposes. The number is the larger of two: "
        "those that give 20 with the code, under which only an exact interval holds, and those that show an "
        "agreement of α = 0.667 between the two at that rarity (0.80 takes more)."
    )
    columns = [Column("finding"), Column("to judge"), Column("evidence")]
    return join([
        tag("h3", "What would make it evidence"),
        paragraph(told),
        table("Random samples that would make the findings evidence", columns, rows, "stack"),
    ])  # fmt: skip


def _open(laid: Desk) -> Markup:
    """How to open a figure, and what made the figures."""
    m = laid.material
    made = [f"Made with bedside {m.bedside_version}".rstrip()]
    made += [f"codebook {m.study.codebook}"] if m.study.codebook else []
    made += [f"on {day(m.run_date)}"] if m.run_date else []
    said = f"{', '.join(made)}." + (f" Makers of marks: {', '.join(m.makers)}." if m.makers else "")
    figures = [f for measured in laid.shelf.values() for f in measured]
    words = "All figures of this report as CSV"
    everything = csv_link(figures, "figures", small=laid.small, words=words, whole=True)
    return join([
        tag("h3", "How to open and make again each figure"),
        paragraph("Each number carries an evidence id. ", tag("code", m.open_command),
                  " opens its query, the posts behind it, the codebook, the versions and the interval, ",
                  "for those who may see them."),
        paragraph(said),
        paragraph(everything),
    ])  # fmt: skip


def _coreq(laid: Desk) -> Markup:
    """The COREQ items as far as the records fill them."""
    columns = [Column("no.", numeric=True), Column("item"), Column("from the records")]
    rows = [[str(item.number), item.topic, item.answer] for item in coreq_items(laid)]
    words = "COREQ: 32 items for reports of qualitative research"
    return join([tag("h3", "COREQ"), twin(table(words, columns, rows), len(rows), words=words)])
