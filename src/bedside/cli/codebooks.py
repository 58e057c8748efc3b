"""`codebook`: shown, checked, compared with earlier versions; decisions that are out of date."""

from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.cli.opened import opened
from bedside.codebook import Code, Codebook, Layer, differences, load_codebook
from bedside.codebook.reading import BUILT_IN
from bedside.errors import InputError
from bedside.judge.decisions import WHOLE, has_log, open_log
from bedside.judge.versions import keep_version, kept_versions, outdated, read_version
from bedside.measure.bound import study_codebook
from bedside.store.files import write_text
from bedside.store.study import open_study

__all__ = ["check_text", "copy_layer", "diff_text", "outdated_text", "show_text"]

Told = tuple[Any, str]


def show_text(folder: Path, what: str) -> Told:
    """All layers in a line each, one layer with its codes, or one code whole."""
    book = study_codebook(open_study(folder))
    layer, _, code = what.partition("/")
    if not layer:
        lines = [f"version {book.version}"]
        lines += [f"  {a.layer:20} {len(a.names()):>3} codes  {a.question}" for a in book]
        told = {"version": book.version, "layers": {a.layer: list(a.names()) for a in book}}
        return told, "\n".join(lines)
    about = book.layer(layer)
    if code:
        found = about.find(code)
        return msgspec.to_builtins(found), "\n".join(_code_lines(found))
    lines = [f"{about.layer}: {about.question}", f"  said of: {about.about}; {_how_many(about)}"]
    return msgspec.to_builtins(about), "\n".join([*lines, *(_in_a_line(c) for c in about.code)])


def _how_many(layer: Layer) -> str:
    return "several codes may apply" if layer.several else "one code or none applies"


def _in_a_line(code: Code) -> str:
    return f"  {code.name}: {code.definition}"


def _code_lines(code: Code) -> list[str]:
    parts = {
        "counts": code.counts,
        "does not count": code.not_,
        "examples": code.examples,
        "counter-examples": code.counter_examples,
        "seeds": code.seeds,
    }
    return [_in_a_line(code).strip(), *(f"  {n}: {'; '.join(v)}" for n, v in parts.items() if v)]


def copy_layer(folder: Path, layer: str) -> Told:
    """Copy a built-in layer into the study.

    Raises
    ------
    InputError
        If the study has a file of that layer.
    """
    study = open_study(folder)
    load_codebook().layer(layer)
    keep_version(study, study_codebook(study))
    path = study.folder / "codebook" / f"{layer}.toml"
    if path.exists():
        raise InputError(f"{path} is there already; edit it, it counts at the next command")
    write_text(path, (BUILT_IN / f"{layer}.toml").read_text(encoding="utf-8"))
    return {"file": str(path)}, f"{path}: edit it, it counts at the next command"


def check_text(folder: Path) -> Told:
    """Read the codebook, keep its version, and say what coders might stumble over.

    Raises
    ------
    InputError
        If a file cannot be read as a layer: a code twice, a misspelt key, a missing definition.
    """
    study = open_study(folder)
    book = study_codebook(study)
    keep_version(study, book)
    own = sorted(path.stem for path in (study.folder / "codebook").glob("*.toml"))
    hints = [hint for name in own for hint in _hints(book.layer(name))]
    told = {"version": book.version, "own": own, "hints": hints}
    changed = f"{len(own)} of its own ({', '.join(own)})" if own else "all as they ship"
    return told, "\n".join(
        [f"version {book.version}: {len(book.layers)} layers, {changed}; nothing is wrong", *hints]
    )


def _hints(layer: Layer) -> list[str]:
    found = []
    for code in layer.code:
        lacking = [n for n, v in (("not", code.not_), ("examples", code.examples)) if not v]
        if lacking:
            found.append(
                f"  {layer.layer}/{code.name} has no {' and no '.join(lacking)}: coders will differ there"
            )
    return found


def _version(folder: Path, name: str, book: Codebook) -> Codebook:
    if name == "built-in":
        return load_codebook()
    return book if name in ("", book.version) else read_version(open_study(folder), name)


def diff_text(folder: Path, old: str, new: str) -> Told:
    """Compare two versions; by default the one in use before with the codebook as it stands.

    Raises
    ------
    NotFoundError
        If a version was never in use.
    """
    study = open_study(folder)
    book = study_codebook(study)
    earlier = [version for version in kept_versions(study) if version != book.version]
    chosen = old or (earlier[-1] if earlier else "built-in")
    one, other = _version(folder, chosen, book), _version(folder, new, book)
    found = differences(one, other)
    head = f"{one.version} ({chosen}) to {other.version}: {len(found)} differences"
    told = {"old": one.version, "new": other.version, "differences": msgspec.to_builtins(found)}
    return told, "\n".join([head, *(f"  {d.words()}" for d in found)])


WHY = {
    "definition": "the definition has changed",
    "text": "the text was edited",
    "gone": "the post is no longer in the corpus",
    "code": "the codebook has no such code now",
}


def outdated_text(folder: Path) -> Told:
    """List what no longer holds, by code and reason."""
    study = open_study(folder)
    if not has_log(study):
        return {"outdated": []}, "nobody has judged yet"
    with opened(folder) as at, open_log(study) as log:
        found = outdated(log.read(), at.book, at.ask)
    lines = [
        f"  {one.layer}/{'the whole layer' if one.code == WHOLE else one.code}: {one.decisions:,} decisions about "
        f"{len(one.subjects):,} posts, {WHY[one.why]}"
        for one in found
    ]
    total = sum(one.decisions for one in found)
    again = (
        f"judge them again with: bedside judge {quote(str(folder))} --coder NAME" if found else ""
    )
    text = "\n".join([f"{total:,} decisions are out of date", *lines, *([again] if again else [])])
    return {"outdated": msgspec.to_builtins(found)}, text
