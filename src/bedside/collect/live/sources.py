"""Every kind of live source by name; loaded when used."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import msgspec

from bedside.collect.live.exchange import LiveSource, Setting
from bedside.errors import InputError, suggest

__all__ = ["COMMON", "KINDS", "find_source", "live_settings"]

KINDS = {
    "bluesky": "bluesky:BLUESKY",
    "bluesky_repo": "bluesky:REPOSITORY",
    "care_opinion": "reviews:CARE_OPINION",
    "discourse": "discourse:DISCOURSE",
    "feed": "feed:FEED",
    "jetstream": "jetstream:JETSTREAM",
    "mastodon": "mastodon:MASTODON",
    "nhs_uk": "reviews:NHS_UK",
    "nodebb": "nodebb:NODEBB",
    "reddit": "reddit:REDDIT",
    "rest": "rest:REST",
    "wordpress": "wordpress:WORDPRESS",
    "youtube": "youtube:YOUTUBE",
}
COMMON = (
    Setting(name="contact", about="whom a server's owner may write to; part of the User-Agent"),
    Setting(name="robots", about="false: robots.txt is not asked, because the owner has consented"),
    Setting(name="seconds_between", about="least time between two requests to one host"),
    Setting(
        name="longest_wait",
        about="longest pause in seconds that is waited when a server asks for one",
    ),
)


def find_source(kind: str) -> LiveSource:
    """The kind of that name.

    Raises
    ------
    InputError
        If there is none.
    """
    if kind not in KINDS:
        raise InputError(f"no kind of live source '{kind}'; {suggest(kind, list(KINDS))}")
    module, _, name = KINDS[kind].partition(":")
    found: LiveSource = getattr(import_module(f"bedside.collect.live.{module}"), name)
    return found


def live_settings(source: LiveSource, given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a source, checked: defaults filled in, lists where lists are wanted.

    Raises
    ------
    InputError
        If a setting has no meaning for this kind, is of another type, or a needed one is missing.
    """
    known = {setting.name: setting for setting in (*source.settings, *COMMON)}
    unknown = [name for name in given if name not in known and name != "kind"]
    if unknown:
        raise InputError(
            f"a source of kind '{source.name}' has no setting '{unknown[0]}'; {suggest(unknown[0], list(known))}"
        )
    settings = {
        name: _value(setting, given.get(name, setting.default)) for name, setting in known.items()
    }
    missing = [s for s in source.settings if s.needed and not settings[s.name]]
    if missing:
        raise InputError(
            f"a source of kind '{source.name}' needs {missing[0].name} ({missing[0].about}): add it with --set "
            f"{missing[0].name}=..."
        )
    return settings


def _value(setting: Setting, given: Any) -> Any:
    if setting.many:
        listed = given.split(",") if isinstance(given, str) else given
        try:
            return [str(item).strip() for item in listed if str(item).strip()]
        except TypeError as error:
            raise InputError(f"{setting.name} wants a list, got {type(given).__name__}") from error
    if isinstance(setting.default, bool) and not isinstance(given, bool):
        if str(given).lower() not in ("true", "false", "yes", "no"):
            raise InputError(f"{setting.name} wants true or false, got '{given}'")
        return str(given).lower() in ("true", "yes")
    if isinstance(setting.default, int) and not isinstance(setting.default, bool):
        try:
            return msgspec.convert(given, int, strict=False)
        except msgspec.ValidationError as error:
            raise InputError(f"{setting.name} wants a whole number, got '{given}'") from error
    return given.rstrip("/") if setting.name == "url" and isinstance(given, str) else given
