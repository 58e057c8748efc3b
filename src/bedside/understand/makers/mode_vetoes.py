"""What speaks against a consultation where its mode is named: a plan, a notice, no answer, a family's call (F28)."""

import re

from bedside.understand.book import Hit
from bedside.understand.doc import Doc

__all__ = ["PROFESSIONAL", "not_held"]

PROFESSIONAL = re.compile(
    r" (?:doctor\w*|doc|docs|gps?|dr|drs|nurse\w*|consultants?|specialists?|surgeon|surgery|clinic\w*|hospital|therap\w+|counsel\w+|physio\w*|pharmac\w+|"
    r"midwi\w+|psych\w*|dietit?i\w+|dermat\w*|derm|appointments?|appt|consult\w*|review|assessment|111|nhs|paramedic\w*|neurolog\w*|cardiolog\w*|oncolog\w*|"
    r"endocrin\w*|rheum\w*|gastro\w*|urolog\w*|registrar|pre op|cbt|health visitor|out of hours|medic|clinicians?|slt|ot|educator|portal|econsult|e consult|mychart|biopsy|\w+ologist|telehealth|gp's) "
)
_TO_COME = re.compile(
    r" (?:supposed to|meant to|due to|due (?:a|an|on|in|at)|going to|gonna|will|i'll|we'll|she'll|he'll|thinking of|thinking about|planning to|considering|booked (?:in )?for|is booked|scheduled for|have to wait|"
    r"(?:have|has|i've|got|we've) (?:a|an|my|our|his|her) (?:\S+ ){0,6}?(?:on (?:the )?\d\S*|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|tomorrow|next|in (?:a |two |three |\d+ )?(?:weeks?|days?|months?)|later|coming|at \d\S*)|"
    r"tomorrow|next (?:week|month|monday|tuesday|wednesday|thursday|friday|year)|(?:isn't|isnt|not|is not|wasn't) (?:till|until|til)|should be|ought to be|(?:wants|want|told|asked) (?:me|us|him|her) to (?:phone|ring|call|text|email|message)|is there (?:a|any) way|i (?:read|heard|hear) that|(?:you|one|people|they) can (?:just |now )?|would (?:love|like|prefer)|the idea|as an idea|in theory|looking for|anyone (?:know|found|tried)) "
)
_HELD = re.compile(
    r" (?:said|told|diagnosed|prescribed|explained|listened|looked|asked me|asked us|went (?:well|ok|okay|fine|great|badly)|was (?:lovely|great|kind|rude|quick|useless|helpful|good)|had (?:a|an|my|our) (?:\S+ ){0,4}(?:yesterday|today|last|this morning)|"
    r"gave|reckons?|thinks|confirmed|put me|started me|upped|changed|talked|walked (?:me|us)|sent (?:me|us|a script)|yesterday|last (?:week|night|month)|this morning|just (?:had|got|off)) "
)
_NO_ANSWER = re.compile(
    r" (?:didn't|did not|never|hasn't|haven't|won't|nobody|no one|noone|none of them) (?:\S+ ){0,2}?(?:call\w*|ring|rang|rung|phon\w*|answer\w*|repl\w+|respon\w+|pick\w* up|wr[io]t\w+ back|messag\w+ back|got back|get back|turn\w* up|text\w*|gotten back|heard back) "
    r"| (?:no|without (?:a|an|any)|still waiting for an?|waiting for an?) (?:answer|reply|response|call ?back|call) | (?:hung up (?:on|both|before)|rang out|answering machine|voicemail|engaged tone|missed (?:the|their|a|my) call|left on read) "
)
_NOTICE = re.compile(
    r" (?:(?:results?|bloods|letter|report) (?:are|is|were|was|have|has|had)? ?(?:come |been |now )?(?:in|back|ready|available|posted|uploaded)|results? available|ready (?:for|to)|overdue|out of date|due (?:my|for|a|an|his|her)|"
    r"(?:make|book|bring|move|confirm|change|rearrange|attend|cancel\w*) (?:an?|my|the|our|your|his|her) (?:\S+ ){0,2}?(?:appointments?|appt|slot|date|time|clothes|bed|visit)|remind\w*|reschedul\w*|rearrang\w*|bed (?:is|was|has)|"
    r"collect\w*|pick (?:it|them|up)|come (?:in|and) for (?:a|my|the)|waiting list|survey|how (?:we|they) did|rate (?:us|my)|feedback) "
)
_SUBSTANCE = re.compile(
    r" (?:diagnos\w+|prescri\w+|antibiotics?|started me|start (?:taking|on)|stop taking|dose|explain\w*|positive|negative|it's (?:an?|the)|talked|went through|what to do|advice|advised|walked|asked (?:me|us)|symptoms|she thinks|he thinks|reckon\w*|normal|fine|clear|"
    r"confirms?|low|high|anaemi\w+|infection|told me (?:it|that|to (?:take|stop|start|go|rest|drink|keep))) "
)
_OF_OTHERS = re.compile(
    r" (?:my|our|the|with|to|from|a) (?:\S+ ){0,2}?(?:sister|brother|mum|mom|mother|dad|friend|friends|mate|husband|wife|partner|boyfriend|girlfriend|cousin|daughter|son|grandkids|grandchildren|kids|family|boss|work|group|whatsapp group|auntie|aunt|nan|youtube) "
)
_FRIEND = re.compile(
    r" (?:(?:doctor|nurse|gp|dentist|medic|physio|pharmacist) (?:friends?|mates?|cousin|neighbours?|neighbors?)|(?:tiktok|youtube|instagram|influencer) \w*|friends? (?:who is|who's|is|that's) an? (?:doctor|nurse|gp|dentist|physio|pharmacist)) "
)
"""A friend who happens to be one, or one who speaks to everybody."""


def not_held(doc: Doc, code: str, hit: Hit) -> bool:
    """Whether the sentence of a mode tells of a visit to come, or of a call or message that is no consultation.

    Parameters
    ----------
    doc : Doc
    code : str
        in_person, phone, video or message.
    hit : Hit
        Where the mode is named.
    """
    number = doc.sentence_at(hit.start)
    start, end = doc.sentences[number]
    if _FRIEND.search(doc.text, start - 1, end + 1):
        return True
    answered = code == "message" and _says(doc, _SUBSTANCE, start, end)
    if _says(doc, _TO_COME, start, end) and not (_says(doc, _HELD, start, end) or answered):
        return True
    if code == "in_person":
        return False
    first = doc.sentences[max(number - 1, 0)][0]
    last = doc.sentences[min(number + 2, len(doc.sentences) - 1)][1]
    if _says(doc, _NO_ANSWER, start, last):
        return not _says(doc, _SUBSTANCE, first, last)
    if _says(doc, _NOTICE, start, end) and not _says(doc, _SUBSTANCE, start, end):
        return True
    of_others = _OF_OTHERS.search(doc.text, start - 1, min(end + 1, hit.end + 24))
    return bool(of_others) and not _says(doc, PROFESSIONAL, start, end)


def _says(doc: Doc, words: re.Pattern[str], start: int, end: int) -> bool:
    return bool(words.search(doc.text, start - 1, end + 1))
