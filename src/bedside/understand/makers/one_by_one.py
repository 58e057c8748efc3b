"""Professionals told one after the other on the way to a diagnosis: "my GP, then a dermatologist, finally a rheumatologist who knew" (F26)."""

import re
from typing import NamedTuple

from bedside.understand.doc import Doc
from bedside.understand.gated import Kind
from bedside.understand.numbers import number
from bedside.understand.phrases import NUMBER

__all__ = ["told_one_by_one"]

FEWEST = 3  # in a row: a doctor and the specialist whom they sent to are told in most posts
SURELY = 4  # of a row in which no word says that one came after the other
APART = 170  # characters between two of a row
_KIND = (
    r"(?:\w+ologist|gp|doctor|doc|dr|pcp|consultant|specialist|physician|(?:o\w+)?surgeon|p(?:a)?ediatrician|paeds|psychiatrist|psychologist|dentist|orthodontist|hygienist|"
    r"orthop(?:a)?edist|internist|physio|physiotherapist|nurse|midwife|optician|optometrist|osteopath|chiropractor|chiro|podiatrist|pharmacist|locum|registrar|therapist|"
    r"geneticist|allergist|dieti[ct]ian|counsell?or|ent|derm|neuro|gastro|rheumy?|endo|cardio|gynae|gyno?|paramedic|health visitor|(?:pain|memory|breast|eye|skin) clinic)"
)
_DESCRIBED = (
    r"(?:(?!(?:and|but|or|of|in|at|to|for|from|with|that|who|said|told|was|is|were|had|has|because|by|a|an|the|my|our|his|her|another|one|i|we|she|he|they|it|saw|asked|see|seen) )"
    r"[a-z&][\w'&]* |walk in ){0,2}?"
)
_ORDINAL = r"(?:second|2nd|third|3rd|fourth|4th|fifth|5th|different|new|other|another)"
_MENTION = re.compile(
    rf" (?:(?P<many>{NUMBER}) {_DESCRIBED}(?P<kinds>{_KIND})s(?= )|(?:(?P<new>(?:a|an|another|one|{_ORDINAL}|(?:a|my|the|our) {_ORDINAL}) )|(?P<known>(?:the|my|our|his|her) ))?"
    rf"{_DESCRIBED}(?P<kind>{_KIND})(?= (?P<after>\S+)))"
)
_NAMED = Kind(rf"(?:{_KIND}|visitor|clinic)s?")
"""One of these stands in each mention."""
_OPENS_BARE = re.compile(
    r"(?:^| (?:then|finally|eventually|next|to|onto|saw|seen|by|first|and|[,.;:!?…§¶+>→–/-])) $"
)
"""What stands before a professional without an article where a row goes on: "GP, physio, then rheumatologist"."""
_NOBODY_SEEN = re.compile(
    r" (?:no|any|every|each|your|if|need|want|wanted|wants|should|could|would|will|waiting|as|i'm|am|works as|work as|is|become|being|ask|asking|find|without|than|like|never|not|not even|a friend who is) $"
)
_NOT_SEEN = frozenset(
    {"surgery", "practice", "receptionist", "letter", "records", "friend", "appointment", "department", "waiting", "clinic", "list", "team", "or", "notes", "'s", "?"}
)  # fmt: skip
_ANY_DOCTOR = frozenset({"doctor", "doc", "dr", "physician", "specialist", "consultant"})
_LINK = re.compile(
    r" (?:then|next|finally|eventually|afterwards|end|last|lastly|followed|before|until|till|onto|to|referred|sent|passed|moved|and|another|plus|[,;:.!…¶§+>→–/-]) "
)
_IN_TURN = re.compile(
    r" (?:then|next|finally|eventually|after that|afterwards|in the end|at last|lastly|followed by|before|until|till|referred|sent|passed|another|took the|missed|first|both|all) "
)
_FOUND = re.compile(
    r" (?:diagnos(?:ed|is|ing)|dx|dx'd|found|spotted|noticed|named|identified|recogni[sz]ed|caught|confirmed|worked (?:it )?out|figured (?:it )?out|picked (?:it )?up|nailed|got it|knew|realised|realized|saw it was|"
    r"said|told (?:me|us|him|her)|tell (?:me|us|him|her)|suspected|thought of|mentioned|tested|took one look|put a name|gave (?:it|me|us) (?:a|the) (?:name|diagnosis|answer)|it was|it's|it is) "
)
_SURELY_FOUND = re.compile(r" (?:diagnosed|found (?:it|out|the|my|his|her)|confirmed) ")
_HAD_IT = re.compile(
    r" (?:get|got|getting|reach|reached) (?:\S+ ){0,3}?(?:diagnosis|diagnosed|dx) "
)
"""The diagnosis was reached with these: whoever is seen in a later sentence came after it."""
_WRONGLY = re.compile(
    r" (?:misdiagnosed|wrongly|nothing|anxiety|stress|nerves|ibs|growing pains|viral|virus|normal|hormones|not|no|never|didn't|couldn't|wasn't|hadn't) "
)
_TO_BE_FOUND = re.compile(
    r" (?:took|taken|went through|went from|before|until|till|journey|road|path|route|way)(?: \S+){0,12}? (?:\w*diagnos\w+|dx|answers?) "
)
_OTHERWISE = re.compile(
    r" (?:(?:after|since|following) (?:my |the |her |his |our |being |getting |a )*(?:\S+ ){0,2}?(?:diagnos\w+|dx)|see|sees|sees|my team|will|going to see|booked|next (?:week|month)|appointment with|should|can i|disagree\w*|walked past) "
)
"""Seen after the diagnosis, regularly, or not yet."""


class _Seen(NamedTuple):
    """One professional of a row, or several told by their number."""

    start: int
    end: int
    people: int


def told_one_by_one(doc: Doc) -> tuple[float, tuple[tuple[int, int], ...]] | None:
    """How many professionals a post tells one after the other up to the one who found it, and their places.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    (count, places) or None
        None where fewer than three are told in turn, or none of them is said to have found what it was.
    """
    best: tuple[float, tuple[tuple[int, int], ...]] | None = None
    for row in _rows(doc):
        to_finder = row[: _finder(doc, row)]
        count = sum(seen.people for seen in to_finder)
        if best is None or count > best[0]:
            best = float(count), tuple((seen.start, seen.end) for seen in to_finder)
    return best if best is not None and best[0] >= FEWEST else None


def _rows(doc: Doc) -> list[list[_Seen]]:
    """Professionals of a post in rows, each person once: neighbours are linked and stand near each other."""
    if _NAMED.times_in(doc) < 2:
        return []
    rows: list[list[_Seen]] = []
    kinds: set[str] = set()
    for match in _MENTION.finditer(doc.text):
        seen = _seen(doc, match)
        if seen is None:
            continue
        kind = match["kind"] or match["kinds"]
        if not rows or not _follows(doc, rows[-1][-1], seen):
            rows.append([seen])
            kinds = {kind}
        elif match["many"] or _is_new(match, kinds, doc):
            rows[-1].append(seen)
            kinds.add(kind)
    return [row for row in rows if len(row) > 1]


def _seen(doc: Doc, match: re.Match[str]) -> _Seen | None:
    """The professionals of a mention; None where it tells of nobody who was seen."""
    before = doc.text[max(0, match.start() - 20) : match.start() + 1]
    if match["after"] in _NOT_SEEN or _NOBODY_SEEN.search(before):
        return None
    if match["many"]:
        value = number(match["many"])
        whole = value is not None and value == int(value) and 1 < value < 40
        return (
            _Seen(match.start("many"), match.end("kinds") + 1, int(value or 0)) if whole else None
        )
    if not (match["new"] or match["known"]) and not _OPENS_BARE.search(before):
        return None
    return _Seen(match.start("kind"), match.end("kind"), 1)


def _is_new(match: re.Match[str], kinds: set[str], doc: Doc) -> bool:
    """Whether a mention is of somebody not told before in its row."""
    kind = match["kind"]
    if match["new"]:
        return True
    if match["known"]:
        return kind not in kinds and not (kind in _ANY_DOCTOR and bool(kinds & _ANY_DOCTOR))
    listed = doc.text[match.start() - 1 : match.start()] == "," and match["after"] in (",", "in")
    return kind not in kinds or listed


def _follows(doc: Doc, one: _Seen, other: _Seen) -> bool:
    between = doc.text[one.end : other.start]
    return len(between) <= APART and bool(_LINK.search(between))


def _finder(doc: Doc, row: list[_Seen]) -> int:
    """How many places of a row lead up to the one who found it; 0 where none did, or they were seen for another reason."""
    start = doc.sentence(row[0].start)[0]
    last = doc.sentences[min(doc.sentence_at(row[-1].start) + 1, len(doc.sentences) - 1)][1]
    told = doc.text[start - 1 : last + 1]
    in_turn = len(row) >= SURELY or _IN_TURN.search(told)
    if not in_turn or _OTHERWISE.search(doc.text, max(0, start - 120), row[-1].end):
        return 0
    ends = [seen.start for seen in row[1:]] + [last]
    finder = 0
    for place, (seen, end) in enumerate(zip(row, ends, strict=True), 1):
        said = doc.text[seen.end : end + 1]
        closes = doc.sentence(seen.end)[1]
        wrong = _WRONGLY.search(doc.text, seen.end, min(end, closes) + 1)
        had_it = closes < end and _HAD_IT.search(doc.text, seen.end, closes + 1)
        if (_SURELY_FOUND.search(said) or had_it) and not wrong:
            return place
        if _FOUND.search(said) and not (wrong and place < len(row)):
            finder = place
    before = doc.sentences[max(doc.sentence_at(row[0].start) - 1, 0)][0]
    if finder < len(row) and _TO_BE_FOUND.search(doc.text, before - 1, last + 1):
        return len(row)
    return finder
