"""Kinds of records, made known before threads read them.

msgspec learns what a record looks like when it first reads one, and two threads that make it learn the same kind at once
bring the interpreter down (seen with 0.22). So whoever is about to start threads makes it learn all kinds that are loaded.
"""

from collections.abc import Iterator

import msgspec

__all__ = ["know_kinds"]

_known: set[type[msgspec.Struct]] = set()


def know_kinds() -> int:
    """Let msgspec learn every kind of record that is loaded and that it does not know yet; gives how many were new.

    Notes
    -----
    Call it in one thread, before others begin.
    """
    fresh = [kind for kind in _kinds(msgspec.Struct) if kind not in _known]
    for kind in fresh:
        try:
            msgspec.json.Decoder(kind)
        except (TypeError, NameError):  # a kind that is never read, only written
            continue
        finally:
            _known.add(kind)
    return len(fresh)


def _kinds(of: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)
