"""Injuries and allergies that people tell in ordinary words: "broke my wrist", "a torn hamstring", "allergic to nuts" (F26)."""

from collections.abc import Iterator

from bedside.understand.doc import Doc
from bedside.understand.gated import Gated

__all__ = ["spoken_injuries"]

_HURT = "broken|broke|fractured|dislocated|sprained|torn|tore|ruptured|twisted|snapped|shattered|detached|displaced|bulging|bulged|herniated|slipped"
_PART = (
    r"(?:(?:left|right|upper|lower|big|little|fourth|fifth|first|front|my|his|her|anterior|cruciate|cruciated|lateral|medial|several|few|two|three|of|the) ){0,4}"
    r"(?:discs?|disks?|ankles?|wrists?|arms?|legs?|foot|feet|toes?|fingers?|thumbs?|hands?|elbows?|shoulders?|shoulder (?:bone|joint)|collar ?bones?|clavicle|ribs?|hips?|knees?|"
    r"knee ?caps?|patella|pelvis|jaw|maxilla|mandible|nose|neck|back|spine|tail ?bone|coccyx|sternum|skull|tibia|fibula|femur|humerus|radius|ulna|scaphoid|metatarsals?|vertebrae?|"
    r"cheek ?bone|eye socket|hamstrings?|quad|quadriceps|calf|calf muscle|achilles(?: tendon)?|acl|mcl|meniscus|ligaments?|tendons?|rotator cuff|labrum|ear ?drums?|tooth|teeth)"
)
_BROKE = Gated(
    rf" (?P<name>(?:{_HURT}) {_PART} )",
    _HURT.replace("|", " "),
)
_IS_BROKEN = Gated(
    rf" (?:my|his|her|the) (?P<name>{_PART} (?:is|was|got|were|has been|had been) (?:badly |also |partially )?(?:{_HURT}) )",
    _HURT.replace("|", " "),
)
_OF_A_SIDE = Gated(
    r" (?:i|i've|he|she|and|have|had|has|got|with|says?|shows?|an?|it's|it is) (?P<name>(?:(?:broke|broken|tore|snapped|fractured|dislocated|sprained) (?:my|his|her) (?:left|right)|(?:(?<=says )|(?<=say )|(?<=shows )|(?<=show )|(?<=have )|(?<=a ))(?:fractured|dislocated|sprained)) "
    r"(?!(?:with|and|or|but|in|at|on|by|my|his|her|the|an?|it|them|after|when|while|limb|bone) )[a-z]{3,} )",
    _HURT.replace("|", " "),
)
"""A part of the body that no list holds, often misspelt, known by its side or by what only a bone can be."""
_INJURED = Gated(
    rf" (?P<name>injur(?:y|ies) (?:to|in|of) {_PART} )",
    "injury injuries",
)
_ALLERGIC = Gated(
    r" (?:i'm|i am|am|is|are|was|he's|she's|very|severely|highly|badly|also|i|being) (?P<name>allergic to "
    r"(?:(?!(?:it|this|that|these|those|them|everything|anything|something|the|my|any|some|work|exercise|people|mornings|a|an|all|what|you) )[\w-]+ ))",
    "allergic",
)
_ALLERGY = Gated(
    r" (?:have|had|has|having|developed|with|my|his|her|an?|severe|bad|suffer\w*|from|of|any) (?P<name>(?:(?!(?:have|having|had|has|been|developed?|developing|my|his|her|an?|severe|bad|kind|sort|type|confirmed|with|from|of|and|or|the|any|some|no|other|same|food|"
    r"skin|this|that|these|those|season|is|are|was|to|for|many|many|like|own|all) )[a-z][\w-]+ ){1,3}allerg(?:y|ies) )",
    "allergy allergies",
)
_ALLERGY_TO = Gated(
    r" (?P<name>allerg(?:y|ies) (?:to|for|from|of|against) (?:(?!(?:it|this|that|these|those|them|everything|anything|something|the|my|any|some|work|a|an|what|you|me|him|her|us|years?|months?|weeks?|now|many|over|so|and|but|or|which|since|as|that|with|in|i|she|he|is|are|was) )"
    r"(?:all )?[\w-]+ ){1,2})",
    "allergy allergies",
)
_PATTERNS = (_BROKE, _OF_A_SIDE, _IS_BROKEN, _INJURED, _ALLERGIC, _ALLERGY_TO, _ALLERGY)
_WORDS = frozenset().union(*(pattern.words for pattern in _PATTERNS))


def spoken_injuries(doc: Doc) -> Iterator[tuple[int, int]]:
    """Places of injuries told by what broke or tore, and of allergies told by what to.

    Parameters
    ----------
    doc : Doc

    Yields
    ------
    tuple of (int, int)
        Start and end in canonical text; whether they are asserted is not looked at.
    """
    if _WORDS.isdisjoint(doc.vocabulary):
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(doc):
            yield match.start("name"), match.end("name") - 1
