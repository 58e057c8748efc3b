"""What a code or layer means as one plain text that people read in other tools and bedside reads back.

The definition comes first; then parts such as `[counts]`, each item on a line of its own after `- `. A text that
was written elsewhere, without parts, is a definition.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bedside.codebook import Code, Layer, Slot

__all__ = ["code_from", "code_text", "layer_from", "layer_text"]

PARTS = {
    "counts": "counts",
    "does not count": "not_",
    "examples": "examples",
    "counter-examples": "counter_examples",
    "seeds": "seeds",
}
HEAD = re.compile(r"\[([a-z -]+)\]")
ESCAPED = ("[", "- ", "\\", "  ")
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def code_text(code: Code) -> str:
    """A code's meaning as text.

    Examples
    --------
    >>> print(code_text(Code(name="calm", definition="At ease.", counts=["rests"])))
    At ease.
    [counts]
    - rests
    """
    lines = [_escaped(code.definition)]
    for title, name in PARTS.items():
        if items := getattr(code, name):
            lines += [f"[{title}]", *(_item(item) for item in items)]
    if code.group:
        lines += ["[group]", _item(code.group)]
    return "\n".join(lines)


def code_from(name: str, text: str, **more: Any) -> Code:
    """A code from its name and text."""
    definition, parts = _parsed(text)
    fields = {field: parts.get(title, []) for title, field in PARTS.items()}
    group = (parts.get("group") or [""])[0]
    return Code(name=name, definition=definition or name, group=group, **fields, **more)


def layer_text(layer: Layer) -> str:
    """A layer's question and kind as text."""
    lines = [_escaped(layer.question), "[about]", f"- {layer.about}"]
    lines += [
        "[several]",
        f"- {'yes' if layer.several else 'no'}",
        "[version]",
        f"- {layer.version}",
    ]
    for title, items in (("groups", layer.groups), ("sides", layer.sides)):
        lines += [f"[{title}]", *(_item(item) for item in items)] if items else []
    if layer.slot:
        told = ([slot.name, slot.question, *slot.values] for slot in layer.slot)
        lines += ["[slots]", *(f"- {json.dumps(slot, ensure_ascii=False)}" for slot in told)]
    return "\n".join(lines)


def layer_from(name: str, text: str, codes: Iterable[Code]) -> Layer:
    """A layer from its name and text; one that was written elsewhere is asked of posts and takes several codes."""
    question, parts = _parsed(text)
    about = (parts.get("about") or ["post"])[0]
    slots = [json.loads(slot) for slot in parts.get("slots", [])]
    return Layer(
        layer=name,
        about=about if about in ("moment", "post", "record") else "post",  # type: ignore[arg-type]
        several=(parts.get("several") or ["yes"])[0] == "yes",
        question=question or f"Which of {name} applies?",
        version=int((parts.get("version") or ["1"])[0]),
        groups=parts.get("groups", []),
        sides=parts.get("sides", []),
        slot=[Slot(name=slot[0], question=slot[1], values=slot[2:]) for slot in slots],
        code=list(codes),
    )


def _escaped(text: str) -> str:
    lines = FORBIDDEN.sub("", text).split("\n")
    return "\n".join(f"\\{line}" if line.startswith(ESCAPED) else line for line in lines)


def _item(text: str) -> str:
    first, *rest = FORBIDDEN.sub("", text).split("\n")
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest)])


def _parsed(text: str) -> tuple[str, Mapping[str, list[str]]]:
    """The definition, and the items of each part."""
    before: list[str] = []
    parts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.split("\n"):
        head = HEAD.fullmatch(line)
        if head:
            current = parts.setdefault(head[1], [])
        elif current is None:
            before.append(line[1:] if line.startswith("\\") else line)
        elif line.startswith("- "):
            current.append(line[2:])
        elif current and line.startswith("  "):
            current[-1] += f"\n{line[2:]}"
    return "\n".join(before), parts
