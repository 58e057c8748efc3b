"""`new` and `add` as a person meets them: questions of the register, mappings shown and saved."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.cli.adding import Added, add, input_files, make_source
from bedside.cli.telling import emptied_lines
from bedside.collect.importing import (
    Choice,
    Mapping,
    is_table,
    mapping_from_toml,
    mapping_to_toml,
    propose_mapping,
)
from bedside.errors import FormatError, InputError, NotFoundError
from bedside.model.sources import Source
from bedside.store.files import write_text
from bedside.store.imports import FileRecord
from bedside.store.query import parse_query
from bedside.store.study import Study, create_study, open_study

__all__ = ["add_files", "choose", "make"]

QUESTIONS = {
    "access_basis": (
        "How did these posts come here (own_data, open_licence, platform_terms, consent)?",
        "",
    ),
    "lawful_basis": ("On which legal basis are they processed?", ""),
    "dpia_ref": ("Reference of the data-protection impact assessment?", ""),
    "login_needed": ("Is a login needed to read them (true/false)?", "false"),
    "told_public": ("Are people told that what they write is public (true/false)?", "false"),
    "quotes": ("What may be quoted (none, paraphrase, verbatim)?", "none"),
    "known_bias": ("Who is heard too much or too little there, in a sentence?", ""),
    "one_post_one_person": ("Is each record one person, as in a survey (true/false)?", "false"),
}
SHOWN_FILES = 12
TABLES = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")


def make(folder: Path, *, query: str = "", title: str, **settings: Any) -> str:
    """Make a study; give its folder, and the query as it was read."""
    words = parse_query(query).words() if query.strip() else ""
    study = create_study(folder, title=title, query=query, **settings)
    lines = [f"study made: {study.folder / 'study.toml'}"]
    if words:
        lines.append(f"relevant: {words}")
    lines.append(f"next: bedside add {quote(str(folder))} FILES --source NAME")
    lines.append(
        "before a report can be written: [crisis] in study.toml says who acts on a post of someone in danger, and within how many hours"
    )
    return "\n".join(lines)


def add_files(
    folder: Path,
    paths: Sequence[Path],
    *,
    source: str,
    preset: str | None,
    answers: dict[str, str],
    format_name: str | None,
    mapping: Path | None,
    now: datetime,
    ask: Callable[[str, str], str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[dict[str, Any], str]:
    """Register the source if it is new, choose how tables are read, and take the files in.

    Parameters
    ----------
    ask : callable, optional
        Asks a person (question, default); without it a new source must be answered in full.
    """
    study = open_study(folder)
    entry = _entry(study, source, preset, answers, ask)
    choice = choose(study, entry.name, paths, mapping=mapping, format_name=format_name)
    kept = _mapping_file(study, entry.name)
    try:
        done = add(folder, paths, source=entry, now=now, choice=choice, progress=progress)
    except InputError as error:
        if "mapping" in str(error) and kept.exists() and not isinstance(error, FormatError):
            raise InputError(f"{error}; the mapping of this source is {kept}") from error
        raise
    text = _text(done, kept if kept.exists() else None)
    return _told(done), "\n".join([text, *_nameless(study, entry, done)])


def _entry(
    study: Study,
    name: str,
    preset: str | None,
    answers: dict[str, str],
    ask: Callable[[str, str], str] | None,
) -> Source:
    name = name or (preset or "")
    if not name:
        raise InputError(
            f"name the source: --source NAME; in the register: {', '.join(study.sources) or 'none yet'}"
        )
    known = study.sources.get(name)
    if known is not None and not preset:
        # what differs from the register is refused there
        return make_source(name, None, msgspec.to_builtins(known) | answers)
    missing = {} if preset else {key: q for key, q in QUESTIONS.items() if key not in answers}
    if missing and ask is not None:
        answers = answers | {
            key: ask(question, default) for key, (question, default) in missing.items()
        }
    if not preset and not answers.get("access_basis"):
        wanted = " ".join(f"--set {key}=..." for key in QUESTIONS)
        raise InputError(
            f"source '{name}' is new; the register needs to know at least access_basis (and, before anything is "
            f"released, lawful_basis and dpia_ref): {wanted}, or --preset simulated"
        )
    return make_source(name, preset, answers)


def choose(
    study: Study,
    name: str,
    paths: Sequence[Path],
    *,
    mapping: Path | None = None,
    format_name: str | None = None,
) -> Choice:
    """How the tables of a source are read: as given, as the study keeps it, or as proposed for the first one.

    What is given or proposed is kept in `mappings/NAME.toml` of the study, to be edited there.
    """
    kept = _mapping_file(study, name)
    if mapping is not None:
        chosen = _read_mapping(mapping)
        write_text(kept, mapping_to_toml(chosen))
        return Choice(format=format_name, mapping=chosen)
    if kept.exists():
        return Choice(format=format_name, kept=_read_mapping(kept))
    proposed = _propose(paths) if format_name in (None, "table") else None
    if proposed is not None:
        write_text(kept, mapping_to_toml(proposed))
    return Choice(format=format_name, kept=proposed)


def _mapping_file(study: Study, name: str) -> Path:
    return study.folder / "mappings" / f"{name}.toml"


def _read_mapping(path: Path) -> Mapping:
    if not path.is_file():
        raise NotFoundError(f"no mapping file at {path}")
    try:
        return mapping_from_toml(path.read_text(encoding="utf-8"))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _propose(paths: Sequence[Path]) -> Mapping | None:
    """A mapping for the first file that is read as a table; None if there is none."""
    for _, path in input_files(paths):
        if (len(paths) == 1 and path == paths[0]) or path.suffix.lower() in TABLES:
            try:
                if is_table(path):
                    return propose_mapping(path)
            except InputError:
                continue
    return None


def _told(done: Added) -> dict[str, Any]:
    counts = {key: done.total(key) for key in ("read", "kept", "tombstoned", "rejected", "no_post")}
    return {
        "source": done.source,
        **counts,
        "files": msgspec.to_builtins(done.files),
        "already": list(done.already),
        "rejects_file": done.rejects_file,
        "withdrawn": done.withdrawn,
        "emptied": done.emptied,
    }


def _text(done: Added, mapping: Path | None) -> str:
    lines = [
        f"{done.source}: {done.total('read'):,} records read = {done.total('kept'):,} kept + "
        f"{done.total('tombstoned'):,} deleted at the source + {done.total('rejected'):,} rejected + "
        f"{done.total('no_post'):,} without a post"
    ]
    for file in done.files[:SHOWN_FILES]:
        lines += _file_lines(file)
    if len(done.files) > SHOWN_FILES:
        lines.append(f"  and {len(done.files) - SHOWN_FILES} more files: --json shows all")
    if done.already:
        lines.append(f"  {len(done.already)} files were here already and changed nothing")
    if done.withdrawn:
        lines.append(
            f"  {done.withdrawn} posts taken in earlier were deleted at the source: their text is gone"
        )
    if mapping is not None and any("table" in file.format for file in done.files):
        lines.append(
            f"  to read tables otherwise: edit {mapping} (or give --mapping FILE) and add the same file again"
        )
    lines += [f"  {line}" for line in emptied_lines(done.emptied)]
    if done.rejects_file:
        lines.append(f"  why and where records were rejected: {done.rejects_file} in the study")
    return "\n".join(lines)


def _nameless(study: Study, source: Source, done: Added) -> list[str]:
    """Say what to do where no record names its author: without accounts nearly every figure stays empty."""
    kept = done.total("kept")
    if source.one_post_one_person or not kept:
        return []
    if sum(file.details.get("no_author", 0) for file in done.files) < kept:
        return []
    register = study.folder / "sources" / f"{source.name}.toml"
    return [
        "  no record names its author, so no account can be counted. If each record is one person's, as in a survey or "
        f"a comments file, set one_post_one_person = true in {register}; else map a column to author_id"
    ]


def _file_lines(file: FileRecord) -> list[str]:
    """What became of one file, with the first reasons."""
    what = [f"{times} {name}" for name, times in file.details.get("no_post", {}).items()]
    left = f"; without a post: {', '.join(what)}" if what else ""
    told = [f"    rejected: {reason}" for reason in file.details.get("rejects", [])]
    notes = [f"    {note}" for note in file.details.get("notes", [])]
    return [
        f"  {file.file} ({file.format}): {file.kept:,} of {file.read:,} kept{left}",
        *told,
        *notes,
    ]
