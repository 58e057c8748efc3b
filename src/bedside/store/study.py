"""The study: a folder with `study.toml` and everything derived from it."""

import fcntl
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.errors import InputError, NotFoundError, StaleError, suggest
from bedside.model.sources import Source
from bedside.store.config import StudyConfig
from bedside.store.files import storage_errors, write_text
from bedside.store.keys import create_keys
from bedside.store.toml import explain, read_toml, toml_text

__all__ = ["Study", "create_study", "open_study", "register_source", "write_source"]


class Study:
    """An opened study: its folder, configuration and source register."""

    def __init__(self, folder: Path, config: StudyConfig, sources: dict[str, Source]) -> None:
        self.folder = folder
        self.config = config
        self.sources = sources

    @property
    def pages(self) -> Path:
        """Derived pages (Parquet), keys and masked text only."""
        return self.folder / "pages"

    @property
    def vault(self) -> Path:
        """Collected pages, encrypted."""
        return self.folder / "vault"

    @property
    def spill(self) -> Path:
        """Temporary files of engines; emptied at each start and end."""
        return self.folder / "tmp"

    def source(self, name: str) -> Source:
        """One source of the register.

        Raises
        ------
        NotFoundError
            If it is not registered.
        """
        if name not in self.sources:
            raise NotFoundError(
                f"no source '{name}' in the register of this study; {suggest(name, list(self.sources))}"
            )
        return self.sources[name]

    @property
    def busy(self) -> bool:
        """Whether another bedside is writing to this study now."""
        try:
            with (self.folder / ".lock").open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the study for writing; a second writer is told so.

        Raises
        ------
        StaleError
            If another bedside is writing to this study.
        """
        with storage_errors("the study's lock"):
            lock = (self.folder / ".lock").open("w")
        with lock as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StaleError(
                    f"another bedside is working on {self.folder.name}; wait for it or stop it, then go on"
                ) from error
            yield


def create_study(folder: Path, *, title: str, **settings: Any) -> Study:
    """Make a study folder with `study.toml`, and its key in the user's configuration folder.

    Parameters
    ----------
    folder : Path
        Must not hold a study yet.
    title : str
    **settings
        Further keys of `StudyConfig`.

    Raises
    ------
    InputError
        If there is a study already, or a setting has no meaning.
    """
    path = folder / "study.toml"
    if path.exists():
        raise InputError(f"{folder} already holds a study; open it, or choose another folder")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "study"
    values = {"id": f"{slug}-{secrets.token_hex(4)}", "title": title, **settings}
    try:
        config = msgspec.convert(msgspec.to_builtins(values), StudyConfig)
    except msgspec.ValidationError as error:
        raise InputError(f"study: {explain(str(error), values, StudyConfig)}") from error
    folder.mkdir(parents=True, exist_ok=True)
    create_keys(config.id)
    write_text(path, toml_text(msgspec.to_builtins(config)))
    return Study(folder, config, {})


def open_study(folder: Path) -> Study:
    """Open a study folder.

    Raises
    ------
    NotFoundError
        If there is no `study.toml`.
    InputError
        If it or the register cannot be read.
    """
    path = folder / "study.toml"
    if not path.exists():
        raise NotFoundError(
            f"no study at {folder} (no study.toml); make one with: bedside new {quote(str(folder))}"
        )
    config = read_toml(path, StudyConfig)
    sources = {p.stem: _read_source(p) for p in sorted((folder / "sources").glob("*.toml"))}
    return Study(folder, config, sources)


def _read_source(path: Path) -> Source:
    """An entry of the register, as it may have been edited by hand."""
    source = read_toml(path, Source)
    if source.name != path.stem:
        raise InputError(
            f'{path.name} says name = "{source.name}"; the name and the file\'s name must be the same'
        )
    _check_source(source)
    return source


def _check_source(source: Source) -> None:
    """Refuse answers that have no meaning."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", source.name):
        raise InputError(
            f"source name '{source.name}' must be letters, digits, - and _, at most 64"
        )
    if not source.access_basis:
        raise InputError("a source needs access_basis: how did these posts come here?")
    for name, days in (
        ("retention_days", source.retention_days),
        ("recheck_days", source.recheck_days),
    ):
        if days < 0:
            raise InputError(
                f"source '{source.name}': {name} is {days}; give the days after collection, "
                "or 0 where no limit is stated"
            )


def register_source(study: Study, source: Source) -> Source:
    """Write a source into the register; the same entry again is no change.

    Raises
    ------
    InputError
        If the name is unfit for a file, an answer is missing, or the name is registered with other answers.
    """
    _check_source(source)
    known = study.sources.get(source.name)
    if known is not None and known != source:
        raise InputError(
            f"source '{source.name}' is registered with other answers; edit sources/{source.name}.toml to "
            "change them, or choose another name"
        )
    write_source(study, source)
    study.sources[source.name] = source
    return source


def write_source(study: Study, source: Source) -> None:
    """Write an entry of the register as it is now."""
    path = study.folder / "sources" / f"{source.name}.toml"
    write_text(path, toml_text(msgspec.to_builtins(source)))
