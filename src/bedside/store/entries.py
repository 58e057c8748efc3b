"""A list that people keep in a study, in a TOML file that they may read and mend: actions, interventions."""

import tomllib
from collections.abc import Callable, Sequence
from types import GenericAlias
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from bedside.errors import InputError, NotFoundError, suggest
from bedside.store.files import write_text
from bedside.store.study import Study

__all__ = ["Entries"]


class _Entry(Protocol):
    @property
    def id(self) -> str: ...


E = TypeVar("E", bound=_Entry)


class Entries(Generic[E]):
    """One kind of list; every change is written at once to a study that is locked.

    Parameters
    ----------
    kind : type
        Record of an entry, with an `id` such as a1: a letter and its number, never given twice.
    name : str
        What an entry is called; the file is `<name>s.toml` and each entry stands under `[[<name>]]`.
    head : str
        Comment at the head of the file.
    shape : str
        What an entry has, said to somebody who mends the file.
    write : callable
        One entry as TOML, below its `[[<name>]]`.
    """

    def __init__(
        self, kind: type[E], name: str, *, head: str, shape: str, write: Callable[[E], str]
    ) -> None:
        self.file = f"{name}s.toml"
        self._name, self._head, self._shape, self._write = name, head, shape, write
        entries: Any = GenericAlias(list, kind)
        self._kept: Any = msgspec.defstruct(
            f"Kept{kind.__name__}", [(name, entries, [])], forbid_unknown_fields=True
        )

    def read(self, study: Study) -> list[E]:
        """The entries in order; none where there is no file.

        Raises
        ------
        InputError
            If the file was damaged by hand: what is wrong, and where.
        """
        try:
            text = (study.folder / self.file).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        try:
            found: list[E] = getattr(msgspec.convert(tomllib.loads(text), self._kept), self._name)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise InputError(
                f"{self.file} cannot be read: {error}; mend it by hand, an {self._name} has {self._shape}"
            ) from error
        if len({entry.id for entry in found}) < len(found):
            raise InputError(f"{self.file}: two {self._name}s have one id; give each its own")
        return found

    def next_id(self, study: Study) -> str:
        """The id of the next entry."""
        letter = self._name[0]
        taken = (entry.id.removeprefix(letter) for entry in self.read(study))
        return f"{letter}{max((int(n) for n in taken if n.isdigit()), default=0) + 1}"

    def add(self, study: Study, entry: E) -> E:
        """Put an entry at the end."""
        self._put(study, [*self.read(study), entry])
        return entry

    def change(self, study: Study, name: str, how: Callable[[E], E]) -> E:
        """Put another entry in the place of one.

        Raises
        ------
        NotFoundError
            If no entry has this id.
        """
        entries = self.read(study)
        places = {entry.id: at for at, entry in enumerate(entries)}
        if name not in places:
            raise NotFoundError(
                f"no {self._name} '{name}' in this study; {suggest(name, list(places))}"
            )
        changed = entries[places[name]] = how(entries[places[name]])
        self._put(study, entries)
        return changed

    def _put(self, study: Study, entries: Sequence[E]) -> None:
        parts = [f"\n[[{self._name}]]\n{self._write(entry)}" for entry in entries]
        write_text(study.folder / self.file, "".join([self._head, *parts]))
