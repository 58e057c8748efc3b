"""Paraphrases: what people wrote in other words, who approved it, and which of it may leave (R25).

A paraphrase moves from *draft* to *offered* to *approved*; a second person approves or sends back, and anybody
withdraws. Every move is a line of `paraphrases.jsonl` in the study's folder; only an erasure takes lines away.
"""

import fcntl
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from bedside.errors import InputError, NotFoundError, PermissionRefused, StaleError, StorageError
from bedside.model.figures import Quote
from bedside.release.gatelog import GateLog, GateRecord, quote_hash
from bedside.release.haystack import Haystack
from bedside.release.quotes import GateResult, approve, gate_paraphrase
from bedside.store.files import replace_file, storage_errors

__all__ = ["Paraphrase", "ParaphraseDesk", "Paraphrases", "approved_paraphrases"]

State = Literal["draft", "offered", "approved", "returned", "withdrawn"]
MOVES: dict[str, State] = {
    "written": "draft",
    "offered": "offered",
    "approved": "approved",
    "returned": "returned",
    "withdrawn": "withdrawn",
}
OPEN = ("draft", "offered", "returned")
LONGEST = 600  # characters: a paraphrase tells one thing


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file; text and sources stand where it was written."""

    id: str
    kind: str
    at: datetime
    by: str
    text: str = ""
    post_keys: tuple[str, ...] = ()
    about: str = ""
    evidence_id: str = ""
    words: str = ""


class Paraphrase(msgspec.Struct, frozen=True, kw_only=True):
    """A paraphrase as it stands.

    Attributes
    ----------
    id : str
    state : str
        draft | offered | approved | returned | withdrawn.
    text, post_keys, about, evidence_id : str, tuple of str, str, str
        The words, the posts they paraphrase, what they illustrate and beside which figure they stand.
    author, approver : str
    why : str
        What the second person said when sending it back, or the reason why it was withdrawn.
    version : int
        Moves so far; a step says which one it goes on from.
    """

    id: str
    state: State
    text: str
    post_keys: tuple[str, ...]
    author: str
    written_at: datetime
    about: str = ""
    evidence_id: str = ""
    approver: str = ""
    why: str = ""
    version: int = 0


class Paraphrases:
    """The file of paraphrases of a study.

    Parameters
    ----------
    folder : Path
        The study's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "paraphrases.jsonl"

    def moves(self) -> list[Move]:
        """Every move, oldest first.

        Raises
        ------
        StorageError
            If a line cannot be read.
        """
        lines = self.path.read_bytes().splitlines() if self.path.exists() else []
        try:
            return [msgspec.json.decode(line, type=Move) for line in lines if line]
        except msgspec.DecodeError as error:
            raise StorageError(
                f"{self.path.name} holds a line that cannot be read; bring it back from a copy of the study"
            ) from error

    def all(self) -> list[Paraphrase]:
        """Paraphrases as they stand, in the order in which they were begun."""
        found: dict[str, Paraphrase] = {}
        for move in self.moves():
            found[move.id] = _moved(found.get(move.id), move)
        return list(found.values())

    def find(self, name: str) -> Paraphrase:
        """One of them.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        for one in self.all():
            if one.id == name:
                return one
        raise NotFoundError(f"no paraphrase '{name}' in this study; see: bedside paraphrase list")

    def add(self, move: Move, *, after: int | None = None) -> Paraphrase:
        """Add a move and give what stands then.

        Parameters
        ----------
        after : int, optional
            Moves that the person had seen.

        Raises
        ------
        StaleError
            If others have moved it since.
        """
        with self._held():
            before = next((one for one in self.all() if one.id == move.id), None)
            if after is not None and before is not None and before.version != after:
                raise StaleError(
                    f"paraphrase {move.id} was changed meanwhile; read it again, then decide"
                )
            with storage_errors(self.path.name), self.path.open("ab") as file:
                file.write(msgspec.json.encode(move) + b"\n")
            return _moved(before, move)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the file: two people never write into one line, nor past each other."""
        with (
            storage_errors(self.path.name),
            (self.path.parent / ".paraphrases.lock").open("w") as lock,
        ):
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def forget(self, post_keys: Collection[str]) -> int:
        """Remove the paraphrases of erased posts with all their moves; gives how many went."""
        if not self.path.exists():
            return 0
        gone = {one.id for one in self.all() if not set(post_keys).isdisjoint(one.post_keys)}
        if gone:
            with self._held():
                left = [msgspec.json.encode(m) for m in self.moves() if m.id not in gone]
                replace_file(self.path, lambda file: file.write(b"\n".join([*left, b""])))
        return len(gone)


def _moved(before: Paraphrase | None, move: Move) -> Paraphrase:
    if move.kind == "written" or before is None:
        return Paraphrase(
            id=move.id,
            state="draft",
            text=move.text,
            post_keys=move.post_keys,
            author=move.by,
            written_at=move.at,
            about=move.about,
            evidence_id=move.evidence_id,
            why=before.why if before and before.state == "returned" else "",
            version=before.version + 1 if before else 1,
        )
    return msgspec.structs.replace(
        before,
        state=MOVES[move.kind],
        approver=move.by if move.kind == "approved" else "",
        why=move.words,
        version=before.version + 1,
    )


class ParaphraseDesk:
    """Where people paraphrase and approve.

    Parameters
    ----------
    folder : Path
        The study's folder.
    haystack : callable
        Gives the searchable corpus; called when the gate first needs it.
    never : collection of str
        Keys of crisis posts.
    """

    def __init__(
        self, folder: Path, *, haystack: Callable[[], Haystack], never: Collection[str]
    ) -> None:
        self.kept, self._gate = Paraphrases(folder), GateLog(folder)
        self._haystack, self._never = haystack, never

    def gate(self, text: str, post_keys: Sequence[str]) -> GateResult:
        """What the gate says of words, also unfinished ones; see `quotes.gate_paraphrase`."""
        return gate_paraphrase(text, self._haystack(), sources=post_keys, never=self._never)

    def write(
        self,
        text: str,
        post_keys: Sequence[str],
        *,
        by: str,
        now: datetime,
        name: str = "",
        about: str = "",
        evidence_id: str = "",
        after: int | None = None,
    ) -> Paraphrase:
        """Keep a draft, or write one anew under its name; whoever writes last is its author.

        Raises
        ------
        InputError
            If it has no words, no source, too many words, or was approved or withdrawn.
        PermissionRefused
            If a source is a crisis post.
        """
        words = " ".join(text.split())
        if not by.strip():
            raise InputError("a paraphrase needs who wrote it; the name stands with it")
        if not words or not post_keys:
            raise InputError("a paraphrase needs words, and the keys of the posts it paraphrases")
        if len(words) > LONGEST:
            raise InputError(
                f"{len(words)} characters are too many for a paraphrase; at most {LONGEST}: tell one thing"
            )
        if not set(post_keys).isdisjoint(self._never):
            raise PermissionRefused(
                "a crisis post is never quoted, also not in other words; choose another post"
            )
        if name and (state := self.kept.find(name).state) not in OPEN:
            raise InputError(f"paraphrase {name} is {state}; begin a new one")
        move = Move(
            id=name or f"p{secrets.token_hex(4)}",
            kind="written",
            at=now,
            by=by.strip(),
            text=words,
            post_keys=tuple(post_keys),
            about=about,
            evidence_id=evidence_id,
        )
        return self.kept.add(move, after=after)

    def offer(self, name: str, *, by: str, now: datetime, after: int | None = None) -> Paraphrase:
        """Offer a draft for approval.

        Raises
        ------
        PermissionRefused
            If it does not pass the gate; the reasons say what to change.
        """
        one = self._in(name, "draft")
        result = self.gate(one.text, one.post_keys)
        if not result.passed:
            raise PermissionRefused("it leads back to its post: " + "; ".join(result.reasons))
        return self._move(name, "offered", by, now, after)

    def approve(self, name: str, *, by: str, now: datetime, after: int | None = None) -> Paraphrase:
        """Let an offered paraphrase out, as a second person; the gate is asked once more.

        Raises
        ------
        PermissionRefused
            If the writer approves, or it does not pass any more; both are logged.
        """
        one = self._in(name, "offered")
        same = by.strip().casefold() == one.author.casefold()
        approve(
            self.gate(one.text, one.post_keys),
            sources=one.post_keys,
            author=one.author,
            approver=one.author if same else by.strip(),
            log=self._gate,
            at=now,
        )
        return self._move(name, "approved", by, now, one.version if after is None else after)

    def send_back(
        self, name: str, words: str, *, by: str, now: datetime, after: int | None = None
    ) -> Paraphrase:
        """Send an offered paraphrase back to who wrote it, with what to change."""
        self._in(name, "offered")
        return self._move(name, "returned", by, now, after, words)

    def withdraw(
        self, name: str, words: str, *, by: str, now: datetime, after: int | None = None
    ) -> Paraphrase:
        """Withdraw a paraphrase, approved or not: no report prints it from now on."""
        one = self._in(name, "approved", *OPEN)
        moved = self._move(name, "withdrawn", by, now, after, words)
        if one.state == "approved":
            self._gate.append(
                GateRecord(
                    text_hash=quote_hash(one.text),
                    kind="paraphrase",
                    rule="withdrawn",
                    passed=False,
                    at=now,
                    post_keys=one.post_keys,
                    author=one.author,
                    approver=by.strip(),
                )
            )
        return moved

    def _in(self, name: str, *states: str) -> Paraphrase:
        one = self.kept.find(name)
        if one.state not in states:
            raise InputError(
                f"paraphrase {name} is {one.state}; this can be done while it is {' or '.join(states)}"
            )
        return one

    def _move(
        self, name: str, kind: str, by: str, now: datetime, after: int | None, words: str = ""
    ) -> Paraphrase:
        if not by.strip():
            raise InputError("say who does it; the name stands with every step")
        if kind in ("returned", "withdrawn") and not words.strip():
            raise InputError("say why, in a few words: the writer reads them")
        return self.kept.add(
            Move(id=name, kind=kind, at=now, by=by.strip(), words=words.strip()), after=after
        )


def approved_paraphrases(folder: Path) -> list[Quote]:
    """Approved paraphrases of a study, in the order in which they were begun: what report and slides may print.

    Parameters
    ----------
    folder : Path
        The study's folder.

    Notes
    -----
    A paraphrase that the gate log no longer passes (withdrawn, its post erased) is left out. Whether its post is still
    in the corpus, and no search finds it there now, is for who releases it to ask again: posts come and go.
    """
    gate = GateLog(folder)
    made = [one for one in Paraphrases(folder).all() if one.state == "approved"]
    quotes = [
        Quote(kind="paraphrase", text=one.text, about=one.about, evidence_id=one.evidence_id)
        for one in made
    ]
    return [quote for quote in quotes if gate.passed(quote)]
