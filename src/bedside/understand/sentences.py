"""Sentences and clauses of canonical text, for posts written without care.

People write without capitals, without full stops, in lists and in emoji. A sentence ends at a mark, a line or a
part; a run-on of more than `RUN_ON` words is cut where a new statement begins ("... and then i ...").
"""

import re

__all__ = ["clause_breaks", "sentences"]

RUN_ON = 40  # words; longer "sentences" of our test posts held two statements or more
_END = re.compile(r" (?:[.!?…]+(?: [)\"!?])*|[¶§])(?= )")
_LIST_NUMBER = re.compile(r"(?:^|[¶§.] )\s?\d{1,2}$")
_JOINT = re.compile(
    r" (?=(?:and then|then|so|but|anyway|after that|and now|now|and|also) "
    r"(?:i|i'm|i've|he|she|he's|she's|we|they|my|the|it|it's|today|last) )"
)
_BREAK = re.compile(
    r" (?:[.!?…¶§;:()–*]|but|however|although|though|except|which|because|so|while|whereas|until|"
    r"then|yet|, (?=(?:and |but |so |then )?(?:i|i'm|i've|i'd|my|he|she|he's|she's|we|they|it|it's|"
    r"the|this|that|there|now|today) )|(?:and|or) (?=(?:i|i'm|i've|i'd|my|he|she|he's|she's|we|they|it|it's|now|today) ))(?= |\b)"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in order, without the outer spaces.

    Parameters
    ----------
    text : str
        Canonical text.

    Returns
    -------
    list of (int, int)

    Examples
    --------
    >>> text = " i saw dr smith . he said wait ! no "
    >>> [text[a:b] for a, b in sentences(text)]
    ['i saw dr smith .', 'he said wait !', 'no']
    """
    found: list[tuple[int, int]] = []
    start = 1
    for match in _END.finditer(text):
        place = match.start()
        if (
            text[place + 1] == "."
            and text[place - 1].isdigit()
            and _LIST_NUMBER.search(text, max(0, place - 6), place)
        ):
            continue
        _add(text, start, match.end(), found)
        start = match.end() + 1
    _add(text, start, len(text) - 1, found)
    return found


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    if not any(map(str.isalnum, text[start:end])):
        if found and end > start and not set(text[start:end]) <= {"¶", "§", " "}:
            found[-1] = (found[-1][0], end)  # a stray mark or emoji belongs to what was said before
        elif end > start and not set(text[start:end]) <= {"¶", "§", " "}:
            found.append((start, end))
        return
    if text.count(" ", start, end) < RUN_ON:
        found.append((start, end))
        return
    cut = start
    for match in _JOINT.finditer(text, start, end):
        if text.count(" ", cut, match.start()) >= 8:
            found.append((cut, match.start()))
            cut = match.end()
    found.append((cut, end))


def clause_breaks(text: str) -> list[int]:
    """Places where the scope of "no", "if" or "my mother" ends, in order.

    Examples
    --------
    >>> text = " no fever , cough or rash , but my head hurts "
    >>> [text[:place].split()[-1] for place in clause_breaks(text)]
    ['rash']
    """
    return [match.start() for match in _BREAK.finditer(text)]
