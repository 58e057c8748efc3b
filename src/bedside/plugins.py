"""The one seam for extension: formats, makers and reports from other packages (`docs/PLUGINS.md`).

A package names an object under the entry point group `bedside`; its functions, marked with `@hook`, are called
when what they offer is first needed. Built-ins are import strings in their own rooms, loaded when used.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import pluggy

__all__ = ["Hooks", "hook", "installed", "manager", "offered"]

PROJECT = "bedside"
hook = pluggy.HookimplMarker(PROJECT)
_spec = pluggy.HookspecMarker(PROJECT)


class Hooks:
    """What a plug-in may offer."""

    @_spec
    def collectors(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Give formats: objects of `bedside.collect.formats.Format`."""

    @_spec
    def makers(self) -> Sequence[str]:  # type: ignore[empty-body]
        """Give makers of marks: import strings `package.module:OBJECT` of `bedside.understand.marks.Maker`."""

    @_spec
    def reports(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Give reports: functions that take a `bedside.report.material.Material` and give (file name, text)."""


def manager(*, load: bool = True) -> pluggy.PluginManager:
    """Make a plug-in manager.

    Parameters
    ----------
    load : bool, default True
        Load what installed packages offer; tests pass False.
    """
    found = pluggy.PluginManager(PROJECT)
    found.add_hookspecs(Hooks)
    if load:
        found.load_setuptools_entrypoints(PROJECT)
    return found


@cache
def installed() -> pluggy.PluginManager:
    """The plug-ins of this process: entry points are loaded once, and never under test."""
    return manager(load="PYTEST_CURRENT_TEST" not in os.environ)


def offered(kind: str) -> list[Any]:
    """Everything that the installed plug-ins offer of a kind.

    Parameters
    ----------
    kind : str
        collectors, makers or reports.
    """
    return [thing for things in getattr(installed().hook, kind)() for thing in things or ()]
