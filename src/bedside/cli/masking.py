"""`masks`: what was masked and what may have been missed, for a named person; and corrections that the study keeps."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.compute as pc

from bedside.errors import InputError
from bedside.store.corrections import Corrections, read_corrections, write_corrections
from bedside.store.imports import collected_pages
from bedside.store.keys import StudyKeys, load_keys
from bedside.store.looks import Look, note_look
from bedside.store.study import Study, open_study
from bedside.unify.clean import clean
from bedside.unify.mask import FILL, mask_places, mask_text
from bedside.unify.names import known_names
from bedside.unify.words import read_words

__all__ = ["Preview", "correct", "preview", "preview_lines"]

COLUMNS = ("title", "body", "author_handle", "author_name", "mentions", "text_state")
CAPITAL = re.compile(
    r"(?<![.!?…▇\"'(] )(?<!^)(?<=[a-z,] )[A-Z][a-z]{2,}\b"
)  # not where a sentence begins
MOST_POSTS = 20_000


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What masking did to the first posts of a study, as a person with the raw role may see it.

    Attributes
    ----------
    posts : int
        Posts looked at.
    masked : dict of kind to list of (words, posts)
        What was masked, the commonest first.
    left : list of (word, posts)
        Capitalised words inside sentences that are neither masked nor known: names may be among them.
    """

    posts: int
    masked: dict[str, list[tuple[str, int]]]
    left: list[tuple[str, int]]


def correct(
    folder: Path,
    *,
    always: Sequence[str] = (),
    never: Sequence[str] = (),
    forget: Sequence[str] = (),
) -> Corrections:
    """Add to what is always masked and to what never is, or take back.

    Parameters
    ----------
    folder : Path
        The study.
    always, never : sequence of str
        Words or phrases, in any case. The last word on a phrase counts.
    forget : sequence of str
        Corrections to take back.

    Returns
    -------
    Corrections
        As they are now; `bedside run` masks anew.

    Raises
    ------
    InputError
        If a word is shorter than two letters, or in both lists.
    """
    study = open_study(folder)
    keys = load_keys(study.config.id)
    plus, minus, gone = (_folded(words) for words in (always, never, forget))
    if both := plus & minus:
        raise InputError(f"{len(both)} words are to be masked both always and never; choose one")
    with study.locked():
        old = read_corrections(study, keys.vault)
        new = Corrections(
            always=tuple(sorted((set(old.always) | plus) - minus - gone)),
            never=tuple(sorted((set(old.never) | minus) - plus - gone)),
        )
        write_corrections(study, keys.vault, new)
    return new


def _folded(words: Sequence[str]) -> set[str]:
    folded = {" ".join(word.lower().split()) for word in words}
    if short := [word for word in folded if len(word) < 2]:
        raise InputError(
            f"{len(short)} of the words given has less than two letters; masking it would hide too much"
        )
    return folded


def preview(
    folder: Path, *, who: str, now: datetime, posts: int = 2_000, most: int = 40
) -> Preview:
    """Show what masking hides and what it may have missed; the look is written down first.

    Parameters
    ----------
    folder : Path
    who : str
        Who looks; a name.
    now : datetime
    posts : int
        Posts to look at, from the first on.
    most : int
        Entries of each list.

    Raises
    ------
    PermissionRefused
        If nobody is named.
    InputError
        If nothing has been added.
    """
    study = open_study(folder)
    keys = load_keys(study.config.id)
    note_look(study, Look(at=now, who=who, what="masks", posts=min(posts, MOST_POSTS)))
    hidden: dict[str, Counter[str]] = {}
    left: Counter[str] = Counter()
    seen = 0
    for pieces, words in _read(study, keys, min(posts, MOST_POSTS)):
        seen += 1
        for kind, text in pieces:
            hidden.setdefault(kind, Counter())[text] += 1
        left.update(words)
    if not seen:
        raise InputError("no post with text is in this study yet; take files in with: bedside add")
    return Preview(
        posts=seen,
        masked={kind: hidden[kind].most_common(most) for kind in sorted(hidden)},
        left=left.most_common(most),
    )


def _read(
    study: Study, keys: StudyKeys, posts: int
) -> Iterator[tuple[set[tuple[str, str]], set[str]]]:
    """Of each post: what is masked, and the words that may be names."""
    corrections = read_corrections(study, keys.vault)
    done = 0
    for page in collected_pages(study, COLUMNS):
        kept = page.filter(pc.equal(page["text_state"], "kept"))
        for row in kept.slice(0, posts - done).to_pylist():
            yield _masked_in(row, corrections, places=study.config.privacy.mask_places)
            done += 1


def _masked_in(
    row: dict[str, Any], corrections: Corrections, *, places: bool
) -> tuple[set[tuple[str, str]], set[str]]:
    phrases, given = known_names(
        [row["author_handle"], row["author_name"], *(row["mentions"] or ())]
    )
    text = clean("\n".join(part for part in (row["title"], row["body"]) if part))[0]
    masked, masks = mask_text(
        text, ((*phrases, *corrections.always), given), never=corrections.never
    )
    if places:
        masked, more = mask_places(masked, corrections.never)
        masks = [*masks, *more]
    pieces = {(kind, text[start:end]) for start, end, kind in masks}
    return pieces, set(_unknown(masked, corrections.never))


def _unknown(masked: str, never: Iterable[str]) -> Iterator[str]:
    ordinary = read_words("ordinary") | read_words("eponyms") | frozenset(never)
    for hit in CAPITAL.finditer(masked):
        if hit.group().lower() not in ordinary and FILL not in hit.group():
            yield hit.group()


def preview_lines(shown: Preview) -> Iterator[str]:
    """A preview in words."""
    yield f"{shown.posts:,} posts looked at; this look is written down in looks.jsonl."
    for kind, found in shown.masked.items():
        yield f"masked as {kind}: " + ", ".join(f"{text} ({posts})" for text, posts in found)
    yield "left, and perhaps names: " + (
        ", ".join(f"{word} ({posts})" for word, posts in shown.left) or "none"
    )
    yield "correct with: bedside masks STUDY --always NAME --never WORD; then bedside run"
