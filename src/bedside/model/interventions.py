"""Interventions: what the organisation itself did about a claim, with its day; kept in the study."""

from datetime import date

import msgspec

__all__ = ["Intervention"]


class Intervention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was done.

    Attributes
    ----------
    id : str
        `i1`, `i2`, ... in order of entry; never given twice.
    on : date
        First day on which it could be seen.
    what : str
        In a sentence.
    by : str
        Post or team that did it, not a person's name.
    about : str
        Id of the claim; empty: claims at large.
    where : str
        Platform on which alone it was done; empty: everywhere.
    kind : str
        Such as post, reply, video, leaflet, event; free.
    noted : date
        Day of entry: a date that was entered long after is worth less than one that was fixed beforehand.
    withdrawn : str
        Why the entry does not hold; empty where it does. Nothing is deleted.
    """

    id: str
    on: date
    what: str
    by: str
    about: str = ""
    where: str = ""
    kind: str = ""
    noted: date
    withdrawn: str = ""
