"""Setting one value in study.toml without touching what else a person wrote there."""

import re
import tomllib

import msgspec

from bedside.errors import InputError
from bedside.store.config import StudyConfig
from bedside.store.files import write_text
from bedside.store.query import parse_query
from bedside.store.study import Study
from bedside.store.toml import read_toml

__all__ = ["set_query"]

TOP_LINE = r"(?m)\A((?:(?!\[).*\n)*?)query[ \t]*=.*$"  # before the first table


def set_query(study: Study, text: str) -> None:
    """Write a new query into study.toml, and nothing else; it counts from the next run on.

    Raises
    ------
    QueryError
        If it cannot be read.
    InputError
        If the line cannot be found in the file.
    """
    if text.strip():
        parse_query(text)
    path = study.folder / "study.toml"
    before = path.read_text(encoding="utf-8")
    line = f"query = {msgspec.json.encode(text).decode()}"
    after, n = re.subn(TOP_LINE, lambda found: found[1] + line, before, count=1)
    if not n:
        after = f"{line}\n{before}"
    old = tomllib.loads(before)
    try:
        same = tomllib.loads(after) == old | {"query": text}
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise InputError(
            "the query in study.toml is written over several lines; edit it there by hand"
        )
    write_text(path, after)
    study.config = read_toml(path, StudyConfig)
