"""Professionals that are told by their place in a row: "the fourth doctor finally listened"."""

import re

from bedside.understand.doc import Doc
from bedside.understand.gated import Gated, Kind
from bedside.understand.numbers import number
from bedside.understand.phrases import NUMBER

__all__ = ["nth_professional", "one_more"]

_ORDINALS = {
    word: float(number)
    for number, words in enumerate(
        ["second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th", "eighth 8th", "ninth 9th", "tenth 10th", "eleventh 11th", "twelfth 12th",
         "thirteenth 13th", "fourteenth 14th", "fifteenth 15th", "sixteenth 16th"], 2
    )
    for word in words.split()
}  # fmt: skip
_PROFESSIONAL = (
    r"doctors?|docs?|drs?|gps?|consultants?|specialists?|physicians?|opinions?|gynae\w*|gyn\w*|obgyns?|psychiatrists?|psychologists?|professionals?|medics?|locums?|p(?:a)?ediatricians?|"
    r"surgeons?|dentists?|physios?|vets?|\w+ologists?|rheum\w*|derms?|gi|ob ?gyn|ent|therapists?|allergists?|opticians?|nurses?|neuro|gastro|endo|cardio|midwi\w+|pharmacists?"
)
_FOUND = (
    r"said|took one|listened|finally|looked|knew|sent me|sent us|did the|did a|named|spotted|diagnosed|found|got it|picked|worked|figured|caught|recogni[sz]ed|identified|nailed|had me|was (?:the (?:one|charm)|right)|"
    rf"being (?:the|an?)|was an? (?:\S+ ){{0,2}}?(?:{_PROFESSIONAL})|who"
)
_NTH = Gated(
    rf" (?P<nth>{'|'.join(_ORDINALS)}) (?:different |new |private |separate |nhs |paediatric |pediatric )?(?:(?:{_PROFESSIONAL}|person)"
    r"(?: (?:\S+ ){0,6}(?:saw|seen|see|who|that|to|finally|spotted|diagnosed|took|listened|said|told|got|recognised|recognized|knew|asked|ordered|had|before|named|found|sent|was|caught|nailed)| [,.;:!¶§)]|(?= $))"
    rf"|(?:one )?(?:{_FOUND}) |, (?:an? |the |my )?(?:\S+ ){{0,2}}(?:{_PROFESSIONAL}) )",
    " ".join(_ORDINALS),
)
_PROFESSIONALS = Kind(_PROFESSIONAL)
_CALLED = Gated(
    rf" (?:{_PROFESSIONAL}) (?:no |no \. |# |number )?(?P<after>two|three|four|five|six|seven|eight|nine|ten|[2-9]|10) (?:{_FOUND}|was|saw|thought|put|ran|ordered|suspected|heard) ",
    "two three four five six seven eight nine ten 2 3 4 5 6 7 8 9 10",
)
"""Professionals told by their number as by a name: "doctor three did the scan"."""
_COUNTED = re.compile(
    rf" (?:(?:{_PROFESSIONAL}) (?:number|no|no \.|#|nr) (?P<after>{NUMBER}|\d+)|number (?P<alone>{NUMBER}|\d+) (?:{_FOUND}) "
    rf"|(?:that's|so|makes|made it|which is|that was) (?P<sum>{NUMBER}|\d+) (?:of them |people |doctors |different ones )?(?:altogether|all together|in all|in total|all told|i saw|we saw) )"
)


def nth_professional(doc: Doc) -> tuple[float, tuple[int, int]] | None:
    """The greatest "fourth doctor" or "doctor number four" of a post, and its place.

    An ordinal without a professional ("the tenth found it") counts where the post speaks of several professionals.
    """
    found = [(_ORDINALS[m["nth"]], m.span("nth")) for m in _NTH.finditer(doc) if _of_them(doc, m)]
    if _PROFESSIONALS.times_in(doc):
        found += [(float(number(m["after"]) or 0), m.span("after")) for m in _CALLED.finditer(doc)]
    if _MAY_COUNT.isdisjoint(doc.vocabulary) and " in all " not in doc.text:
        return max(found, default=None)
    for match in _COUNTED.finditer(doc.text):
        which = match.lastgroup or "after"
        value = number(match[which])
        if (
            value is not None
            and 1 < value < MOST
            and (which != "alone" or _SEVERAL.search(doc.text))
        ):
            found.append((value, match.span(which)))
    return max(found, default=None)


def _of_them(doc: Doc, match: re.Match[str]) -> bool:
    said = doc.text[match.end("nth") : match.end()]
    return bool(
        _NAMED.search(f"{said} ") or _SEVERAL.search(doc.text) or _FIRST_OF_THEM.search(doc.text)
    )


MOST = 60  # professionals that anybody is believed to have seen
_MAY_COUNT = frozenset({"number", "no", "#", "altogether", "total"})
_NAMED = re.compile(rf" (?:{_PROFESSIONAL}|person|one) ")
_SEVERAL = re.compile(
    r" (?:doctors|docs|drs|gps|consultants|specialists|physicians|opinions|psychiatrists|paediatricians|pediatricians|surgeons|dentists|professionals|physios|\w+ologists|hospitals) "
)
_FIRST_OF_THEM = re.compile(rf" first (?:\S+ )?(?:{_PROFESSIONAL}) ")
_KIND = r"(?:\w+ologist|gp|doctor|doc|dr|consultant|specialist|physician|surgeon|p(?:a)?ediatrician|psychiatrist|psychologist|dentist|physio\w*|nurse\w*|midwife|optician|optometrist|osteopath|chiropractor|podiatrist|pharmacist|locum|registrar|therapist|geneticist)"
_ONE_MORE = re.compile(
    rf" (?:and|,|plus|then|before|until|till|finally|eventually) (?:then |finally |eventually |also |to )?(?:a|an|one|another|the|my|our|this) (?:\S+ ){{0,2}}?(?P<kind>{_KIND})(?= )"
)


def one_more(doc: Doc, start: int, end: int) -> list[tuple[int, int]]:
    """Professionals of other kinds that are told one by one behind a number of them: "two GPs, a physio and a surgeon".

    Parameters
    ----------
    doc : Doc
    start, end : int
        Of the number with its professionals.

    Returns
    -------
    list of (int, int)
        A place for each kind.
    """
    counted = doc.text[start:end]
    high = doc.sentence(start)[1]
    found: dict[str, tuple[int, int]] = {}
    for match in _ONE_MORE.finditer(doc.text, end - 1, high + 1):
        if match["kind"] not in counted:
            found.setdefault(match["kind"], match.span("kind"))
    return list(found.values())
