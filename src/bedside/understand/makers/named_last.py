"""The name of an illness that no list holds, where a post tells the way to it: what was diagnosed, said or found at last (F26)."""

import re

from bedside.understand.doc import Doc

__all__ = ["named_at_last"]

_FILL = r"(?:(?:as|with|of|it|it's|was|is|him|her|me|us|had|have|he|she|i|that|a|an|the|my|his|our|their|having|just|both|also) ){0,5}"
_NAME = r"(?P<{0}>[a-z0-9][\w'-]*(?: (?!(?:and|but|with|in|on|at|by|after|before|from|which|that|who|when|so|because|straight|last|this|years?|months?|weeks?|days?|until|till|for|to|i|he|she|they|we|it|was|is|were|took|one|within|as) )[\w'-]+){{0,3}})"
_AT_LAST = re.compile(
    rf" (?:diagnos(?:ed|ing|is of|is :|is was|is ,)|dx|dx'd) {_FILL}{_NAME.format('of')} "
    rf"| (?:the|my|his|her|our|a|to|of|son's|daughter's|mum's|dad's|mom's) {_NAME.format('before')} (?:diagnosis|dx) "
    rf"| (?:finally|at last|eventually|somebody|someone|one of them|who|anyone|they|he|she|\w+ologist|number \w+|{'|'.join(('third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'))}) "
    rf"(?:finally )?(?:said|told (?:me|us|him|her)|found|caught|confirmed|named|spotted|mentioned|recogni[sz]ed|suspected) {_FILL}{_NAME.format('said')} "
    rf"| (?:scan|test|tests|biopsy|x ray|mri|ct|bloods?|ultrasound|look|looked) [.!:,] {_NAME.format('seen')} [.!]"
    rf"| (?:told|found out|turned out)(?: to be| me| us| him| her| that)? (?:it was|it's|i had|he had|she had|to be|i have) (?:an? |the )?{_NAME.format('told')} "
)
_NO_NAME = re.compile(
    r"(?:me|us|him|her|it|them|this|that|what|nothing|something|wrong|yes|no|not|on|in|at|by|until|till|after|before|last|finally|final|quickly|late|early|first|wrong|right|correct|official|formal|new|any|whole|time|"
    r"she|he|i|they|we|you|there|and|but|so|to|for|from|within|straight|now|today|out|up|when|how|why|who|where|because|if|or|\d+|really|very|too|home|doctor|gp|nurse|problem|issue|way|answers?|cause|reason|thanks?|"
    r"actual|eventual|get|got|getting|given|being|came|come|wait|long|age|aged)(?: |$)"
)


def named_at_last(doc: Doc) -> tuple[int, int] | None:
    """Place of the words that name what it was; None where none do.

    Parameters
    ----------
    doc : Doc
    """
    for match in _AT_LAST.finditer(doc.text):
        kind = match.lastgroup
        if kind and not _NO_NAME.match(match[kind]):
            return match.span(kind)
    return None
