"""How we listened: what was read, what was kept and why, the sources with their register, place and languages."""

from collections.abc import Sequence

from bedside.report.chapters.register import files, register
from bedside.report.charts.flow import Step, flow_list
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
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
from bedside.report.printing import day, listed, percent, sentence_case
from bedside.report.rows import posts_accounts
from bedside.report.words import plain

__all__ = ["inclusion", "period"]

_STEPS = (
    ("read", "records read", ("rejected", "no_post", "tombstoned")),
    ("kept", "posts kept", ("same_post", "exact", "near", "repost", "withdrawn", "erased")),
    (
        "unique",
        "unique posts",
        ("not_relevant", "other_place", "other_language", "language_unknown", "after_snapshot"),
    ),
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
    "withdrawn": "without text: left blank, withdrawn, or not to be stored",
    "erased": "erased on request",
    "other_place": "from other places",
    "after_snapshot": "that came after the snapshot",
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
        register(laid),
        files(laid),
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
    """The flow in one sentence, made of the steps that have numbers; then dates and snapshot."""
    words = (
        ("read", "We read {} records"),
        ("kept", "kept {} posts"),
        ("unique", "found {} of them unique"),
        ("relevant", "took {} as bearing on the question"),
    )
    said = [text.format(number_of(step)) for name, text in words if (step := _step(laid, name))]
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
    known = study.query_measured or (
        "Nobody has judged a sample of what this query finds and misses, so its precision and recall are unknown."
    )
    ran = tag(
        "details", tag("summary", "The query as it ran"), tag("p", tag("code", study.query_text))
    )
    return join([words, ran, paragraph(known, kind="small soft")])


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
        [
            plain(country),
            _PLACE_BASIS.get(basis, plain(basis) or "not stated"),
            *posts_accounts(found),
        ]
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
    columns = [Column("language"), Column("read by this study")]
    columns += [Column("posts", numeric=True), Column("accounts", numeric=True)]
    grouped: dict[tuple[str, str], list[Shown]] = {}
    for f in figures:
        grouped.setdefault((f.keys.get("lang", ""), f.keys.get("read", "")), []).append(f)
    rows = [
        [plain(lang), read or "not stated", *posts_accounts(found)]
        for (lang, read), found in grouped.items()
    ]
    words = "Languages of the unique posts"
    return join([
        tag("h3", "Languages"), twin(table(words, columns, rows), len(rows), words=words)
    ])  # fmt: skip
