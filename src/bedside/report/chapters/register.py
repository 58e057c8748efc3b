"""The register of sources and what came of their files: what may be read and quoted, and what was read."""

from collections.abc import Mapping, Sequence

from bedside.model.sources import Source
from bedside.report.figures import pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import ImportRow
from bedside.report.page import Column, Desk, paragraph, table
from bedside.report.printing import STAR, count, listed
from bedside.report.rows import posts_accounts
from bedside.report.words import ACCESS, QUOTING, plain

__all__ = ["bias_of", "files", "register"]


def register(laid: Desk) -> Markup:
    """The register of sources, with the counts that were released."""
    if not laid.material.sources:
        return NOTHING
    columns = [
        Column("source"),
        Column("reading it"),
        Column("lawful basis"),
        Column("may be quoted"),
        Column("who is heard too much or too little"),
    ]
    columns += [Column("posts", numeric=True), Column("accounts", numeric=True)]
    rows = [_source_row(laid, source) for source in laid.material.sources]
    note = "An account is counted once in its source and is never joined to an account elsewhere."
    return join([
        tag("h3", "Sources and their register"),
        table("Sources, how they may be read and quoted, whom they leave out, relevant posts and accounts", columns, rows, "stack"),
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
    quoting = QUOTING[source.quotes]
    return [source.name, reading, lawful, quoting, bias_of(source), *posts_accounts(counted)]


def bias_of(source: Source) -> str:
    """The source's statement of bias; where the study wrote none, what holds for all of its kind, said to be so."""
    if source.known_bias:
        return source.known_bias
    if source.solicited:
        kind = (
            "asked by the provider: who had a bad time may not have been asked or not have answered"
        )
    elif source.one_post_one_person:
        kind = (
            "those who returned a form: the very ill, and those who do not read its language, less"
        )
    else:
        kind = "those who write in public: the young, the worried and the angry more; those offline not at all"
    return f"{kind} (said of its kind; nobody has written it for this source: known_bias in its register entry)"


def files(laid: Desk) -> Markup:
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
    hidden = _hidden_rows(merged, laid.small)
    rows = [_import_row(key, files, few=key in hidden) for key, files in merged.items()]
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


def _hidden_rows(
    merged: Mapping[tuple[str, str, bool], Sequence[ImportRow]], small: int
) -> set[tuple[str, str, bool]]:
    """Rows of 1 to small - 1 records kept, and the smallest other one: the flow tells what all of them add up to."""
    kept = {key: sum(f.kept for f in files) for key, files in merged.items()}
    few = {key for key, number in kept.items() if 0 < number < small}
    others = sorted((number, key) for key, number in kept.items() if number >= small)
    return few | {key for _, key in others[:1]} if few else few


def _import_row(key: tuple[str, str, bool], files: Sequence[ImportRow], *, few: bool) -> list[str]:
    """Sums of one source and format; all `*` where they are hidden."""
    source, form, verified = key
    read, kept = sum(f.read for f in files), sum(f.kept for f in files)
    out = sum(f.tombstoned + f.rejected + f.no_post for f in files)
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
