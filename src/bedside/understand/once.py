"""Properties that are worked out once, when they are first asked for."""

from collections.abc import Callable
from typing import Generic, TypeVar, overload

__all__ = ["once"]

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class once(Generic[Owner, Value]):
    """As `functools.cached_property` is from Python 3.12 on: without its lock, which costs more than most of these values.

    Examples
    --------
    >>> class Text:
    ...     words = once(lambda self: ["a", "b"])
    >>> text = Text()
    >>> text.words is text.words
    True
    """

    def __init__(self, work_out: Callable[[Owner], Value]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "once[Owner, Value]": ...

    @overload
    def __get__(self, instance: Owner, owner: type) -> Value: ...

    def __get__(self, instance: Owner | None, owner: type) -> "once[Owner, Value] | Value":
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._work_out(instance)
        return value
