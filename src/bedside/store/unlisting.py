"""Taking the erased out of what people wrote into the study themselves: lists of live sources, corrections of masks."""

from collections.abc import Collection
from typing import Any

import msgspec

from bedside.store.corrections import read_corrections, write_corrections
from bedside.store.keys import StudyKeys
from bedside.store.study import Study, write_source

__all__ = ["uncorrect", "unlist"]


def unlist(study: Study, names: Collection[str]) -> None:
    """Take names out of the lists of accounts and posts that live sources are read from."""
    meant = {_bare(name) for name in names}
    for source in list(study.sources.values()):
        live = {key: _without(value, meant) for key, value in source.live.items()}
        if live != source.live:
            study.sources[source.name] = msgspec.structs.replace(source, live=live)
            write_source(study, study.sources[source.name])


def uncorrect(study: Study, keys: StudyKeys, names: Collection[str]) -> None:
    """Take names out of what is always masked: there is nothing left that says them."""
    gone = {name.lower() for name in names}
    old = read_corrections(study, keys.vault)
    left = tuple(word for word in old.always if word not in gone)
    if left != old.always:
        write_corrections(study, keys.vault, msgspec.structs.replace(old, always=left))


def _without(value: Any, meant: Collection[str]) -> Any:
    """A setting without the names meant, whether it is a list or a text with commas."""
    if isinstance(value, list):
        return [item for item in value if _bare(str(item)) not in meant]
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",")]
        left = [part for part in parts if _bare(part) not in meant]
        return value if left == parts else ",".join(left)
    return value


def _bare(name: str) -> str:
    return name.strip().removeprefix("@").casefold()
