"""Quotes: the gate that words must pass before they leave (R25)."""

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from bedside.errors import InputError, PermissionRefused
from bedside.model.figures import Quote
from bedside.model.sources import Source
from bedside.release.gatelog import GateLog, GateRecord, quote_hash
from bedside.release.haystack import Haystack
from bedside.release.words import TextRow, words_of
from bedside.unify.mask import FILL

__all__ = [
    "GateResult",
    "allowed_verbatims",
    "approve",
    "gate_paraphrase",
    "own_runs",
]

RUN = 5  # words
FIRST = 10  # places of a search among which the source must not be
SHORTEST, LONGEST = 40, 320  # characters of a verbatim


class GateResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate found about a paraphrase; reasons name what to change, never the post.

    Attributes
    ----------
    passed : bool
    reasons : tuple of str
    own_runs : tuple of str
        Runs of five words of the paraphrase that stand in exactly one account's posts.
    rank_words, rank_characters : int or None
        Best place of a source in the search by words and by characters; None: not found.
    """

    text: str
    passed: bool
    reasons: tuple[str, ...]
    own_runs: tuple[str, ...]
    rank_words: int | None
    rank_characters: int | None


def allowed_verbatims(
    texts: Iterable[TextRow],
    *,
    register: Mapping[str, Source],
    seed: bytes,
    most: int = 3,
    about: str = "",
    evidence_id: str = "",
    never: Collection[str] = frozenset(),
    log: GateLog | None = None,
    at: datetime | None = None,
) -> list[Quote]:
    """Verbatim posts of sources that allow it, chosen by a seeded draw and not by taste.

    Parameters
    ----------
    texts : iterable of TextRow
        Masked texts to draw from, such as the posts behind one figure.
    register : Mapping of str to Source
        Only sources with quotes = "verbatim" and store = "text".
    seed : bytes
        The study's sampling key: the same seed draws the same posts.
    most : int
        Quotes to give, each of another account.
    never : collection of str
        Post keys never to quote: crisis posts.
    log, at : GateLog and datetime, optional
        Where and when to note what was let out.

    Returns
    -------
    list of Quote
        kind `verbatim`; 40 to 320 characters, without masks.
    """
    drawn = sorted(
        (hmac.digest(seed, row.post_key.encode(), "sha256"), row)
        for row in texts
        if row.post_key not in never and _may_be_quoted(row, register.get(row.source))
    )
    chosen: list[TextRow] = []
    voices: set[str] = set()
    for _, row in drawn:
        voice = row.account_key or row.post_key
        if len(chosen) < most and voice not in voices:
            chosen.append(row)
            voices.add(voice)
    if log is not None and at is not None:
        log.append(*(_verbatim_record(row, at) for row in chosen))
    return [
        Quote(kind="verbatim", text=row.text.strip(), about=about, evidence_id=evidence_id)
        for row in chosen
    ]


def _may_be_quoted(row: TextRow, source: Source | None) -> bool:
    if source is None or source.quotes != "verbatim" or source.store != "text":
        return False
    return SHORTEST <= len(row.text.strip()) <= LONGEST and FILL not in row.text


def _verbatim_record(row: TextRow, at: datetime) -> GateRecord:
    return GateRecord(
        text_hash=quote_hash(row.text),
        kind="verbatim",
        rule="the register allows verbatim quotes of this source; drawn by seed",
        passed=True,
        at=at,
        post_keys=(row.post_key,),
    )


def gate_paraphrase(
    text: str, haystack: Haystack, *, sources: Sequence[str], never: Collection[str] = frozenset()
) -> GateResult:
    """Test whether a paraphrase leads back to the person.

    Parameters
    ----------
    text : str
        The analyst's own words.
    haystack : Haystack
        The whole corpus.
    sources : sequence of str
        Keys of the posts that it paraphrases, at least one.
    never : collection of str
        Post keys never to quote, not even in other words: crisis posts.

    Returns
    -------
    GateResult
        Passed if no run of 5 words stands in exactly one account's posts and no source is among the first
        10 of either search.

    Raises
    ------
    InputError
        If no source is named, or the text holds no words.
    NotFoundError
        If a source is not in the corpus.
    PermissionRefused
        If a source is a crisis post.

    Notes
    -----
    Ties count against the text, see `Haystack`.
    """
    if not sources or not words_of(text):
        raise InputError("a paraphrase needs words, and the keys of the posts that it paraphrases")
    if any(post in never for post in sources):
        raise PermissionRefused(
            "a crisis post is never quoted, also not in other words; choose another post"
        )
    own = own_runs(text, haystack)
    by_words = _best(haystack.rank_by_words(text, post) for post in sources)
    by_characters = _best(haystack.rank_by_characters(text, post) for post in sources)
    reasons = _reasons(own, by_words, by_characters)
    return GateResult(
        text=text,
        passed=not reasons,
        reasons=reasons,
        own_runs=own,
        rank_words=by_words,
        rank_characters=by_characters,
    )


def own_runs(text: str, haystack: Haystack) -> tuple[str, ...]:
    """Runs of five words of a text that stand in exactly one account's posts."""
    words = words_of(text)
    runs = [words[i : i + RUN] for i in range(len(words) - RUN + 1)]
    return tuple(" ".join(run) for run in runs if haystack.accounts_with(run) == 1)


def _best(ranks: Iterable[int | None]) -> int | None:
    return min((rank for rank in ranks if rank is not None), default=None)


def _reasons(
    own: Sequence[str], by_words: int | None, by_characters: int | None
) -> tuple[str, ...]:
    reasons = []
    if own:
        reasons.append(f"{len(own)} runs of {RUN} words are one account's own: say them otherwise")
    for rank, how in ((by_words, "words"), (by_characters, "spellings")):
        if rank is not None and rank <= FIRST:
            reasons.append(f"a search by {how} finds the post at place {rank}: use other {how}")
    return tuple(reasons)


def approve(
    result: GateResult,
    *,
    sources: Sequence[str],
    author: str,
    approver: str,
    log: GateLog,
    at: datetime,
    about: str = "",
    evidence_id: str = "",
) -> Quote:
    """Let a paraphrase out that passed the gate, by a second person.

    Raises
    ------
    PermissionRefused
        If it did not pass, or the person who approves is the one who wrote it; both are logged.
    """
    twice = bool(author.strip()) and bool(approver.strip()) and author.strip() != approver.strip()
    record = GateRecord(
        text_hash=quote_hash(result.text),
        kind="paraphrase",
        rule="; ".join(result.reasons) or ("approved" if twice else "needs a second person"),
        passed=result.passed and twice,
        at=at,
        post_keys=tuple(sources),
        author=author,
        approver=approver,
    )
    log.append(record)
    if not result.passed:
        raise PermissionRefused(
            "this paraphrase leads back to its post: " + "; ".join(result.reasons)
        )
    if not twice:
        raise PermissionRefused(
            "a second person must approve a paraphrase; author and approver are one or missing"
        )
    return Quote(kind="paraphrase", text=result.text, about=about, evidence_id=evidence_id)
