"""Markup that cannot be forgotten to escape: every string is escaped unless `tag` made it."""

from collections.abc import Iterable

from markupsafe import Markup, escape

__all__ = ["NOTHING", "Markup", "join", "tag"]

NOTHING = Markup("")


def _attribute(name: str, value: object) -> str:
    """One attribute with its leading space; `class_` gives class, `aria_label` gives aria-label."""
    if value is None or value is False:
        return ""
    plain = escape(name.rstrip("_").replace("_", "-"))
    return f" {plain}" if value is True else f' {plain}="{escape(value)}"'


def tag(name: str, /, *inside: str, **attributes: object) -> Markup:
    """One element of HTML or SVG.

    Parameters
    ----------
    name : str
        Element name; a void element such as `meta` takes no content.
    *inside : str
        Content. Plain strings are escaped, markup is kept.
    **attributes
        Attribute values, escaped. None and False leave the attribute out, True writes it bare. A trailing
        underscore is dropped and inner ones become hyphens.

    Returns
    -------
    Markup

    Examples
    --------
    >>> tag("p", "1 < 2 ", tag("b", "so"), class_="sub", hidden=False)
    Markup('<p class="sub">1 &lt; 2 <b>so</b></p>')
    """
    opened = "".join([f"<{escape(name)}", *(_attribute(k, v) for k, v in attributes.items()), ">"])
    if name in ("meta", "br"):
        return Markup(opened)  # noqa: S704 every part was escaped
    return Markup(f"{opened}{''.join(map(escape, inside))}</{escape(name)}>")  # noqa: S704 as above


def join(parts: Iterable[str], between: str = "") -> Markup:
    """Parts put one after another; plain strings among them are escaped.

    Examples
    --------
    >>> join(["a", Markup("<br>"), "<"])
    Markup('a<br>&lt;')
    """
    return escape(between).join(parts)
