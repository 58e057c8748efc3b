"""`new` and `add` as a person meets them: questions of the register, mappings shown and saved."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bedside.cli.adding import Added, add, make_source
from bedside.cli.telling import emptied_lines
from bedside.collect.importing import (
    Choice,
    Mapping,
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

__all__ = ["add_files", "make"]

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
    "one_post_one_person": ("Is each record one person, as in a survey (true/false)?", "false"),
}
SHOWN_FILES = 12


def make(folder: Path, *, query: str = "", title: str, **settings: Any) -> str:
    """Make a study; give its folder, and the query as it was read."""
    words = parse_query(query).words() if query.strip() else ""
    study = create_study(folder, title=title, query=query, **settings)
    lines = [f"study made: {study.folder / 'study.toml'}"]
    if words:
        lines.append(f"relevant: {words}")
    lines.append(f"next: bedside add {folder} FILES --source NAME")
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
    choice = Choice(format=format_name, mapping=_mapping(study, entry.name, mapping, paths))
    done = add(folder, paths, source=entry, now=now, choice=choice, progress=progress)
    return _told(done), _text(done)


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
    if name in study.sources and not preset and not answers:
        return study.sources[name]
    missing = {} if preset else {key: q for key, q in QUESTIONS.items() if key not in answers}
    if missing and ask is not None and name not in study.sources:
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


def _mapping(study: Study, name: str, given: Path | None, paths: Sequence[Path]) -> Mapping | None:
    """The mapping given, else the one the study keeps for this source, else one proposed for a lone table."""
    kept = study.folder / "mappings" / f"{name}.toml"
    if given is not None:
        if not given.exists():
            raise NotFoundError(f"no mapping file at {given}")
        chosen = mapping_from_toml(given.read_text(encoding="utf-8"))
    elif kept.exists():
        return mapping_from_toml(kept.read_text(encoding="utf-8"))
    elif len(paths) == 1 and paths[0].suffix.lower() in (".csv", ".tsv", ".xlsx", ".parquet"):
        try:
            chosen = propose_mapping(paths[0])
        except (FormatError, InputError):
            return None
    else:
        return None
    write_text(kept, mapping_to_toml(chosen))
    return chosen


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


def _text(done: Added) -> str:
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
    lines += [f"  {line}" for line in emptied_lines(done.emptied)]
    if done.rejects_file:
        lines.append(f"  why and where records were rejected: {done.rejects_file} in the study")
    return "\n".join(lines)


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
