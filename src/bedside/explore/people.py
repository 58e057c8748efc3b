"""People of a study's team: who may come in, with which rights; kept beside the study's keys, never in the study."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bedside.errors import InputError, NotFoundError, StorageError, suggest
from bedside.store.files import replace_file
from bedside.store.keys import keys_folder
from bedside.store.study import Study

__all__ = ["ROLES", "Member", "People", "rights"]

ROLES = {
    "reader": ("read",),
    "coder": ("read", "code"),
    "safety officer": ("read", "safety"),
    "lead": ("read", "code", "decide", "safety"),
    "raw text": ("read", "raw"),
}
"""Roles, and the rights that each gives; a person may have several."""
SHORTEST = 12  # characters of a password: long before odd (NIST SP 800-63B)
LONGEST = 1024
_OPEN_ONLY_TO_OWNER = 0o600


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One person: name as it stands with decisions, roles, and an argon2id hash of the password."""

    name: str
    roles: tuple[str, ...]
    password: str


def rights(roles: Sequence[str]) -> frozenset[str]:
    """What roles allow.

    Examples
    --------
    >>> sorted(rights(["coder", "raw text"]))
    ['code', 'raw', 'read']
    """
    return frozenset(right for role in roles for right in ROLES.get(role, ()))


class People:
    """The people of one study.

    Parameters
    ----------
    study : Study
    hasher : PasswordHasher, optional
        argon2id with the library's parameters (RFC 9106, low memory) unless given.
    """

    def __init__(self, study: Study, hasher: PasswordHasher | None = None) -> None:
        self._path: Path = keys_folder() / f"{study.config.id}.team.json"
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody")  # so that an unknown name takes as long

    def all(self) -> list[Member]:
        """Everybody, in order of entry.

        Raises
        ------
        StorageError
            If the list is damaged.
        """
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=list[Member])
        except FileNotFoundError:
            return []
        except msgspec.DecodeError as error:
            raise StorageError(
                "the list of the team beside the study's keys is damaged; remove it and enter people again"
            ) from error

    def find(self, name: str) -> Member | None:
        """One person by name, whatever capitals are used."""
        return next((m for m in self.all() if m.name.casefold() == name.strip().casefold()), None)

    def add(self, name: str, roles: Sequence[str], password: str) -> Member:
        """Enter a person.

        Raises
        ------
        InputError
            If the name is taken or empty, a role is not known, or the password is too short.
        """
        known = self.all()
        if not name.strip() or len(name) > 60 or not name.isprintable():
            raise InputError(
                "a person needs a name of at most 60 letters; it stands with their decisions"
            )
        if self.find(name) is not None:
            raise InputError(
                f"'{name}' is in the team; change their roles with: bedside team roles"
            )
        if not SHORTEST <= len(password) <= LONGEST:
            raise InputError(
                f"a password needs {SHORTEST} characters or more; several words are better than odd signs"
            )
        made = Member(name=name.strip(), roles=_known(roles), password=self._hasher.hash(password))
        self._write([*known, made])
        return made

    def change(self, name: str, roles: Sequence[str]) -> Member:
        """Give a person other roles; it counts from their next page on.

        Raises
        ------
        NotFoundError
            If nobody has this name.
        """
        old = self._there(name)
        made = msgspec.structs.replace(old, roles=_known(roles))
        self._write([made if m.name == old.name else m for m in self.all()])
        return made

    def remove(self, name: str) -> None:
        """Take a person out; they are logged out at once, what they decided stays."""
        old = self._there(name)
        self._write([m for m in self.all() if m.name != old.name])

    def check(self, name: str, password: str) -> Member | None:
        """The person whose name and password these are; None, after as long a time, where they are nobody's."""
        member = self.find(name)
        held = member.password if member is not None else self._nobody
        try:
            self._hasher.verify(held, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return None
        return member

    def _there(self, name: str) -> Member:
        member = self.find(name)
        if member is None:
            names = [m.name for m in self.all()]
            raise NotFoundError(f"nobody in the team is called '{name}'; {suggest(name, names)}")
        return member

    def _write(self, members: Sequence[Member]) -> None:
        data = msgspec.json.format(msgspec.json.encode(list(members)), indent=1)
        replace_file(
            self._path, lambda file: file.write(data)
        )  # made by mkstemp: open to the owner only
        self._path.chmod(_OPEN_ONLY_TO_OWNER)


def _known(roles: Sequence[str]) -> tuple[str, ...]:
    if not roles:
        raise InputError(f"a person needs a role: {', '.join(ROLES)}")
    for role in roles:
        if role not in ROLES:
            raise InputError(f"role '{role}' is not known; {suggest(role, list(ROLES))}")
    return tuple(dict.fromkeys(roles))
