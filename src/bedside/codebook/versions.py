"""What changed between two codebooks, in words, and whether earlier decisions need a re-check."""

from typing import Any, Literal

import msgspec

from bedside.codebook.records import Code, Codebook, Layer, meaning

__all__ = ["Difference", "differences"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One change between two codebooks.

    Attributes
    ----------
    layer, code : str
        Where; `code` is empty for a change of the layer itself.
    what : str
        `added`, `removed`, `meaning` (decisions made before are out of date) or `wording` (they are not).
    fields : tuple of str
        Which keys of the file changed.
    """

    layer: str
    code: str
    what: Literal["added", "removed", "meaning", "wording"]
    fields: tuple[str, ...] = ()

    def words(self) -> str:
        """One line for a person.

        Examples
        --------
        >>> Difference(layer="feel", code="joy", what="meaning", fields=("definition",)).words()
        'feel / joy: definition changed; decisions made before need a re-check'
        """
        where = f"{self.layer} / {self.code}" if self.code else self.layer
        if not self.fields:
            return f"{where}: {self.what}"
        after = "; decisions made before need a re-check" if self.what == "meaning" else ""
        return f"{where}: {', '.join(self.fields)} changed{after}"


def _changed(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in old if old[key] != new[key])


def _compare_codes(old: Code, new: Code, layer: str) -> list[Difference]:
    fields = _changed(msgspec.to_builtins(old), msgspec.to_builtins(new))
    if not fields:
        return []
    what: Literal["meaning", "wording"] = "meaning" if meaning(old) != meaning(new) else "wording"
    return [Difference(layer=layer, code=new.name, what=what, fields=fields)]


def _compare_layers(old: Layer, new: Layer) -> list[Difference]:
    heads = [{k: v for k, v in msgspec.to_builtins(x).items() if k != "code"} for x in (old, new)]
    fields = _changed(heads[0], heads[1])
    found = [Difference(layer=new.layer, code="", what="wording", fields=fields)] if fields else []
    before, after = ({c.name: c for c in x.code} for x in (old, new))
    found += [Difference(layer=new.layer, code=n, what="removed") for n in before if n not in after]
    found += [Difference(layer=new.layer, code=n, what="added") for n in after if n not in before]
    for name in before.keys() & after.keys():
        found += _compare_codes(before[name], after[name], new.layer)
    return found


def differences(old: Codebook, new: Codebook) -> list[Difference]:
    """All changes from one codebook to another, sorted by layer and code.

    Parameters
    ----------
    old, new : Codebook

    Returns
    -------
    list of Difference
        Empty exactly when both have the same version, the order of codes apart.
    """
    found = [
        Difference(layer=n, code="", what="removed") for n in old.layers if n not in new.layers
    ]
    found += [Difference(layer=n, code="", what="added") for n in new.layers if n not in old.layers]
    for name in old.layers.keys() & new.layers.keys():
        found += _compare_layers(old.layers[name], new.layers[name])
    return sorted(found, key=lambda d: (d.layer, d.code, d.what))
