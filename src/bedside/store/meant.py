"""Who is meant by a name that somebody gives: records, keys, handles and the words that tell of them."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from bedside.errors import InputError, NotFoundError
from bedside.store.imports import Erased, collected_pages
from bedside.store.keys import StudyKeys, load_keys
from bedside.store.study import Study

__all__ = ["Kind", "Meant", "Named", "find_meant", "fingerprints", "is_telling", "named"]

Kind = Literal["post", "account", "source"]
MIN_HANDLE = (
    3  # shorter handles are ordinary words; they go from fields and after @, not from running text
)
MIN_NUMBER = (
    8  # digits; shorter numbers that serve as ids are doses and years in other people's posts
)


class Meant(msgspec.Struct):
    """What identifies the erased: ids to be replaced, and words to be masked wherever they stand.

    `namesakes` are (platform, handle) of others: records of such a platform are not searched for that handle.
    """

    post_ids: set[str] = msgspec.field(default_factory=set)
    author_ids: set[str] = msgspec.field(default_factory=set)
    words: set[str] = msgspec.field(default_factory=set)
    records: set[int] = msgspec.field(default_factory=set)
    post_keys: set[str] = msgspec.field(default_factory=set)
    accounts: set[tuple[str, str]] = msgspec.field(default_factory=set)
    handles: set[tuple[str, str]] = msgspec.field(default_factory=set)
    prints: set[Erased] = msgspec.field(default_factory=set)
    namesakes: dict[str, set[str]] = msgspec.field(default_factory=dict)


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What answers to a name: records, keys of posts and accounts, and the handles found; for a paper to its owner."""

    records: frozenset[int]
    post_keys: frozenset[str]
    account_keys: frozenset[str]
    words: frozenset[str]


def named(study: Study, kind: Kind, value: str) -> Named:
    """What `erase` would reach, without touching it.

    Raises
    ------
    NotFoundError
        If nothing in the study answers to the value.
    InputError
        If several accounts answer to a bare handle.
    """
    keys = load_keys(study.config.id)
    found = find_meant(study, keys, kind, value)
    if not found.records:
        raise NotFoundError(
            f"no {kind} of that name in this study; give the id, handle or key as the source writes it"
        )
    return Named(
        records=frozenset(found.records),
        post_keys=frozenset(found.post_keys),
        account_keys=frozenset(key for _, key in found.accounts),
        words=frozenset(found.words),
    )


def fingerprints(keys: StudyKeys, row: dict[str, Any]) -> tuple[Erased, ...]:
    """The fingerprints under which a collected record would have been erased."""
    found = [
        Erased("post", keys.erased_key("post", row["post_id"])),
        Erased("source", keys.erased_key("source", row["source"])),
    ]
    for name in ("author_id", "author_handle"):
        if row[name]:
            account = f"{row['platform']}\0{row[name].casefold()}"
            found.append(Erased("account", keys.erased_key("account", account)))
    return tuple(found)


FIND = (
    "post_id",
    "url",
    "source",
    "platform",
    "author_id",
    "author_handle",
    "author_name",
    "record_no",
)


def find_meant(study: Study, keys: StudyKeys, kind: Kind, value: str) -> Meant:
    """What is meant, and who else bears its handle.

    Raises
    ------
    InputError
        If an account is wanted and several answer.
    """
    names, match = Meant(), _matcher(kind, value, keys)
    bearers: dict[str, set[str]] = {}  # handle -> platforms of those who are not meant
    for page in collected_pages(study, FIND):
        for row in page.to_pylist():
            if match(row):
                _note(names, keys, row)
            elif row["author_handle"]:
                handle = row["author_handle"].removeprefix("@").casefold()
                bearers.setdefault(handle, set()).add(row["platform"])
    if kind == "account" and len(people := _accounts(names)) > 1:
        raise InputError(
            f"{len(people)} accounts answer to that: {'; '.join(people)}; give the account key, the author id "
            "or platform:handle of the one to erase, and the others after it"
        )
    for _, handle in names.handles:
        names.namesakes[handle] = bearers.get(handle, set())
    return names


def _accounts(names: Meant) -> list[str]:
    """Each account found, as platform and key; one without an id is known by its handle alone."""
    keyed = sorted(f"on {platform}, key {key}" for platform, key in names.accounts)
    nameless = {p for p, _ in names.handles} - {p for p, _ in names.accounts}
    return [*keyed, *(f"on {platform}, without author id" for platform in sorted(nameless))]


def _note(names: Meant, keys: StudyKeys, row: dict[str, Any]) -> None:
    names.records.add(row["record_no"])
    names.post_ids.add(row["post_id"])
    own_id = row["post_id"].rsplit(":", 1)[-1]
    names.post_keys.add(keys.post_key(row["post_id"]))
    names.prints.update(fingerprints(keys, row))
    if row["author_id"]:
        key = keys.account_key(row["platform"], row["author_id"])
        names.author_ids.add(row["author_id"])
        names.accounts.add((row["platform"], key))
    if row["author_handle"]:
        names.handles.add((row["platform"], row["author_handle"].removeprefix("@").casefold()))
    full_name = row["author_name"] if " " in (row["author_name"] or "") else None
    own = (row["author_handle"], full_name, row["author_id"], own_id)
    names.words.update(word for word in own if word and is_telling(word))


def _matcher(kind: Kind, value: str, keys: StudyKeys) -> Callable[[dict[str, Any]], bool]:
    """Tell whether a record is meant; of accounts an id, key or `platform:handle` or else a bare handle."""
    wanted = value.removeprefix("@").casefold()

    def same(text: str | None) -> bool:
        return bool(text) and str(text).removeprefix("@").casefold() == wanted

    def post(row: dict[str, Any]) -> bool:
        return same(row["post_id"]) or same(row["url"]) or keys.post_key(row["post_id"]) == value

    def account(row: dict[str, Any]) -> bool:
        handle = (row["author_handle"] or "").removeprefix("@").casefold()
        if handle and wanted in (
            handle,
            f"{row['platform']}:{handle}",
            f"{row['platform']}:@{handle}",
        ):
            return True
        author = row["author_id"]
        return same(author) or (bool(author) and keys.account_key(row["platform"], author) == value)

    def source(row: dict[str, Any]) -> bool:
        return bool(row["source"] == value)

    return {"post": post, "account": account, "source": source}[kind]


def is_telling(word: str) -> bool:
    """Whether a name can be masked wherever it stands: not a word of two letters, nor a dose such as 500."""
    return len(word) >= MIN_NUMBER if word.isdigit() else len(word) >= MIN_HANDLE
