"""The one seam for extension: sources, makers and reports from other packages.

A package names an object under the entry point group `bedside`; its functions, marked with `@hook`, are called
once, when something is first looked up. Built-ins are import strings in their own rooms, loaded when used.
"""

from collections.abc import Sequence
from typing import Any

import pluggy

__all__ = ["Hooks", "hook", "manager"]

PROJECT = "bedside"
hook = pluggy.HookimplMarker(PROJECT)
_spec = pluggy.HookspecMarker(PROJECT)


class Hooks:
    """What a plug-in may offer."""

    @_spec
    def collectors(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Give formats: objects with the fields of `bedside.collect.formats.Format`."""

    @_spec
    def makers(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Give makers of marks: objects that follow `bedside.understand.makers.Maker`."""

    @_spec
    def reports(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Give chapters of the report: objects that follow `bedside.report.chapters.Chapter`."""


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
