"""Versions of a study's codebook that were in use, and decisions made under what has changed since."""

from collections.abc import Iterable

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.codebook import Codebook, layer_hash
from bedside.errors import NotFoundError, StorageError, suggest
from bedside.judge.decisions import WHOLE, latest_of_each
from bedside.judge.relevance import LAYER as RELEVANCE
from bedside.store.files import replace_file
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study

__all__ = ["Outdated", "keep_version", "kept_versions", "outdated", "read_version"]

FOLDER = "codebook-versions"
THERE = Aggregate(
    name="judge.there",
    needs=("corpus",),
    sql="""
SELECT post_key AS key, text_key FROM corpus WHERE post_key IN (SELECT unnest($keys))
UNION ALL
SELECT DISTINCT account_key AS key, NULL AS text_key FROM corpus WHERE account_key IN (SELECT unnest($keys))
ORDER BY key
""",
)
"""Those of some keys that are posts of the corpus, with their text, or accounts."""


def keep_version(study: Study, book: Codebook) -> None:
    """Keep the codebook as it stands, once a version, so that a later one can be compared with it."""
    path = study.folder / FOLDER / f"{book.version}.json"
    if not path.exists():
        data = msgspec.json.format(msgspec.json.encode(book), indent=1)
        replace_file(path, lambda file: file.write(data))


def kept_versions(study: Study) -> list[str]:
    """Versions that were in use, the oldest first."""
    paths = (study.folder / FOLDER).glob("*.json")
    return [
        path.stem for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))
    ]


def read_version(study: Study, version: str) -> Codebook:
    """A version that was in use.

    Raises
    ------
    NotFoundError
        If it was not.
    """
    path = study.folder / FOLDER / f"{version}.json"
    if not path.exists():
        known = kept_versions(study)
        hint = (
            suggest(version, known) if known else "none is kept yet: one is when a sample is drawn"
        )
        raise NotFoundError(f"no version '{version}' of this study's codebook; {hint}")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Codebook)
    except msgspec.DecodeError as error:
        raise StorageError(
            f"{FOLDER}/{path.name} is damaged; bring it back from a copy of the study"
        ) from error


class Outdated(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions on one code that no longer hold.

    Attributes
    ----------
    why : str
        `definition` changed, `text` edited, `gone` (the post left the corpus) or `code` no longer in the codebook.
    decisions, subjects : int
    coders : tuple of str
    """

    layer: str
    code: str
    why: str
    decisions: int
    subjects: tuple[str, ...]
    coders: tuple[str, ...]


def outdated(judgements: pa.Table, book: Codebook, ask: Ask) -> list[Outdated]:
    """Decisions made under another definition, or about a text that has changed, by code.

    Parameters
    ----------
    judgements : pyarrow.Table
        JUDGEMENTS, oldest first.
    book : Codebook
        As it stands; an edit of seeds, examples or other codes makes nothing out of date.
    ask : Ask

    Returns
    -------
    list of Outdated
        Sorted by layer and code. What a coder has decided anew since is not in it.
    """
    meant = {(a.layer, code): h for a in book for code, h in book.hashes()[a.layer].items()}
    meant |= {(a.layer, WHOLE): layer_hash(a) for a in book}
    last = latest_of_each(judgements, ("subject_key", "layer", "code", "coder", "kind"))
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    last = last.filter(pc.not_equal(last["layer"], RELEVANCE))  # no layer of the codebook
    rows = last.filter(pc.not_equal(last["decision"], "withdrawn")).to_pylist()
    keys = sorted({row["subject_key"].partition(":")[0] for row in rows})
    there = {row["key"]: row["text_key"] for row in ask(THERE, {"keys": keys}).to_pylist()}
    for row in rows:
        code = (row["layer"], row["code"])
        post = row["subject_key"].partition(":")[0]
        why = (
            "code" if code not in meant
            else "gone" if post not in there
            else "text" if row["text_key"] and there[post] != row["text_key"]
            else "definition" if row["code_hash"] != meant[code]
            else ""
        )  # fmt: skip
        if why and not (row["code"] == WHOLE and why == "definition"):
            found.setdefault((*code, why), []).append((row["subject_key"], row["coder"]))
    return list(_listed(found))


def _listed(
    found: dict[tuple[str, str, str], list[tuple[str, str]]],
) -> Iterable[Outdated]:
    for (layer, code, why), rows in sorted(found.items()):
        yield Outdated(
            layer=layer,
            code=code,
            why=why,
            decisions=len(rows),
            subjects=tuple(sorted({subject for subject, _ in rows})),
            coders=tuple(sorted({coder for _, coder in rows})),
        )
