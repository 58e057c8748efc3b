"""What every verb shares: the study's folder, JSON or words, the clock, and a look whether the study is there."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["AsJson", "Database", "StudyFolder", "now", "say", "there"]

StudyFolder = Annotated[Path, typer.Argument(help="The study's folder.", show_default=False)]
VARIABLE = "BEDSIDE_DATABASE"


def _use(address: str) -> str:
    """Let the rest of this process find its decisions there."""
    if address:
        os.environ[VARIABLE] = address
    return address


Database = Annotated[
    str,
    typer.Option(
        envvar=VARIABLE,
        callback=_use,
        help="Where decisions lie, such as postgresql://host/name; else as study.toml says.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]


def now() -> datetime:
    """The time of this command."""
    return datetime.now(UTC)


def say(value: Any, text: str, *, as_json: bool) -> None:
    """Answer a program or a person."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str) if as_json else text)


def there(folder: Path) -> None:
    """Tell of a study that is not there, or cannot be read, before anything slow is loaded."""
    from bedside.store.study import open_study

    open_study(folder)
