"""Numbers that point at a person: telephone, record and account numbers, dates, ages over 89, codes of places."""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from bedside.unify.words import words_of

__all__ = ["SIGNS", "ages_in_words", "birth_years", "find_numbers"]

Found = tuple[int, int, str]
"""(start, end, kind)"""

_GROUPS = re.compile(r"\d+")
# A run of digits with the separators people put into numbers; which part of it is an identifier is
# decided by the sizes of its groups.
_RUN = re.compile(r"(?<![\w.,/])[+(]{0,2}\d(?:[ \-.()\u00a0]{0,3}\d){5,40}(?!\w)")
_GLUED = re.compile(r"(?<![\d.])[A-Za-z]{0,8}\d{7,}[A-Za-z]{0,8}(?!\d)")
_VALUE = (  # letters and digits in groups, four or more of them and three digits at least
    r"((?=(?:[A-Za-z\-/_ ]{0,6}\d){3})(?=(?:[\-/_ ]?[A-Za-z0-9]){4})[A-Za-z0-9][A-Za-z0-9\-/_]{1,40}(?:[ ](?=[A-Za-z0-9\-/]{0,8}\d)"
    r"[A-Za-z0-9\-/]{1,12}){0,5})(?!\w)"
)
_IS = r"\s{0,2}(?:is|was|as)?\s{0,2}[:#=.(]{0,2}\s{0,2}#?"
_NUMBER = r"(?:number|no\b\.?|num\b|nr\b|id\b|ids\b|ref\b\.?|reference|code|pin\b|s/n|#|:)"
_ASKED = re.compile(
    r"\b(?:(?:mrn|ssn|imei|vin|iban|passport|social security|my social|medical record|driv(?:ing|er['’]?s?) licen[cs]e|gmc|nmc|dea|chi|"
    r"pps|nhs (?:number|no)|s/n|sort code|account|acct|birth certificate|blue badge|plate|reg|my ref(?:erence)?|registration|licen[cs]e plate|"
    r"number plate|ward phone|study id|trial id|order id)"
    rf"(?:\s?{_NUMBER})*"
    r"|(?:nhs|hospital|patient|chart|case|account|acct|policy|plan|member(?:ship)?|subscriber|group|insurance|claim|health plan|"
    r"medicaid|medicare|beneficiary|reference|ref|my ref|booking|order|invoice|customer|client|prescription|rx|direct debit|"
    r"licen[cs]e|device|serial|certificate|registration|reg|national insurance|vehicle|plate|badge|unit|record|study|trial|"
    r"participant|barcode|tracking|ticket|employee|staff|pin|file)"
    rf"(?:\s(?:member|id|plan|record|file))?\s?{_NUMBER}(?:\s?{_NUMBER})*)"
    rf"{_IS}{_VALUE}",
    re.IGNORECASE,
)
_CALL_ME = re.compile(
    r"\b(?:fax|phone|mobile|cell|tel|telephone|whatsapp|contact(?: me| us)?|call(?: me| us)?(?: on| at)?|ring(?: me)?(?: on)?|"
    r"text(?: me)?(?: on)?|number is|number:)"
    rf"(?:\s?{_NUMBER})?{_IS}(\+?\(?\d(?:[ \-.()]{{0,2}}\d){{7,14}})(?![\d\w])",
    re.IGNORECASE,
)
_DEVICES = re.compile(
    r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"  # network card
    r"|\b(?=[A-HJ-NPR-Z]{0,16}\d)(?=\d{0,16}[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17}\b"  # vehicle (VIN)
    r"|\b[A-Z]{2}\d{2} ?[A-Z]{3}\b"  # British number plate
    r"|(?i:(?<=plate )|(?<=plate: )|(?<=plates ))(?=[A-Z0-9 ]{0,6}\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,4}\b"  # any, where it is said
    r"|\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b"  # bank account (IBAN)
    r"|\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"  # National Insurance
)
_IP = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]?\d)"
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6}(?![\w:])"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY_FIRST = re.compile(
    r"(?<![\d/.-])(\d{1,2})([./-])(\d{1,2})\2(?=(?:(?:19|20)\d\d|\d\d)(?![\d/.-]?\d))"
)
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(?<=\b)(?:19|20)\d\d([./-])(\d{1,2})\1(\d{1,2})(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?<![\w./-])\d{{1,2}}(st|nd|rd|th)?(?: (?:day )?of)?[ -]({_MONTH})\b", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    rf"\b({_MONTH})\.? (?:the )?\d{{1,2}}(st|nd|rd|th)?\b(?![%./]?\d|-\w| ?%| ?(?:mg|mcg|ml|g|iu|days?|weeks?|"
    r"months?|years?|hours?|times?|of|more|people|out)\b)",
    re.IGNORECASE,
)
# "March 2021", "in Feb '19", "03/2021": of a date the year stays (R20).
_MONTH_YEAR = re.compile(
    rf"\b({_MONTH})\b\.?(?=(?:,? (?:of )?|[-/])(?:(?:19|20)\d\d|['’]\d\d)(?!\d))"
    r"|(?<![\d/.,-])(?:0?[1-9]|1[0-2])(?=/(?:19|20)\d\d(?![\d/]))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d|['’]\d\d")
_HOLIDAY = re.compile(
    r"\b(?:Christmas(?: Eve| Day)?|Boxing Day|New Year['’]?s (?:Eve|Day)|Halloween|Valentine['’]?s(?: Day)?|Easter(?: Sunday| Monday)?|"
    r"Thanksgiving|Diwali|Eid|Good Friday|Mother['’]?s Day|Father['’]?s Day)(?=,? (?:in )?(?:19|20)\d\d)",
    re.IGNORECASE,
)
_BIRTH_YEAR = re.compile(
    r"\b(?:d\.?o\.?b\b\.?|date of birth|birthday|born)[\s:▇.,/-]{0,24}(?:is|was|on|in|the)?[\s:▇.,/-]{0,24}"
    r"(1[89]\d\d|(?<=▇[./-])\d\d)\b",
    re.IGNORECASE,
)
_OLDEST_BIRTH_YEAR = 1940  # born before: over 89 by 2030; the year goes too
_AGE = re.compile(
    r"\b(?:aged|age of|age is|age|turn(?:s|ed|ing)) (9\d|1[0-2]\d)\b(?! ?%)"
    r"|\b(?:i['’]?m|i am|(?:s?he|mum|mom|dad|nan|gran|grandma|grandad)(?:['’]?s| is| was)) (9\d|1[0-2]\d)"
    r"(?=[,.;!?)]|$| (?:and|now|but)\b)"
    r"|(?<![\d.,])(9\d|1[0-2]\d)(?=[ -]?(?:(?:years?|yrs?)[ -]?(?:old|of age)|y/o|yo\b|y\.o\.))",
    re.IGNORECASE,
)
_KIN = (
    r"(?:mum|mom|mother|dad|father|nan|nana|gran|granny|grandma|grandmother|grandad|grandpa|grandfather|aunt(?:ie|y)?|uncle|"
    r"neighbou?r|wife|husband|sister|brother|lady|gentleman|woman|man|patient|friend|mil|fil|in[- ]law)"
)
_AGE_TOLD = re.compile(
    rf"\b{_KIN}(?:,? \(|, )(9\d|1[01]\d)(?=[),])"
    rf"|\b(?:{_KIN}|s?he|i|they)(?: (?:is|was|will be|turned|turns)|['’](?:s|ll be|m)) (?:now |only |already |nearly |almost )?"
    r"(9\d|1[01]\d)(?= (?:when|in (?:spring|summer|autumn|winter|may|june|july|a)|next|this|last|years?\b|on her|on his|today)\b)"
    r"|(?<!sats )(?<!rate )(?<!pulse )(?<!temp )(?<!oxygen )(?<!sugar )(?<!bp )(?<!o2 )\bat (9\d|1[01]\d)(?=,? (?:s?he|they|you|i|my|her|his|"
    r"the doctors?|nobody|no one)\b)",
    re.IGNORECASE,
)
_AGE_WORDS = re.compile(
    r"\b(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a |one )?hundred(?: and (?:one|two|three|four|five|six))?)"
    r"(?=[ -](?:years?|yrs?)[ -](?:old|of age)\b|-year-old\b)"
    r"|(?<=\baged )(?:ninety(?:[- ]\w{3,5})?|a hundred)\b"
    r"|(?:(?<=\bin his )|(?<=\bin her )|(?<=\bin my ))(?:(?:early|mid|late)[- ])?(?:nineties|90['’]?s)\b"
    r"|(?<=\bin their )(?:(?:early|mid|late)[- ])?(?:nineties|90['’]?s)\b"
    r"|\b(?:nonagenarian|centenarian)\b|(?<![\w.,])(?:9\d|1[01]\d)(?=(?:yo|yr|yrs|y/o|[mfMF])\b)",
    re.IGNORECASE,
)
_UK_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|"
    "EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|"
    "N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|"
    "TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_TWO_LETTER_AREAS = "|".join(area.lower() for area in _UK_AREAS.split("|") if len(area) == 2)
_POSTCODE = re.compile(
    rf"\b(?:(?:{_UK_AREAS})\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{{2}}"
    rf"|(?:{_TWO_LETTER_AREAS})\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{{2}})\b"
)
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|"
    "OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_ALSO_WORDS = "AL|CO|DE|HI|ID|IL|IN|LA|MA|MD|ME|MI|MS|OH|OK|OR|PA"
_ZIP = re.compile(
    rf"(?:, ?(?:{_STATES})|\b(?!(?:{_ALSO_WORDS})\b)(?:{_STATES})|\b(?i:zip(?: ?code)?(?: is)?:?)) "
    r"(\d{5}(?:-\d{4})?)\b|(?<![\d-])(\d{5}-\d{4})(?![\d-])"
)
_STREET_CUE = "street|road|avenue|lane|crescent|boulevard"
_STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]?,? (?:[A-Z][\w'’.-]{0,30} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|"
    r"Court|Ct|Crescent|Cres|Gardens|Grove|Terrace|Way|Place|Pl|Square|Sq|Blvd|Boulevard|Row|Mews|Parkway|"
    r"Highway)\b\.?(?:,? (?:Apt|Unit|Flat|Suite)\.? ?\w{1,5})?"
    rf"|\b\d{{1,5}}[a-z]? (?!(?:the|a|an|of|in|on|down|up|this|that|my|our|more|mile|miles|more|long|people)\b)"
    rf"[a-z'’]{{3,20}} (?:{_STREET_CUE})\b"
    r"|\b(?:flat|apartment|apt|unit|suite) \d{1,4}[a-z]?,? \d{1,4} [A-Z][\w'’-]{1,30}(?: [A-Z][\w'’-]{1,30})?"
    r"|\bP\.?O\.? Box \d{1,6}",
)
# Numbers of products and papers, not of persons: a batch number belongs in a safety report.
_PRODUCT = re.compile(
    r"\b(?:lot|batch|ndc|rs|pmid|nct|doi|din)\W{0,3}(?:no|number|num|id)?\W{0,3}$", re.IGNORECASE
)
# (least digits of the text, cheap sign that it is worth looking, whether its runs of digits alone show the sign,
# pattern, kind)
_KINDS = (
    (1, re.compile(r"\.\d{1,3}\.|:[\da-fA-F]{0,4}:"), False, _IP, "ip"),
    (1, re.compile(r"[A-Z] ?\d|[:-][0-9A-Fa-f]{2}[:-]"), False, _DEVICES, "device"),
    (1, re.compile(r"\d[A-Za-z]?,? [A-Za-z]|[Bb]ox \d"), False, _STREET, "address"),
    (2, re.compile(r"\d[A-Za-z]{2}\b"), False, _POSTCODE, "postcode"),
    (5, re.compile(r"\d{5}"), True, _ZIP, "postcode"),
    (7, re.compile(r"\d{7}"), True, _GLUED, "number"),
    (3, re.compile(r"\d(?:[\w /-]{0,8}\d){2}"), False, _ASKED, "number"),
    (8, re.compile(r"\d(?:[ \-.()]{0,2}\d){7}"), False, _CALL_ME, "phone"),
    (2, re.compile(r"9\d|1[0-2]\d"), True, _AGE, "age"),
    (2, re.compile(r"9\d|1[01]\d"), True, _AGE_WORDS, "age"),
    (2, re.compile(r"9\d|1[01]\d"), True, _AGE_TOLD, "age"),
)
_OLD = frozenset(("ninety", "nineties", "hundred", "nonagenarian", "centenarian"))
_DATE_CUE = re.compile(
    r"[Cc]hristmas|[Dd]ay|[Ee]ve|[Hh]alloween|[Vv]alentine|[Ee]aster|[Tt]hanksgiving|[Dd]iwali|[Ee]id|\d[./-]\d{1,2}[./-]\d|\d/[12]\d{3}|[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]u[nl]|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec|"
    r"J(?:AN|UN|UL)|FEB|MA[RY]|A(?:PR|UG)|SEP|OCT|NOV|DEC"
)
_DATE_IN_DIGITS = re.compile(r"\d[./-]\d{1,2}[./-]\d|\d/[12]\d{3}")
_DATE_WORDS = frozenset(
    ("jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june", "jul", "july", "aug",
     "august", "sep", "sept", "sepember", "september", "oct", "october", "nov", "november", "dec", "december", "christmas", "boxing",
     "new", "halloween", "valentine", "valentines", "easter", "thanksgiving", "diwali", "eid", "good", "mother", "mothers",
     "father", "fathers")
)  # fmt: skip
SIGNS = _OLD | _DATE_WORDS
"""Words without which ages in words and dates by name are not searched for."""
LEAST_OF_A_DATE, LEAST_OF_A_PHONE = 4, 6  # digits that one without a month's name has
_BORN = re.compile(r"[Bb][Oo][Rr][Nn]|[Bb][Ii][Rr][Tt][Hh]|[Dd]\.?[Oo]\.?[Bb]")
_CALLED = {(3, 3, 4), (1, 3, 3, 4), (3, 7), (3, 4, 4)}
_SOCIAL_SECURITY = (3, 2, 4)
_CARDS = {(4, 4, 4, 4), (4, 6, 5), (4, 4, 4, 4, 3)}


def find_numbers(text: str, words: Collection[str] | None = None) -> Iterator[Found]:
    """Spans of identifying numbers with their kind; call only where the text has a digit.

    Parameters
    ----------
    text : str
        Text to search.
    words : collection of str, optional
        Its words in lower case: a month or a holiday that is not among them is not searched for.

    Returns
    -------
    iterator of (start, end, kind)
        kind = ip, device, number, address, postcode, date, age, phone; spans may overlap.

    Examples
    --------
    >>> text = "it is 07700 900123, 3 x 500 mg, seen 3 May 2021"
    >>> sorted(find_numbers(text))[:2]
    [(6, 18, 'phone'), (37, 42, 'date')]
    """
    words = words_of(text) if words is None else words
    for start, end, kind in _everything(text, words):
        if kind not in ("number", "phone") or not _PRODUCT.search(text, max(0, start - 20), start):
            yield start, end, kind


def ages_in_words(text: str, words: Collection[str]) -> Iterator[Found]:
    """Ages over 89 that are written out; also where the text has no digit.

    Examples
    --------
    >>> list(ages_in_words("in her nineties", {"nineties"}))
    [(7, 15, 'age')]
    """
    if not _OLD.isdisjoint(words):
        for hit in _AGE_WORDS.finditer(text):
            yield *hit.span(), "age"


def _everything(text: str, words: Collection[str]) -> Iterator[Found]:
    runs = _GROUPS.findall(text)
    digits = " ".join(runs)
    many = len(digits) - len(runs) + 1
    for least, cue, in_digits, pattern, kind in _KINDS:
        if many >= least and cue.search(digits if in_digits else text):
            for hit in pattern.finditer(text):
                yield *hit.span(hit.lastindex or 0), kind
    named = not _DATE_WORDS.isdisjoint(words)
    written = many >= LEAST_OF_A_DATE and bool(_DATE_IN_DIGITS.search(text))
    if written or (named and _DATE_CUE.search(text)):
        yield from _dates(text, named=named)
    if many >= LEAST_OF_A_PHONE:
        yield from _phones(text)


def birth_years(text: str) -> Iterator[Found]:
    """Years of birth that say an age over 89, and two-digit ones; after the day and month are masked.

    Examples
    --------
    >>> list(birth_years("born in 1931")), list(birth_years("born in 1981"))
    ([(8, 12, 'date')], [])
    """
    if not _BORN.search(text):
        return
    for hit in _BIRTH_YEAR.finditer(text):
        year = hit.group(1)
        if len(year) == 2 or int(year) < _OLDEST_BIRTH_YEAR:
            yield *hit.span(1), "date"


def _dates(text: str, *, named: bool) -> Iterator[Found]:
    """Day and month of full dates; the year stays. `named`: whether a month or a holiday is."""
    for start, end in (*_days_in_numbers(text), *_days_by_name(text, named=named)):
        yield start, end, "date"


def _days_in_numbers(text: str) -> Iterator[tuple[int, int]]:
    for hit in _DAY_FIRST.finditer(text):
        if _is_day_and_month(int(hit[1]), int(hit[3])):
            yield hit.start(), hit.end(3)
    for hit in _YEAR_FIRST.finditer(text):
        if _is_day_and_month(int(hit[2]), int(hit[3])):
            yield hit.start(2), hit.end(3)


def _days_by_name(text: str, *, named: bool) -> Iterator[tuple[int, int]]:
    if _YEAR.search(text):
        for hit in (*_MONTH_YEAR.finditer(text), *_HOLIDAY.finditer(text)):
            yield hit.span()
    if not named:
        return
    for hit in _DAY_MONTH.finditer(text):
        if hit[1] or _is_month_name(hit[2]):
            yield hit.span()
    for hit in _MONTH_DAY.finditer(text):
        if hit[2] or _is_month_name(hit[1]):
            yield hit.span()


def _is_day_and_month(one: int, other: int) -> bool:
    return 1 <= min(one, other) <= 12 and 1 <= max(one, other) <= 31


def _is_month_name(word: str) -> bool:
    """False for "may", "march", "mar" in lower case: those are also words."""
    return word[0].isupper() or word not in ("may", "march", "mar")


def _phones(text: str) -> Iterator[Found]:
    for run in _RUN.finditer(text):
        groups = [(hit.start(), hit.end()) for hit in _GROUPS.finditer(text, *run.span())]
        at = 0
        while at < len(groups):
            size, kind = _longest(text, run.start(), groups, at)
            if kind:
                start = groups[at][0]
                while start > run.start() and text[start - 1] in "+(":
                    start -= 1
                yield start, groups[at + size - 1][1], kind
            at += size


def _longest(text: str, low: int, groups: list[tuple[int, int]], at: int) -> tuple[int, str]:
    """Number of groups from `at` on that make one identifier, and its kind; (1, "") when none does."""
    for size in range(min(7, len(groups) - at), 0, -1):
        part = groups[at : at + size]
        digits = [text[start:end] for start, end in part]
        plus = "+" in text[max(low, part[0][0] - 2) : part[0][0]]
        if kind := _kind(digits, plus=plus, dotted=_is_dotted(text, part)):
            return size, kind
    return 1, ""


def _is_dotted(text: str, groups: list[tuple[int, int]]) -> bool:
    """True when some, but not all, gaps are a full stop: decimals, not a number to call."""
    gaps = [text[left[1] : right[0]] for left, right in pairwise(groups)]
    return gaps == ["."] or ("." in gaps and any(gap != "." for gap in gaps))


def _is_national(first: str, sizes: tuple[int, ...]) -> bool:
    """True for a trunk number such as 020 7946 0958, false for a date such as 01-02-2021."""
    trunk = first[0] == "0" and len(first) > 1 and sizes[:3] != (2, 2, 4)
    return trunk and 9 <= sum(sizes) <= 12 and len(sizes) <= 6


def _kind(digits: list[str], *, plus: bool, dotted: bool) -> str:
    sizes = tuple(map(len, digits))
    total = sum(sizes)
    if dotted or (len(digits) == 1 and total < 7):
        return ""
    if plus:
        return "phone" if 8 <= total <= 15 else ""
    if sizes in _CALLED or _is_national(digits[0], sizes):
        return "phone"
    if sizes == _SOCIAL_SECURITY or len(digits) == 1:
        return "number"
    years = all(len(group) == 4 and group[:2] in ("19", "20") for group in digits)
    return "number" if sizes in _CARDS and not years else ""
