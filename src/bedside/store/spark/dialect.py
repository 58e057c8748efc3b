"""What of the shared SQL is spelt otherwise in Spark: parameters, the name of the text type, unnest, numbers of hexadecimal digits."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bedside.store.views import KEPT_TABLES, VIEWS

__all__ = ["SPARK_KEPT_TABLES", "SPARK_VIEWS", "spoken", "translated"]

_LITERAL = re.compile(r"('(?:[^']|'')*')")
_SPELT = (
    (re.compile(r"\$(\w+)"), r":\1"),
    (re.compile(r"\bVARCHAR\b(?! *\()"), "STRING"),
    (re.compile(r"\bunnest\("), "explode("),
    (re.compile(r"\bhex_value\((\w+)\)"), r"CAST(conv(\1, 16, 10) AS BIGINT)"),
)
_FIRST_SPAN = re.compile(r"\bspans\[1\]")  # Spark counts from 0, and raises where there is none


def translated(sql: str) -> str:
    """The same query as Spark spells it; what stands in quotes is left alone.

    Examples
    --------
    >>> translated("SELECT CAST(day AS VARCHAR) FROM posts WHERE kind = '$x' AND code = $code")
    "SELECT CAST(day AS STRING) FROM posts WHERE kind = '$x' AND code = :code"
    """
    parts = _LITERAL.split(sql)
    for at in range(0, len(parts), 2):
        for pattern, spelt in _SPELT:
            parts[at] = pattern.sub(spelt, parts[at])
    return "".join(parts)


def spoken(sql: str, params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A query with its parameters, for `SparkSession.sql`.

    A list goes as one JSON text, which Spark reads once: a thousand keys as a thousand literals would each be sent to
    the driver by itself.

    Parameters
    ----------
    sql : str
        In the shared subset, with parameters written `$name`.
    params : mapping
        Strings, numbers, booleans, times, and lists of strings or of integers.

    Returns
    -------
    sql : str
    arguments : dict
    """
    parts, arguments = _LITERAL.split(translated(sql)), dict(params)
    for name, value in params.items():
        if isinstance(value, list | tuple | set | frozenset):
            values = list(value)
            kind = "BIGINT" if values and isinstance(values[0], int) else "STRING"
            arguments[name] = json.dumps(values, ensure_ascii=False)
            read = f"from_json(:{name}, 'ARRAY<{kind}>')"
            parts[::2] = [re.sub(rf":{name}\b", read, part) for part in parts[::2]]
    return "".join(parts), arguments


SPARK_VIEWS = {
    name: translated(_FIRST_SPAN.sub("get(spans, 0)", sql)) for name, sql in VIEWS.items()
}
SPARK_KEPT_TABLES = {name: translated(sql) for name, sql in KEPT_TABLES.items()}
