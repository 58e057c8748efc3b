"""How we listened: what was read, what was kept and why, the sources with their register, place and languages."""

from collections.abc import Sequence

from bedside.model.sources import Source
from bedside.report.charts.flow import Step, flow_list
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import ImportRow
from bedside.report.page import (
    Chapter,
    Column,
    Desk,
    figure,
    number_of,
    paragraph,
    table,
    twin,
)
from bedside.report.printing import STAR, count, day, listed, percent, sentence_case
from bedside.report.words import ACCESS, QUOTING, plain

__all__ = ["inclusion", "period"]

_STEPS = (
    ("read", "records read", ("rejected", "no_post", "tombstoned")),
    ("kept", "posts kept", ("same_post", "exact", "near", "repost")),
    ("unique", "unique posts", ("other_language", "language_unknown", "not_relevant")),
    ("relevant", "relevant posts", ()),
)
_LEFT_OUT = {
    "rejected": "could not be read",
    "no_post": "held no post",
    "tombstoned": "deleted by their authors or removed",
    "same_post": "met twice",
    "exact": "exact copies",
    "near": "near-copies",
    "repost": "reposts",
    "other_language": "in languages this study does not read",
    "language_unknown": "in no language we could tell",
    "not_relevant": "not about the question",
}
_PLACE_BASIS = {
    "post_text": "said in the post",
    "bio": "said in the profile",
    "provider": "the provider's place",
    "service_words": "words of a health service",
    "post": "attached to the post",
    "author_declared": "declared by the author",
    "account_registration": "country of registration",
}


def inclusion(laid: Desk) -> Chapter | None:
    """How we listened; None where neither a flow nor sources are known."""
    parts = [
        _told(laid),
        _asked(laid),
        _flow(laid),
        _sources(laid),
        _imports(laid),
        _place(laid),
        _languages(laid),
    ]
    if not any(parts):
        return None
    return Chapter("inclusion", "How we listened", join(parts))


def period(laid: Desk) -> str:
    """The days between which posts were published, in words; empty where unknown."""
    first, last = laid.material.study.period
    return f"{day(first)} to {day(last)}" if first and last else ""


def _step(laid: Desk, name: str) -> Shown | None:
    """One step of the flow, if it has a number."""
    found = one(laid.shelf, "inclusion.flow", step=name)
    return found if found and found.known else None


def _told(laid: Desk) -> Markup:
    """The flow in one sentence, made of the steps that have numbers."""
    said = [
        f"{number_of(step)} {what}"
        for name, what, _ in _STEPS
        if (step := _step(laid, name)) is not None
    ]
    accounts = _step(laid, "accounts")
    tail = f", from {number_of(accounts)} accounts" if accounts else ""
    sentence = f"{sentence_case(listed(said))}{tail}. " if said else ""
    study, when = laid.material.study, period(laid)
    dates = f"Published from {when}. " if when else ""
    frozen = f"Frozen as snapshot {study.snapshot}" if study.snapshot else ""
    if frozen and study.snapshot_date:
        frozen += f" on {day(study.snapshot_date)}"
    return paragraph(sentence, dates, f"{frozen}." if frozen else "")


def _asked(laid: Desk) -> Markup:
    """The query in words, as it ran, and what is known of its precision and recall."""
    study = laid.material.study
    words = (
        paragraph("Asked in words: ", tag("b", study.query_words), kind="small")
        if study.query_words
        else NOTHING
    )
    if not study.query_text:
        return words
    unread = (
        ""
        if laid.material.judged
        else (
            "Nobody has judged a sample of what this query finds and misses, so its precision and recall are unknown."
        )
    )
    ran = tag(
        "details", tag("summary", "The query as it ran"), tag("p", tag("code", study.query_text))
    )
    return join([words, ran, paragraph(unread, kind="small soft")])


def _flow(laid: Desk) -> Markup:
    """The inclusion flow with what was left out at each step."""
    figures = pick(laid.shelf, "inclusion.flow")
    present = [entry for entry in _STEPS if one(laid.shelf, "inclusion.flow", step=entry[0])]
    if not present:
        return NOTHING
    steps = [
        Step(
            number_of(one(laid.shelf, "inclusion.flow", step=name)),
            _counted(laid, name, what),
            _left(laid, gone),
        )
        for name, what, gone in present
    ]
    rows = [
        [plain(f.keys.get("step", "")), f.unit, number_of(f), tag("code", f.id)] for f in figures
    ]
    columns = [Column("step"), Column("counts"), Column("number", numeric=True), Column("evidence")]
    return figure(
        laid,
        figures,
        name="flow",
        title=_flow_title(laid),
        sub="Kept at each step, and what was left out on the way to the next.",
        chart=flow_list(steps),
        twins=twin(table("Every step of the inclusion flow", columns, rows), len(rows)),
    )


def _counted(laid: Desk, name: str, what: str) -> str:
    """What a step counts; the last one adds accounts and posts without author."""
    if name != "relevant":
        return what
    accounts, unknown = _step(laid, "accounts"), _step(laid, "no_author")
    said = what + (f", from {number_of(accounts)} accounts" if accounts else "")
    lone = unknown is not None and unknown.mid > 0
    return said + (f" ({number_of(unknown)} posts without a known author)" if lone else "")


def _left(laid: Desk, names: Sequence[str]) -> str:
    """What was left out, with reasons; zeros are left unsaid, `*` is said."""
    found = [(name, one(laid.shelf, "inclusion.flow", step=name)) for name in names]
    return " · ".join(
        f"{number_of(f)} {_LEFT_OUT[name]}"
        for name, f in found
        if f is not None and (not f.known or f.mid > 0)
    )


def _flow_title(laid: Desk) -> str:
    """The finding of the flow: how much of what was kept bears on the question."""
    kept, relevant = _step(laid, "kept"), _step(laid, "relevant")
    if kept is None or relevant is None or not kept.mid:
        return "What was read, kept and left out"
    part = percent(relevant.mid / kept.mid)
    return f"{part} of {number_of(kept)} posts kept are unique and bear on the question"


def _sources(laid: Desk) -> Markup:
    """The register of sources, with the counts that were released."""
    if not laid.material.sources:
        return NOTHING
    columns = [
        Column("source"),
        Column("reading it"),
        Column("lawful basis"),
        Column("may be quoted"),
    ]
    columns += [Column("posts", numeric=True), Column("accounts", numeric=True)]
    rows = [_source_row(laid, source) for source in laid.material.sources]
    note = "An account is counted once in its source and is never joined to an account elsewhere."
    return join([
        tag("h3", "Sources and their register"),
        table("Sources, how they may be read and quoted, relevant posts and accounts", columns, rows, "stack"),
        paragraph(note, kind="small soft"),
    ])  # fmt: skip


def _source_row(laid: Desk, source: Source) -> list[str]:
    """One source of the register."""
    reading = ACCESS.get(source.access_basis, plain(source.access_basis))
    if source.login_needed:
        reading += "; log-in needed" + ("" if source.operator_consent else ", no consent recorded")
    lawful = source.lawful_basis or "none recorded"
    lawful += f"; impact assessment: {source.dpia_ref}" if source.dpia_ref else ""
    counted = pick(laid.shelf, "inclusion.sources", source=source.name)
    return [source.name, reading, lawful, QUOTING[source.quotes], *_posts_accounts(counted)]


def _posts_accounts(figures: Sequence[Shown]) -> list[str]:
    """Posts and accounts of counted figures, whether they come as one figure or as one a unit."""
    posts = next((f for f in figures if f.unit == "posts"), None)
    accounts = next((f for f in figures if f.unit == "accounts"), None)
    if not figures:
        return ["0", "0"]
    shown_accounts = (
        number_of(accounts) if accounts else count(posts.hits_accounts if posts else None)
    )
    shown_posts = number_of(posts) if posts else count(accounts.hits_posts if accounts else None)
    return [shown_posts, shown_accounts]


def _imports(laid: Desk) -> Markup:
    """What came of the files, summed by source and format; names of files are never printed."""
    if not laid.material.imports:
        return NOTHING
    merged: dict[tuple[str, str, bool], list[ImportRow]] = {}
    for row in laid.material.imports:
        merged.setdefault((row.source, row.format, row.verified), []).append(row)
    columns = [Column("source"), Column("format"), Column("mapping"), Column("files", numeric=True)]
    columns += [
        Column("read", numeric=True),
        Column("kept", numeric=True),
        Column("left out", numeric=True),
    ]
    rows = [_import_row(key, files, laid.small) for key, files in merged.items()]
    notes = sorted({note for row in laid.material.imports for note in row.notes})
    listing = (
        tag("ul", *(tag("li", note) for note in notes), class_="small soft") if notes else NOTHING
    )
    return join([
        tag("h3", "What came of the files"),
        table("Records read and kept, by source and format", columns, rows, "stack"),
        _unverified(laid.material.imports),
        listing,
    ])  # fmt: skip


def _import_row(key: tuple[str, str, bool], files: Sequence[ImportRow], small: int) -> list[str]:
    """Sums of one source and format; all `*` where 1 to small - 1 records were kept."""
    source, form, verified = key
    read, kept = sum(f.read for f in files), sum(f.kept for f in files)
    out = sum(f.tombstoned + f.rejected + f.no_post for f in files)
    few = 0 < kept < small
    numbers = [STAR] * 3 if few else [count(n) for n in (read, kept, out)]
    mapping = "tried on a real file" if verified else "not verified on a real file"
    return [source, form, mapping, str(len(files)), *numbers]


def _unverified(rows: Sequence[ImportRow]) -> Markup:
    """Warn of formats whose mapping nobody has tried on a real file."""
    formats = sorted({row.format for row in rows if not row.verified})
    if not formats:
        return NOTHING
    return paragraph(
        f"Mapping not verified on a real file: {listed(formats)}. Fields may be missing or misread; "
        "compare a few records with the source before relying on them.",
        kind="small",
    )


def _place(laid: Desk) -> Markup:
    """Where posts say they come from."""
    figures = pick(laid.shelf, "inclusion.place")
    if not figures:
        return NOTHING
    columns = [
        Column("country"),
        Column("known from"),
        Column("posts", numeric=True),
        Column("accounts", numeric=True),
    ]
    grouped: dict[tuple[str, str], list[Shown]] = {}
    for f in figures:
        grouped.setdefault((f.keys.get("country", ""), f.keys.get("basis", "")), []).append(f)
    rows = [
        [plain(country), _PLACE_BASIS.get(basis, plain(basis)), *_posts_accounts(found)]
        for (country, basis), found in grouped.items()
    ]
    return join(
        [tag("h3", "Place"), table("Relevant posts by stated place", columns, rows, "stack")]
    )


def _languages(laid: Desk) -> Markup:
    """Languages of the posts."""
    figures = pick(laid.shelf, "inclusion.languages")
    if not figures:
        return NOTHING
    columns = [Column("language"), Column("posts", numeric=True), Column("accounts", numeric=True)]
    grouped: dict[str, list[Shown]] = {}
    for f in figures:
        grouped.setdefault(f.keys.get("lang", ""), []).append(f)
    rows = [[plain(lang), *_posts_accounts(found)] for lang, found in grouped.items()]
    words = "Languages of the posts"
    return join([tag("h3", "Languages"), twin(table(words, columns, rows), len(rows), words=words)])
