"""Professionals that are told by their place in a row: "the fourth doctor finally listened"."""

from bedside.understand.doc import Doc
from bedside.understand.gated import Gated

__all__ = ["nth_professional"]

_ORDINALS = {
    word: float(number)
    for number, words in enumerate(
        ["second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th", "eighth 8th", "ninth 9th", "tenth 10th", "eleventh 11th", "twelfth 12th"], 2
    )
    for word in words.split()
}  # fmt: skip
_PROFESSIONAL = (
    r"doctors?|docs?|drs?|gps?|consultants?|specialists?|physicians?|opinions?|gynae\w*|psychiatrists?|psychologists?|professionals?|medics?|locums?|p(?:a)?ediatricians?|"
    r"surgeons?|dentists?|physios?|\w+ologists?|rheum|derm|gi|ob ?gyn|ent|therapists?|allergists?|opticians?|nurses?|neuro|gastro|endo|cardio"
)
_NTH = Gated(
    rf" (?P<nth>{'|'.join(_ORDINALS)}) (?:different |new |private |separate |nhs )?(?:(?:{_PROFESSIONAL}|person)"
    r"(?: (?:\S+ ){0,6}(?:saw|seen|see|who|that|to|finally|spotted|diagnosed|took|listened|said|told|got|recognised|knew|asked|ordered|had|before|named|found|sent)| [,.;:!¶§)]|(?= $))"
    r"|(?:one )?(?:said|took one|listened|finally|looked|knew|sent me|did the|named|spotted|diagnosed|found))",
    " ".join(_ORDINALS),
)


def nth_professional(doc: Doc) -> tuple[float, tuple[int, int]] | None:
    """The greatest "fourth doctor" of a post, and its place."""
    found = [(_ORDINALS[m["nth"]], m.span("nth")) for m in _NTH.finditer(doc)]
    return max(found, default=None)
