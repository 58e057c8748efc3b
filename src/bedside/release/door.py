"""The door: the only way out of a study. What may not leave is refused here, and what leaves is logged."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

import msgspec

from bedside.errors import PermissionRefused, suggest
from bedside.model.figures import Figure, Quote
from bedside.model.kinds import know_kinds
from bedside.model.sources import Source
from bedside.release.decision import Decision
from bedside.release.families import NO_GROUPS
from bedside.release.gatelog import GateLog
from bedside.release.ledger import Ledger, entry_of
from bedside.release.records import Release
from bedside.release.sameness import NO_PRINTS
from bedside.release.showing import release_figures
from bedside.release.suppression import decide
from bedside.store.config import Crisis, Privacy

__all__ = ["check_crisis", "check_sources", "release"]

ID_DIGITS = 10


def check_sources(names: Iterable[str], register: Mapping[str, Source]) -> None:
    """Refuse sources without a registered lawful basis (R21), or behind a log-in without consent (R24).

    Raises
    ------
    PermissionRefused
        Naming the first source that may not be published from, and what its entry lacks.
    """
    for name in sorted(set(names)):
        if name not in register:
            raise PermissionRefused(
                f"source '{name}' is not in the register, so nothing from it can be published; "
                f"{suggest(name, list(register))}; register it with its lawful basis first"
            )
        source = register[name]
        lacks = [
            field
            for field in ("access_basis", "lawful_basis", "dpia_ref")
            if not getattr(source, field).strip()
        ]
        if lacks:
            raise PermissionRefused(
                f"the register says nothing on {', '.join(lacks)} of source '{name}'; publishing health data "
                f"needs it: fill it in, in sources/{name}.toml of the study, then run again"
            )
        if source.login_needed and not source.operator_consent.strip():
            raise PermissionRefused(
                f"source '{name}' needs a log-in and no consent of its operator is recorded; "
                f"record operator_consent in sources/{name}.toml of the study, or take the source out with: "
                f"bedside erase STUDY --source {name}"
            )


def check_crisis(names: Iterable[str], register: Mapping[str, Source], crisis: Crisis) -> None:
    """Refuse a release while nobody is named who acts on a crisis post, and how fast (R28).

    Raises
    ------
    PermissionRefused
        Unless the person and the hours are named, or all sources are simulated.
    """
    if all(register[name].simulated for name in names):
        return
    if not crisis.who.strip() or crisis.within_hours <= 0:
        raise PermissionRefused(
            "nothing can be released before study.toml says who acts on a crisis post and within how many "
            'hours: add [crisis] with who = "..." and within_hours = ...'
        )


def _check_quotes(quotes: Sequence[Quote], gate: GateLog, policy: Privacy) -> None:
    for quote in quotes:
        if quote.kind == "wording" and (quote.accounts or 0) < policy.small_count:
            raise PermissionRefused(
                f"a wording is shared by fewer than {policy.small_count} accounts; leave it out"
            )
        if not gate.passed(quote):
            raise PermissionRefused(
                f"a {quote.kind} has not passed the quote gate; pass it there first, then release again"
            )


def _notes(quotes: Sequence[Quote], notes: Sequence[str]) -> tuple[str, ...]:
    voices = any(quote.kind in ("verbatim", "paraphrase") for quote in quotes)
    return (*notes, *(() if voices else ("voices are missing: nobody has paraphrased a post yet",)))


def _beside(
    words: Sequence[Quote] | Callable[[], Sequence[Quote]], decided: Callable[[], Decision]
) -> tuple[Sequence[Quote], Decision]:
    """Words and decision, which rest on nothing of each other: words that are still to be found keep a second core busy."""
    if not callable(words):
        return words, decided()
    know_kinds()
    pool = ThreadPoolExecutor(1)
    try:
        coming = pool.submit(words)
        decision = decided()
        return coming.result(), decision
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def release(
    figures: Sequence[Figure],
    quotes: Sequence[Quote] | Callable[[], Sequence[Quote]],
    *,
    policy: Privacy,
    ledger: Ledger,
    gate: GateLog,
    register: Mapping[str, Source],
    sources: Iterable[str],
    crisis: Crisis,
    snapshot: str,
    at: datetime,
    groups: Mapping[str, Sequence[str]] = NO_GROUPS,
    prints: Mapping[str, int] = NO_PRINTS,
) -> Release:
    """Decide what may leave, note it in the ledger, and hand it over.

    Parameters
    ----------
    figures : sequence of Figure
        All tables of the release together: suppression in one depends on the others.
    quotes : sequence of Quote, or callable
        Words that have passed the gate, or what finds them while it is decided about the figures.
    policy : Privacy
        Smallest shown counts and rounding, from study.toml.
    ledger : Ledger
        Earlier releases of the study; this one is added.
    gate : GateLog
        Log of the quote gate.
    register : Mapping of str to Source
        The source register.
    sources : iterable of str
        Names of the sources whose posts the figures and quotes come from.
    crisis : Crisis
        Who acts on a crisis post and how fast.
    snapshot : str
        Id of the frozen posts.
    at : datetime
        Time of the release.
    groups : mapping of str to sequence of str, optional
        Stages of each group of the study's codebook.
    prints : mapping of str to int, optional
        Print of the posts behind each set, from `tables.set_prints`.

    Returns
    -------
    Release
        Figures in the order given, numbers None where suppressed. The same content has the same id and is
        logged once.

    Raises
    ------
    PermissionRefused
        If a source may not be published from, nobody is named for crisis posts, or a quote has not
        passed the gate.
    """
    names = sorted(set(sources))
    check_sources(names, register)
    check_crisis(names, register, crisis)
    earlier = [entry.shown() for entry in ledger.entries()]
    decided = partial(decide, figures, policy, earlier, groups=groups, prints=prints)
    words, decision = _beside(quotes, decided)
    _check_quotes(words, gate, policy)
    made = Release(
        id="",
        at=at,
        snapshot=snapshot,
        small_count=policy.small_count,
        round_to=decision.round_to,
        figures=release_figures(figures, decision, small_count=policy.small_count),
        quotes=tuple(words),
        sources=tuple(names),
        notes=_notes(words, decision.notes),
    )
    made = msgspec.structs.replace(made, id=_release_id(made))
    most = max(policy.small_count, policy.provider_minimum) - 1
    ledger.append(entry_of(made, decision, most=most, prints=prints))
    return made


def _release_id(made: Release) -> str:
    content = (made.snapshot, made.round_to, made.small_count, made.figures, made.quotes)
    digest = hashlib.blake2b(msgspec.json.encode(content, order="sorted")).hexdigest()
    return f"r-{digest[:ID_DIGITS]}"
