"""The stage `understand`: a batch of posts in, marks and coverage out."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from bedside.errors import InputError, suggest
from bedside.model.marks import UNDERSTOOD
from bedside.store.stages import Stage
from bedside.store.vocabularies import vocabulary_path
from bedside.understand.doc import Doc, Post, make_docs, post_parts
from bedside.understand.learnt.study import study_makers
from bedside.understand.lexicon import load_scanner
from bedside.understand.makers.vocabularies import vocabulary_makers
from bedside.understand.marks import Maker, Proposal, load_makers
from bedside.understand.table import Made, Subject, understood_batch
from bedside.understand.text import Canonical

__all__ = ["MOST_CHARACTERS", "VERSION", "understand_batch", "understand_stage"]

VERSION = "2"
MOST_CHARACTERS = 100_000  # a three-hour transcript; longer texts are refused, not cut
CHUNK = 1024  # posts scanned together; more live at once and the garbage collector walks them all
_SETTINGS = (
    "languages", "codes", "conditions", "products", "claims", "makers", "learnt", "vocabularies", "study_id",
)  # fmt: skip
_COLUMNS = (
    "post_key", "text_key", "title", "body", "segments", "lang", "text_state", "kind", "parent_ref",
    "account_key", "author_bio", "role_declared", "account_kind", "thread_title", "parent_body",
)  # fmt: skip

_log = logging.getLogger(__name__)


def understand_stage(settings: Mapping[str, Any]) -> Stage:
    """Stage that proposes marks for every post.

    Parameters
    ----------
    settings : mapping
        `languages` (list of BCP-47 primary subtags), `codes` ({layer: {code: code_hash}}), `conditions` and
        `products` (words the study adds to the dictionaries), `claims` (the study's claims, packed; empty: the
        starter set), `makers` (names or import strings; None: all), `learnt` (of the study's own classifiers:
        {layer: version}; their folders are the stage's files `learnt/LAYER`), `vocabularies` (of the user's own:
        {name: key}; the stage's files `vocabularies/NAME`) and `study_id`, whose key opens them.

    Returns
    -------
    Stage

    Raises
    ------
    InputError
        If a setting or a maker is unknown.
    """
    _check(settings)
    makers = load_makers(_names(settings))
    told = {name: settings[name] for name in _SETTINGS if name in settings}
    told["maker_versions"] = {maker.name: maker.version for maker in makers}
    return Stage(
        name="understand",
        version=VERSION,
        kernel="bedside.understand.stage:understand_batch",
        schema=UNDERSTOOD,
        settings=told,
        files={f"learnt/{layer}": f"learnt/{layer}" for layer in settings.get("learnt") or {}}
        | {
            f"vocabularies/{name}": vocabulary_path(name)
            for name in settings.get("vocabularies") or {}
        },
    )


def understand_batch(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """Marks and coverage of a batch of posts.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Columns of `bedside.model.posts.POSTS` (at least post_key, text_key, body, text_state), and where the
        engine joined them `thread_title` and `parent_body`.
    settings : mapping
        As `understand_stage` takes them.

    Returns
    -------
    pyarrow.RecordBatch
        Schema UNDERSTOOD, rows in post order.

    Notes
    -----
    A post whose language is null (too short to tell) is read: the patterns of another language hardly ever fire
    on it, and "same here" is worth reading. A maker that raises loses its marks of that post and nothing else;
    the coverage then says `failed`.
    """
    _check(settings)
    makers: tuple[Maker, ...] = (
        *load_makers(_names(settings)),
        *study_makers(settings),
        *vocabulary_makers(settings),
    )
    scanner = load_scanner(
        tuple(settings.get("conditions") or ()),
        tuple(settings.get("products") or ()),
        settings.get("claims") or "",
    )
    rows = _rows(batch)
    languages = frozenset(settings.get("languages") or ("en",))
    states = [_state(row, languages) for row in rows]
    readable = [number for number, state in enumerate(states) if state == "done"]
    spoken = {lang: _speaking(makers, lang) for lang in {row["lang"] for row in rows}}
    canons: dict[int, Canonical] = {}
    made: list[Made] = []
    failed: set[tuple[int, int]] = set()
    for first in range(0, len(readable), CHUNK):
        numbers = readable[first : first + CHUNK]
        docs = make_docs([_post(rows[n]) for n in numbers], scanner)
        for number, doc in zip(numbers, docs, strict=True):
            canons[number] = doc.canon
            for which in spoken[rows[number]["lang"]]:
                proposals = _proposed(makers[which], doc)
                if proposals:
                    made += [Made(number, makers[which], proposal) for proposal in proposals]
                elif proposals is None:
                    failed.add((number, which))
    _report(makers, failed, len(readable))
    return understood_batch(
        [Subject(row["post_key"], row["text_key"]) for row in rows],
        canons,
        made,
        _coverage(makers, [spoken[row["lang"]] for row in rows], states, failed),
        codes=settings.get("codes") or {},
    )


def _check(settings: Mapping[str, Any]) -> None:
    for name in settings:
        if name not in (*_SETTINGS, "maker_versions", "files"):
            raise InputError(f"understand has no setting '{name}'; {suggest(name, _SETTINGS)}")


def _names(settings: Mapping[str, Any]) -> tuple[str, ...] | None:
    names = settings.get("makers")
    return None if names is None else tuple(names)


def _rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    known = [name for name in _COLUMNS if name in batch.schema.names]
    for name in ("post_key", "text_key", "body", "text_state"):
        if name not in known:
            raise InputError(f"column '{name}' not found; understand needs the columns of POSTS")
    columns = {name: batch.column(name).to_pylist() for name in known}
    absent = dict.fromkeys(name for name in _COLUMNS if name not in columns)
    return [
        {**absent, **dict(zip(known, values, strict=True))}
        for values in zip(*columns.values(), strict=True)
    ]


def _state(row: dict[str, Any], languages: frozenset[str]) -> str:
    if row["text_state"] != "kept":
        return "refused_permission"
    if row["lang"] and row["lang"].split("-")[0] not in languages:
        return "refused_language"
    if sum(len(text) for _, text in post_parts(row)) > MOST_CHARACTERS:
        return "refused_length"
    return "done"


def _speaking(makers: Sequence[Maker], lang: str | None) -> tuple[int, ...]:
    """Numbers of the makers that read a language; of all where it is unknown."""
    return tuple(
        which
        for which, maker in enumerate(makers)
        if not lang or lang.split("-")[0] in maker.languages
    )


def _post(row: dict[str, Any]) -> Post:
    return Post(
        parts=post_parts(row),
        kind=row["kind"] or "post",
        is_reply=row["parent_ref"] is not None,
        bio=row["author_bio"] or "",
        role_declared=row["role_declared"] or "",
        account_kind=row["account_kind"] or "",
        thread_title=row["thread_title"] or "",
        parent_body=row["parent_body"] or "",
        voice=row["account_key"] or row["post_key"],
    )


def _proposed(maker: Maker, doc: Doc) -> list[Proposal] | None:
    """A maker's proposals for one post; None when it raised."""
    try:
        return list(maker.propose(doc))
    except Exception:  # a maker may be a plug-in, and its message may hold text: neither is kept
        return None


def _report(makers: Sequence[Maker], failed: set[tuple[int, int]], posts: int) -> None:
    for which, maker in enumerate(makers):
        count = sum(1 for _, number in failed if number == which)
        if count:
            _log.warning("maker %s failed on %d of %d posts", maker.name, count, posts)


def _coverage(
    makers: Sequence[Maker],
    spoken: Sequence[tuple[int, ...]],
    states: Sequence[str],
    failed: set[tuple[int, int]],
) -> list[tuple[Maker, pa.Array]]:
    """State of each post for each maker; `spoken` names the makers that read a post's language."""
    covered = []
    for which, maker in enumerate(makers):
        of_maker = [
            state if state != "done" or which in reading else "refused_language"
            for state, reading in zip(states, spoken, strict=True)
        ]
        for number, number_of in failed:
            if number_of == which:
                of_maker[number] = "failed"
        covered.append((maker, pa.array(of_maker, pa.string())))
    return covered
