"""`vocabulary`: the user's licensed vocabularies and own lists in a study. Nothing heavy is imported before it runs."""

from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, say, there

__all__ = ["vocabulary"]

vocabulary = typer.Typer(
    help="Vocabularies of your own: MedDRA, SNOMED CT, lists; sealed in the study, never exported.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(help="What the study calls it.", show_default=False)]


@vocabulary.command()
def add(
    study: StudyFolder,
    name: Name,
    path: Annotated[Path, typer.Argument(help="Folder or file it is in.", show_default=False)],
    kind: Annotated[str, typer.Option(help="meddra, snomed or list.")] = "list",
    version: Annotated[str, typer.Option(help="Its version, where its files do not tell it.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence you use it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take a vocabulary in; one of the same name is replaced."""
    there(study)
    from bedside.collect.vocabularies import read_vocabulary
    from bedside.store.keys import load_keys
    from bedside.store.study import open_study
    from bedside.store.vocabularies import write_vocabulary

    opened = open_study(study)
    found = read_vocabulary(path, name=name, kind=kind, version=version, licence=licence)
    with opened.locked():
        write_vocabulary(opened, load_keys(opened.config.id).vault, found)
    told = {"name": name, "kind": kind, "version": found.version, "terms": len(found.terms)}
    text = f"{name}: {len(found.terms):,} terms of {kind} {found.version}; read posts with it: bedside run"
    say(told, text, as_json=as_json)


@vocabulary.command(name="list")
def list_(study: StudyFolder, as_json: AsJson = False) -> None:
    """Show the vocabularies of a study."""
    there(study)
    from bedside.store.keys import load_keys
    from bedside.store.study import open_study
    from bedside.store.vocabularies import read_vocabularies

    opened = open_study(study)
    found = read_vocabularies(opened, load_keys(opened.config.id).vault)
    told = [
        {
            "name": v.name,
            "kind": v.kind,
            "version": v.version,
            "licence": v.licence,
            "terms": len(v.terms),
        }
        for v in found
    ]
    lines = [
        f"{v.name}: {v.kind} {v.version}, {len(v.terms):,} terms, licence: {v.licence}"
        for v in found
    ]
    say(told, "\n".join(lines) or "no vocabulary of your own in this study", as_json=as_json)


@vocabulary.command()
def drop(study: StudyFolder, name: Name, as_json: AsJson = False) -> None:
    """Take a vocabulary out of the study; the next run reads without it."""
    there(study)
    from bedside.store.study import open_study
    from bedside.store.vocabularies import drop_vocabulary

    opened = open_study(study)
    with opened.locked():
        drop_vocabulary(opened, name)
    say(
        {"dropped": name},
        f"{name} is gone from this study; read anew with: bedside run",
        as_json=as_json,
    )
