"""An I that only thinks, advises or asks: "in my opinion", "I recommend an X-ray", "let me know your age".

Such an I has an opinion and no body. What it says is of the one addressed, so that it is left out where whose
experience a post tells is read from its first persons.
"""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["own_body", "own_words", "told_of_self"]

_YOU = re.compile(r" (?:you|your|you're|u|yourself) ")

_ADVERB = r"(?:would|will|can|must|also|really|strongly|highly|do|just|personally|only|therefore|totally|still|often|usually|again) "
_OPINES = re.compile(
    r" (?:"
    r"(?:in |it's |it is |as per )?my (?:\w+ )?(?:opinion|advice|suggestion|view|recommendation|answer|reply|question to you|understanding|impression|humble opinion)(?: (?:is|would be))?|"
    r"(?:let|tell|give|send|show|inform|allow|write|ask|update|message|contact|consult|consulting|permit|provide) (?:to )?me(?! (?:that|i|it|off|a prescription|pills|tablets|the (?:news|results?)) )|"
    rf"i (?:{_ADVERB}){{0,2}}(?:recommend|suggest|advise|opine|suppose|presume|assume|agree|see no|see that|wish you|hope (?:you|it|this|that|he|she|the|my)|"
    r"understand|appreciate|see (?:many|so many|a lot of|lots of|people|posts)|want to (?:pass|point|warn|remind)|read your|reviewed|reply|answer|mean|doubt (?:it|that)|vote|refer you|assure|urge|"
    r"(?:think|believe|guess)(?: that)? (?:it|it's|this|that|that's|you|you're|your|he|she|he's|she's|his|her|there|there's|these|those|its|an?|the (?:best|pain|cause|problem|reason))|"
    r"don't (?:think|believe|see|know (?:what|how|why|which) (?:you|your)|recommend|agree|advise|suggest|understand (?:you|your|what you))|"
    r"(?:need|want|like|have) (?:to (?:know|see|inform|ask you|tell you|understand|explain|clarify|add|assure)|you to|your|more (?:details?|information|info|history)|some (?:more )?(?:details?|information|info)|further (?:details?|information|info|history))|"
    r"get (?:what|your|that you)|go with|am (?:really |very |so )?(?:sorry|afraid (?:that )?you|glad|aware|sure|waiting for your|almost|here to)|look forward|have (?:gone|read|carefully|thoroughly|reviewed|understood|noted|seen your|attached|linked|compiled|listed|included|posted|added))|"
    r"i'd (?:recommend|suggest|advise|go with|like (?:to (?:know|see|inform|add)|you to))|if i (?:was|were) (?:you|in your)|(?:was|were) i (?:you|in your)|"
    r"i'm (?:really |very |so )?(?:sorry|sure|glad|aware|almost)"
    r")(?= )"
)
"""First persons of someone who opines, advises, asks back or feels for the reader."""


def own_words(text: str) -> str:
    """Canonical text in which the first persons of someone who only thinks, advises or asks are blanks.

    Parameters
    ----------
    text : str
        Canonical text.

    Returns
    -------
    str
        Of the same length, so that places in it are places in the text.
    """
    return _OPINES.sub(lambda said: " " * len(said[0]), text)


def told_of_self(doc: "Doc") -> str:
    """The text, without the I of an adviser where somebody is answered; worked out once a post."""
    if "told of self" not in doc.memo:
        answers = doc.found("voice.answer") or _YOU.search(doc.text)
        doc.memo["told of self"] = own_words(doc.text) if answers else doc.text
    told: str = doc.memo["told of self"]
    return told


def own_body(doc: "Doc") -> list[Hit]:
    """What the writer says of their own body and care; "I have gone through your query" is not."""
    if "own body" not in doc.memo:
        doc.memo["own body"] = _own_body(doc)
    own: list[Hit] = doc.memo["own body"]
    return own


def _own_body(doc: "Doc") -> list[Hit]:
    answers = doc.found("voice.answer", "voice.clinician")
    advice = [hit for hit in answers if doc.text.startswith("i", hit.start)]
    own = doc.found("voice.own")
    if answers:
        own = [hit for hit in own if not _OPINES.match(doc.text, hit.start - 1)]
    return (
        [hit for hit in own if not any(a.start <= hit.start < a.end for a in advice)]
        if advice
        else own
    )
