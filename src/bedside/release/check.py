"""Check: walk every figure and quote of a release back to its posts, and say what no longer holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from bedside.errors import BedsideError
from bedside.measure.evidence import Count, recount
from bedside.measure.judging import JudgedShares
from bedside.measure.recounting import recount_together
from bedside.model.figures import Quote
from bedside.model.sources import Source
from bedside.release.gatelog import GateLog, quote_hash
from bedside.release.haystack import Haystack
from bedside.release.quotes import gate_paraphrase
from bedside.release.records import Release, ReleasedFigure
from bedside.release.showing import round_count
from bedside.release.words import TextRow, pieces
from bedside.store.stages import Aggregate, Ask

__all__ = ["Finding", "check_release"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a release that no longer holds.

    Attributes
    ----------
    about : str
        Evidence id of the figure, or `quote 3` for the third quote.
    what : str
        accounts | posts | of accounts | of posts | judgements | evidence | verbatim | paraphrase | wording.
    released, now : int or None
        Counts, where it is about a count.
    message : str
        What to do.
    """

    about: str
    what: str
    message: str
    released: int | None = None
    now: int | None = None


AGAIN = "run the study again and make a new release"
RERUN = f"posts came or went since: {AGAIN}"


def check_release(
    ask: Ask,
    release: Release,
    texts: Iterable[TextRow],
    *,
    gate: GateLog,
    register: Mapping[str, Source],
    crisis: Iterable[str] = (),
    judged: JudgedShares | None = None,
) -> list[Finding]:
    """Recount every shown figure through its evidence, and pass every quote through the gate again.

    Parameters
    ----------
    ask : Ask
        Over the study as it is now, the release's snapshot bound.
    release : Release
    texts : iterable of TextRow
        Masked texts of the whole corpus, read once.
    gate : GateLog
    register : Mapping of str to Source
    crisis : iterable of str
        Keys of crisis posts.
    judged : JudgedShares, optional
        What people decided, as it stands now.

    Returns
    -------
    list of Finding
        Empty if everything holds. Suppressed figures show no number and so can be wrong in none.
    """
    asked = _remembering(ask)
    shown = [figure for figure in release.figures if not figure.suppressed]
    together = recount_together(asked, [figure.figure() for figure in shown])
    findings = [
        f for figure in shown for f in _check_figure(asked, figure, release.round_to, together)
    ]
    findings += [f for figure in release.figures for f in _check_judged(judged, figure)]
    return findings + _check_quotes(release, list(texts), gate, register, frozenset(crisis))


def _remembering(ask: Ask) -> Ask:
    """Ask each question once: many figures share a denominator."""
    answers: dict[bytes, pa.Table] = {}

    def remembered(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        key = msgspec.json.encode((aggregate.sql, sorted(params.items())))
        if key not in answers:
            answers[key] = ask(aggregate, params)
        return answers[key]

    return remembered


def _check_figure(
    ask: Ask, figure: ReleasedFigure, step: int, together: Mapping[str, tuple[Count, Count | None]]
) -> Iterator[Finding]:
    try:
        hits, of = together.get(figure.id) or recount(ask, figure.figure())
    except BedsideError as error:
        yield Finding(about=figure.id, what="evidence", message=f"does not open: {error}")
        return
    pairs = [
        ("accounts", figure.hits_accounts, hits.accounts),
        ("posts", figure.hits_posts, hits.posts),
    ]
    if of is not None:
        pairs += [
            ("of accounts", figure.of_accounts, of.accounts),
            ("of posts", figure.of_posts, of.posts),
        ]
    for what, released, counted in pairs:
        now = round_count(counted, step)
        if released is not None and released != now:
            yield Finding(about=figure.id, what=what, released=released, now=now, message=RERUN)


def _check_judged(judged: JudgedShares | None, figure: ReleasedFigure) -> Iterator[Finding]:
    """Whether the decisions behind a judged figure are still those that it was made from."""
    judging = figure.judging
    if figure.suppressed or judging is None:
        return
    if judged is None:
        yield Finding(about=figure.id, what="judgements", message=f"its samples are gone; {AGAIN}")
        return
    try:
        found = judged.again(figure.figure())
    except BedsideError as error:
        yield Finding(about=figure.id, what="judgements", message=f"does not open: {error}")
        return
    if found.share is None:
        why = found.reason or f"sample {judging.sample} is gone"
        yield Finding(about=figure.id, what="judgements", message=f"{why}; {AGAIN}")
    elif found.decisions != judging.decisions:
        yield Finding(
            about=figure.id,
            what="judgements",
            released=judging.judged,
            now=found.share.judged,
            message=f"decisions were added, changed or erased since; {AGAIN}",
        )


def _check_quotes(
    release: Release,
    rows: Sequence[TextRow],
    gate: GateLog,
    register: Mapping[str, Source],
    crisis: frozenset[str],
) -> list[Finding]:
    findings = []
    haystack = None
    sharing = _sharing(release.quotes, rows)
    for number, quote in enumerate(release.quotes, 1):
        if quote.kind == "wording":
            least = max(release.small_count, quote.accounts or 0)
            few = sharing[quote.text] < least
            message = f"shared by fewer accounts than released; {RERUN}" if few else ""
        elif quote.kind == "verbatim":
            message = _check_verbatim(quote, rows, gate, register, crisis)
        else:
            haystack = haystack or Haystack(rows)
            message = _check_paraphrase(quote, haystack, gate, crisis)
        if message:
            findings.append(Finding(about=f"quote {number}", what=quote.kind, message=message))
    return findings


def _sharing(quotes: Sequence[Quote], rows: Sequence[TextRow]) -> dict[str, int]:
    """How many accounts share each wording; every text is read once, whatever the number of wordings."""
    wanted = {quote.text: f" {quote.text} " for quote in quotes if quote.kind == "wording"}
    voices: dict[str, set[str]] = {text: set() for text in wanted}
    for row in rows if wanted else ():
        if row.account_key is not None:
            said = " \n ".join(["", *(" ".join(piece) for piece in pieces(row.text)), ""])
            for text, words in wanted.items():
                if words in said:
                    voices[text].add(row.account_key)
    return {text: len(accounts) for text, accounts in voices.items()}


def _check_verbatim(
    quote: Quote,
    rows: Sequence[TextRow],
    gate: GateLog,
    register: Mapping[str, Source],
    crisis: frozenset[str],
) -> str:
    if not gate.passed(quote):
        return "has not passed the quote gate; take it out"
    keys = set(gate.sources_of(quote))
    found = [r for r in rows if r.post_key in keys and quote_hash(r.text) == quote_hash(quote.text)]
    if not found:
        return "its post is gone or was edited: take it out and tell those who hold the report"
    if any(row.post_key in crisis for row in found):
        return "its post is a crisis post: take it out"
    sources = [register.get(row.source) for row in found]
    if any(source is None or source.quotes != "verbatim" for source in sources):
        return "the register no longer allows verbatim quotes of its source: take it out"
    return ""


def _check_paraphrase(
    quote: Quote, haystack: Haystack, gate: GateLog, crisis: frozenset[str]
) -> str:
    if not gate.passed(quote):
        return "was not approved by a second person; take it out"
    try:
        result = gate_paraphrase(quote.text, haystack, sources=gate.sources_of(quote), never=crisis)
    except BedsideError as error:
        return f"cannot pass the gate again ({error}): take it out"
    return "; ".join(result.reasons)
