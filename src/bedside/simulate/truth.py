"""The truth about one post: what its text says, in the keys in which readers code posts."""

from typing import Any

import msgspec

__all__ = ["Moment", "Truth"]


class Moment(msgspec.Struct):
    """What lies at one stage: a stage (or null), and the codes told there."""

    stage: str | None = None
    think: list[str] = msgspec.field(default_factory=list)
    feel: list[str] = msgspec.field(default_factory=list)
    do: list[str] = msgspec.field(default_factory=list)
    care: list[str] = msgspec.field(default_factory=list)


class Truth(msgspec.Struct, kw_only=True):
    """One line of TRUTH.jsonl. The codes say what the text says, not what the account is.

    `account_role` is who the account is; `role` is what this text shows of it. `duplicate_of` names the
    earlier post that this one copies, `duplicate_how` says exact, near or repost. Codes of a deleted post
    are empty: nobody can read it any more.
    """

    post_id: str = ""
    native_id: str = ""
    platform: str = ""
    file: str = ""
    row: int | None = None
    account: str | None = None
    account_role: str = "other"
    account_detail: str | None = None
    lang: str = "en"
    country: str | None = None
    country_stated: str | None = None
    topic: str = "off_topic"
    relevant: bool = False
    names_condition: bool = False
    community: str | None = None
    provider: str | None = None
    thread: str = ""
    parent: str | None = None
    cascade: str | None = None
    cascade_parent: str | None = None
    duplicate_of: str | None = None
    duplicate_how: str | None = None
    deleted: str | None = None
    moments: list[Moment] = msgspec.field(default_factory=list)
    role: str = "unclear"
    role_detail: str | None = None
    experiencer: str = "general"
    info_source: list[str] = msgspec.field(default_factory=list)
    first_turned_to: str | None = None
    mode: list[str] = msgspec.field(default_factory=list)
    support_needed: list[str] = msgspec.field(default_factory=list)
    support_given: list[str] = msgspec.field(default_factory=list)
    content: list[str] = msgspec.field(default_factory=list)
    search_worry: str = "no"
    figurative: str = "no"
    crisis: str = "no"
    diagnosis: list[dict[str, Any]] = msgspec.field(default_factory=list)
    treatment: list[dict[str, Any]] = msgspec.field(default_factory=list)
    harm: list[str] = msgspec.field(default_factory=list)
    special_situation: list[str] = msgspec.field(default_factory=list)
    claim: list[dict[str, Any]] = msgspec.field(default_factory=list)
    professional_act: list[str] = msgspec.field(default_factory=list)
    correction_parts: list[str] = msgspec.field(default_factory=list)
    acknowledgement: list[str] = msgspec.field(default_factory=list)
    scale: list[dict[str, Any]] = msgspec.field(default_factory=list)
    not_counted: list[str] = msgspec.field(default_factory=list)
    phrases: list[str] = msgspec.field(default_factory=list)
