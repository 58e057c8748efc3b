"""How long a diagnosis took, from sentences that name both ends of the way: "five weeks from the first bruise to the diagnosis" (F26).

A stretch of time is read with its sentence and the next; in its place stands a mark. Each expression below is one way of
saying what it was: from a beginning to an end, after a beginning, without a name until the end, or all that it took.
"""

import re

from bedside.understand.doc import Doc
from bedside.understand.numbers import Duration

__all__ = ["told_sum", "told_way"]

_END = (
    r"(?:\w*diagnos\w+|dx|dx'd|(?:finally |at last |eventually )(?:said|told|found|named|confirmed|worked|called|spotted|caught|picked)|"
    r"(?:said|says|told (?:me|us|him|her)|confirmed|mentioned|suspected|named|called it|worked out) (?:it was |it's |that |he had |she had |i had |they had )?(?:an? |the |my )?@ill|"
    r"(?:hear|hearing|heard) (?:the words? |that |it was |it's )?(?:\S+ ){0,2}?@ill|(?:being|was|were|got) told|"
    r"(?:found|spotted|caught|identified|recogni[sz]ed) (?:it|my|his|her|the|out|what)|knew what|an answer|a name)"
)
_BEGUN = (
    r"(?:first|start\w*|began|begin\w*|onset|symptoms?|noticed|noticing|came on|going to|went to|seeing|seen|see|saw|complain\w*|got|getting|when|became|felt|feeling|falling|fell|attack|fit|pain\w*|"
    r"found|finding|spotted|spotting|visit|appointment|gp|doctor|cough\w*|lump|bleed\w*|rash|fever|headaches?)"
)
_NOBODY = r"(?:nobody|no one|not one|none|they|gps?|doctors?|everyone|everybody) (?:\S+ ){0,2}?(?:could|couldn't|can|knew|know|would|believed|listened|said|told|kept|blamed|put|thought|missed|took)"
_SUFFERED = r"(?:i|he|she|we|they|my \w+) (?:\S+ ){0,2}?(?:had|was|were|lived|put|suffered|struggled|thought|went|saw|kept|complained|been|fought|asked|begged|limped|coughed|felt|got)"
_WAYS = [
    re.compile(expression.replace("@END", _END).replace("@BEGUN", _BEGUN).replace("@NOBODY", _NOBODY).replace("@SUFFERED", _SUFFERED))
    for expression in (
        r" # (?:\S+ ){0,3}?(?:from|between|since) (?:[^.!? ]+ ){1,16}?(?:to|till|until|and|before) (?:[^.!? ]+ ){0,8}?@END",
        r" (?:from|between) (?:[^.!? ]+ ){1,18}?(?:to|till|until|and) (?:[^.!? ]+ ){0,7}?(?:\w*diagnos\w+|dx|answer) (?:[^.!? ]+ ){0,3}?(?:was|took|is|were|:|=) (?:\S+ ){0,2}?#",
        r"(?:^ |[.!?,;] | and | but | so | then )(?:about |only |just |nearly |almost |maybe |some |it was |was |around )*# (?:after|from|on from|into) (?:[^.!? ]+ ){0,3}?@BEGUN (?:[^.!? ]+ ){0,12}?(?:i|he|she|we|they|they'd|i'd|my \w+|our \w+) (?:[^.!? ]+ ){0,4}?(?:\w*diagnos\w+|dx|dx'd)",
        r" # (?:after|from|on from) (?:[^.!? ]+ ){0,3}?@BEGUN (?:[^.!? ]+ ){0,8}?(?:my|the|his|her|our|a) (?:[^.!? ]+ ){0,2}?(?:diagnosis|dx|answer) ",
        r" (?:\w*diagnos\w+|dx|dx'd) (?:[^.!? ]+ ){0,4}?(?:within|in|after|inside) # (?:of|after|from) (?:[^.!? ]+ ){0,3}?@BEGUN",
        r" (?:undiagnosed|misdiagnosed|without a diagnosis|without an answer|no diagnosis) (?:\S+ ){0,4}?(?:for )?(?:\S+ ){0,2}?#",
        r" (?:for |over |after )?(?:\S+ ){0,2}?# (?:, )?(?:\S+ ){0,2}?@NOBODY (?:\S+ ){1,30}?@END",
        r" (?:unwell|ill|sick|poorly|in pain|like (?:this|that)|bleeding|coughing|limping|symptoms) (?:for )?(?:\S+ ){0,3}?# (?:by the time|before|until|till|when) (?:\S+ ){0,9}?@END",
        r" (?:in|over|after|for|took|within|nearly|almost|about) # (?:before|until|till) (?:\S+ ){0,6}?@END",
        r"^ (?:about |nearly |over |almost |only )*# [.!,] (?:\S+ ){0,3}?(?:doctors|gps|specialists|consultants|hospitals|appointments) (?:\S+ ){0,12}?(?:finally|eventually|at last|diagnos\w+|dx) ",
        r" # [.!] (?:that's|that is|that was|it's|this is) (?:how long|what|all) (?:\S+ ){0,3}?(?:took|was|lasted|waited|needed) (?:\S+ ){0,18}?(?:@END|answer|name)",
        r" (?:for|after|over) (?:\S+ ){0,2}?# @SUFFERED (?:\S+ ){1,24}?(?:\w*diagnos\w+|dx'd) ",
    )
]  # fmt: skip
_CAN_END = re.compile(
    r" (?:\w*diagnos\w+|dx|dx'd|answer|an answer|name|a name|finally|eventually|at last|said|says|told|confirmed|mentioned|suspected|named|called|worked|found|spotted|caught|identified|recogni[sz]ed|knew) "
)
"""Words of which each way below has one: most stretches of time stand beside none."""
_NOT = re.compile(
    r" (?:# (?:ago|old|since (?:my|the|his|her|our|being) (?:\S+ )?diagnos\w+|of age|later|post|in remission|clear|free|sober)|(?:last|past|every|next|another|aged?) #|"
    r"(?:after|since|from|following) (?:my|the|his|her|our|being|a|getting) (?:\S+ ){0,3}?(?:\w*diagnos\w+|dx) (?:\S+ ){0,8}?(?:to|until|till|before|was|took|and|it)|"
    r"(?:no|not|never|still|without|yet|awaiting|waiting for|hoping for|wait for) (?:a |an |any |got a |have a |had a |the )?(?:\w*diagnos\w+|dx|answers?|name) (?:yet|so far|still|,|[.!?])) "
)
_TREATED = re.compile(
    r" # (?:[^\s,]+ ){0,2}?(?:on|of(?! (?:my |the |his |her |our )?first)|course|taking|using|recover\w+|rehab|treatment|chemo\w*|diet|to (?:find|get|see|recover|heal|walk|feel|work|settle) (?:an? |the |my )?(?:\S+ )?(?:drug|dose|dosage|treatment|medication|meds|tablets?|appointment|therapist|over|used|results?|back|better|help)) "
)


def told_way(doc: Doc) -> tuple[float, tuple[int, int]] | None:
    """Months of the first stretch whose sentence names both ends of the way to a diagnosis, and the words that tell them.

    Parameters
    ----------
    doc : Doc
    """
    return next(
        ((told.months, (told.start, told.end)) for told in doc.durations if _is_way(doc, told)),
        None,
    )


def told_sum(doc: Doc) -> tuple[float, tuple[int, int]] | None:
    """Months of a stretch that sums a way up, told behind both of its ends: "I first went at 32. So that's eleven years".

    Parameters
    ----------
    doc : Doc
    """
    events = [hit.start for hit in doc.found("took.event")]
    for told in doc.durations if events else ():
        number = doc.sentence_at(told.start)
        low = doc.sentences[max(number - 2, 0)][0]
        if not _SUMS.search(doc.text, max(low - 1, told.start - 40), told.start):
            continue
        around = (
            f"{doc.text[low - 1 : told.start]}#{doc.text[told.end : doc.sentences[number][1] + 1]} "
        )
        if _NOT.search(around) or _TREATED.search(around.replace(" # of being ", " # ")):
            continue
        if any(low <= event < told.start for event in events):
            return told.months, (told.start, told.end)
    return None


_SUMS = re.compile(
    r" (?:[.!?,;§¶(–-] |and )(?:so|so that's|so that is|so that was|that's|that is|that makes it|that makes|makes it|which is|which makes|in total|in all|all in all|altogether) "
    r"(?:about |nearly |almost |over |exactly |a total of |in total |in all )?$"
)


def _is_way(doc: Doc, told: Duration) -> bool:
    number = doc.sentence_at(told.start)
    start = doc.sentences[number][0]
    end = doc.sentences[min(number + 2, len(doc.sentences) - 1)][1]
    if not _CAN_END.search(doc.text, start - 1, end + 1):
        return False
    around = _with_ills(doc, start, told, end)
    if _NOT.search(around) or _TREATED.search(around):
        return False
    return any(way.search(around) for way in _WAYS)


def _with_ills(doc: Doc, start: int, told: Duration, end: int) -> str:
    """The words around a stretch of time, with # in its place and @ill for names of conditions."""
    parts, at = [], start
    places = [(t.start, t.end, "@ill") for t in doc.terms if t.entry.kind == "condition"]
    for a, b, mark in sorted([*places, (told.start, told.end, "#")]):
        if at <= a and b <= end:
            parts += [doc.text[at:a], mark]
            at = b
    text = f" {''.join(parts)}{doc.text[at:end]} "
    return re.sub(
        r" (?:about|nearly|almost|roughly|around|exactly|just|only|over|under|at least|the best part of|a good|well over|more than) (?=#)",
        " ",
        text,
    )
