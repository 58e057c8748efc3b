"""What a post says of a condition: suspected, the writer's own idea, confirmed, a misdiagnosis, or ruled out."""

import re

from bedside.understand.book import Hit
from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Term

__all__ = ["RANK", "SAID", "Told", "is_asked", "is_firm", "status_of"]

Told = tuple[str, list[tuple[int, int]]]
"""A status, and the places of the words that say it."""
SAID = "said"
"""Kind of a condition that no vocabulary holds: the post's words are its name."""
NEAR = 7  # words between a condition and the words that say its status
CLOSE = 3  # words between them where it is not in doubt which condition they mean
RANK = {"misdiagnosed": 5, "ruled_out": 4, "confirmed": 3, "self": 2, "suspected": 1}
"""Of two statuses of one condition the one that stays."""
SOFT = frozenset(
    {
        "anxiety", "depression", "insomnia", "addiction", "flu", "vertigo", "obesity", "incontinence", "infertility",
        "miscarriage", "heart attack", "stroke", "menopause", "covid", "tinnitus", "arthritis", "cancer", "concussion",
        "hives", "migraine", "psychosis", "reflux", "colic", "warts", "worms", "food poisoning", "strep throat", "secondary cancer",
        "blood clot", "anal fissure", "anal fistula", "abscess", "norovirus", "alcoholism", "drug addiction",
    }
)  # fmt: skip
"""Conditions that are also everyday words: they need a word such as "diagnosed with" or "have" before them."""
FELT = frozenset(
    {"depression", "anxiety", "insomnia", "erectile dysfunction", "psychosis", "addiction", "tinnitus"}
)  # fmt: skip
"""Conditions that people name from what they feel: without a word of a professional or a treatment they are their own."""
SIGNS = frozenset(
    {"constipation", "indigestion", "dehydration", "halitosis", "mouth ulcers", "sunburn", "muscle spasm", "double vision", "dandruff", "heartburn",
     "palpitations", "nosebleeds", "cyanosis", "teeth grinding", "low back pain", "myalgia", "excess hair", "loin pain"}
)  # fmt: skip
"""Signs that lists of illnesses hold too: one has them as an illness where a diagnosis or how lasting they are is told."""
_LASTING = re.compile(
    r" (?:chronic|suffer(?:s|ed|ing)?(?: from| with)?|history of|living with|lifelong|recurrent|treated for|prescribed for) (?:\w+ ){0,2}$"
)
_TIMES = frozenset({"covid"})
"""Illnesses that are also the name of a time: only who caught one has it."""
_CAUGHT = re.compile(
    r" (?:had|have|has|having|got|caught|catch|catching|getting|contracted|contracting|positive (?:for|with)|diagnosed with|down with|ill with|long|"
    r"my|suspected|recovered from|recovering from|suffering from) (?:\w+ ){0,1}$"
)
_BESIDE_IT = re.compile(
    r" (?:(?:,|and|or|mmr|dtap|polio|flu|tetanus|rubella|mumps|measles) ){0,5}(?:vaccin\w+|jabs?|shots?|diets?|boosters?|awareness|research|screening|charity|pandemic|crisis|situation|restrictions?|rules|regulations|lockdowns?|"
    r"guidelines|measures|secure|safe|times?|period|outbreak|19 (?:pandemic|crisis|situation|restrictions?|rules|lockdowns?|measures|times?|period|vaccin\w+)) "
)
_ACTS = re.compile(
    r" (?:prescri\w+|sa(?:id|ys)|told|wants?|put|gave|gives|thinks?|ordered|referred|appointment|and (?:he|she)) "
)
_VAGUELY = re.compile(r" (?:problems?|issues?|trouble|dysfunction|imbalance)$")
_DAMAGE = re.compile(r" (?:problems?|issues?|damage)$")
_BY_OTHERS = re.compile(
    r" (?:diagnos\w+|prescri\w+|antidepress\w*|sertraline|fluoxetine|citalopram|psychiatr\w+|psycholog\w+|therap\w+|counsel\w+|doctors?|gp|"
    r"consultant|medication|meds|tablets|treated|treatment|history of|suffer\w*|mental health team|cpn|clinic) "
)
_HELD = re.compile(
    r" (?:diagnosed with|diagnosed as|diagnosis of|have|has|had|having|suffer(?:s|ed|ing)?(?: from| with)?|with|my|his|her|"
    r"developed|living with|live with|for|got|get|chronic|severe|beat|fighting|survived|battling|of|stage|terminal|metastatic) (?:[\w/&]+ ){0,2}$"
)
_GENERALLY = re.compile(
    r" (?:subject : |message : )?(?:what|how|which|why|can|could|does|do|will|would|is|are) "
)
_HELD_AFTER = re.compile(
    r" (?:medic\w+|meds|tablets|pills|disorder|diagnosis|patient|survivor|of (?:the |my |his |her )?\w+(?<!the)(?<!my)) "
)
_ORGAN_CANCER = re.compile(
    r" (?:throat|neck|marrow|bone|blood|brain|skin|eye|mouth|tongue|lip|nose|nodes?|lung|liver|kidney|bowel|stomach|breast|womb|ovary|cervix|prostate|gland|duct) $"
)
_OVER = re.compile(
    r" (?:no longer (?:get|have|has|having|suffer\w*)|(?:not|\w+n't|never) (?:\w+ )?(?:have|had|has|get|got|gotten|getting|seen|experienced?|suffer\w*)|(?:free|clear|cured|rid) (?:of|from)|cleared (?:up )?(?:of|my|his|her|the)|\w*n't (?:\w+ )?come back) (?:\S+ ){0,4}$"
)
_SINCE_THEN = re.compile(
    r" (?:again|any ?more|before (?:last|this|that|i|it|the|my|then|now|20\d\d)|since|for (?:\w+ )?(?:\w+ )?(?:weeks|months|years|days)|issues since|in (?:\w+ )?(?:months|years)|now that) "
)
"""What is over, or came late, has been there all the same: "no longer get X", "never had X again", "free of X"."""
_AND = re.compile(r" (?:\( \w+ \) |\) )?(?:,|and|&|, and|/|\+|plus) (?:\w+ )?")
LIST = 40  # characters in which the one before stands in a list of conditions
_FIRMLY = re.compile(
    r" (?:diagnos\w+|confirm\w+|have|has|had|i've got|has got|turned out|turns out|told (?:me )?i (?:have|had)|suffer(?:s|ed|ing)?(?: from| with)?|my|his|her|with|"
    r"shows|showed|found|reveal\w+) (?:[^\s?.!]+ ){0,4}$"
)
_SUPPOSED = re.compile(
    r" (?:(?:is|are|was|were|could|can|might|may|would|will) (?:it|this|that|these|those|they) (?!(?:possible|safe|normal|ok|common|because|worth|due|true|for) )(?:\w+ ){0,4}|"
    r"(?:am|could|can|might|may|do|does|did|would) (?:i|he|she|this|that|it|my \w+(?: \w+)?) (?:\w+ ){0,3}(?:have|having|be|get|getting|got|develop\w*|suffer\w*|sound|look|mean|indicate|suggest) (?!(?:your|any advice) )(?:\w+ ){0,3}|"
    r"or |maybe |perhaps |what if (?:\w+ ){0,4}|(?:indicate|suggest|mean|signal|(?:sign|symptom|case|form)s? of|sounds? like|looks? like) |"
    r"(?:is|are) there (?:any |some )?|any (?:kind|sort|type|chance) of )"
    r"(?:an? |the |some |any )?(?:\w+ ){0,2}$"
)
_ALONE = re.compile(r"(?:^|(?<= )[.…?!¶§,;–-]) (?:an? |possible |possibly )?$")
_TO_COME = re.compile(
    r" (?:going to (?:have|get|develop)|(?:will|would|may|might|could|can) (?:cause|lead|give)|(?:lead|progress|turn|develop) (?:to|into)|worry|candidate for|prevent\w*|avoid\w*|risks? (?:of|for)|vaccin\w+ (?:for|against)|transmit\w*) (?:\w+ ){0,4}$"
)
_POSITIVE = re.compile(
    r" (?:positive|confirmed|confirms|shows|showed|revealed|reveals|found|has) (?:for |with |that |i have |i had |to be )*(?:an? |the |mild |severe )?$"
)
_UNTIL = re.compile(
    r" (?:not|\w+n't|never) (?:\S+ ){0,2}(?:diagnos\w+|find|found|spot\w*|pick\w*|see|say|notice|realise|realize|know|catch) .* (?:until|till) "
)
_OF_ONESELF = re.compile(
    r" (?:am|i'm|i|you|you're|if|or|whether|why|may|might|should|would|will|could|can|he|she|he's|she's|we|people) $"
)
_MY = re.compile(r" (?:my|his|her) (?:\w+ )?$")
_FILLER = re.compile(
    r"(?: (?:an?|the|actually|really|in|fact|any|due|related|to|my|just|even|likely|at|all|be|been|definitely|simply|only|some|sort|kind|of))* $"
)


def status_of(doc: Doc, term: Term) -> Told | None:
    """Status of a condition where it stands, with the words that say so; None where it is nobody's.

    Parameters
    ----------
    doc : Doc
    term : Term
        The condition.

    Returns
    -------
    tuple of str and list of (int, int), or None
        One of `RANK`, and places in canonical text.
    """
    says = assertion(doc, term.start, term.end)
    if says == "figurative" or _only_named(doc, term):
        return None
    if says in ("negated", "past", "asserted") and _is_over(doc, term):
        return "confirmed", []
    return _settled(doc, term, says) or _open(doc, term, says)


def _is_over(doc: Doc, term: Term) -> bool:
    """Whether a condition is told to be over, or not to have been there before, which says that it was."""
    start, end = doc.sentence(term.start)
    said = _OVER.search(doc.text, max(start - 1, term.start - 60), term.start)
    if said is None:
        return False
    gone = said[0].startswith((" no longer", " free", " clear", " cured", " rid"))
    return gone or bool(
        _SINCE_THEN.match(doc.text, term.end)
        or _SINCE_THEN.search(doc.text, term.end, min(end + 1, term.end + 30))
    )


def _only_named(doc: Doc, term: Term) -> bool:
    """Whether the name stands for something else: a vaccine, a time, an illness that is only to come."""
    if _BESIDE_IT.match(doc.text, term.end):
        return True
    if doc.text[term.start : term.end] == "endo" and _ACTS.match(doc.text, term.end):
        return True  # the endocrinologist
    before = doc.text[max(0, term.start - 60) : term.start]
    if term.entry.concept in _TIMES and not _CAUGHT.search(before):
        return True
    return bool(_TO_COME.search(before))


def _settled(doc: Doc, term: Term, says: str) -> Told | None:
    """A misdiagnosis, what was ruled out, and what a finding shows."""
    low, high = doc.clause(term.start, term.end)
    hit = _before(doc, "status.misdiagnosed", low, term)
    if hit and not _until(doc, hit, term):
        return "misdiagnosed", [(hit.start, hit.end)]
    hit = _before(doc, "status.ruled_out", low, term) or _denied(doc, low, term)
    if hit and not _until(doc, hit, term):
        return "ruled_out", [(hit.start, hit.end)]
    after = next(
        (h for h in doc.found("status.ruled_out_after") if term.end <= h.start <= high), None
    )
    if after:
        return "ruled_out", [(after.start, after.end)]
    shown = _POSITIVE.search(doc.text, max(0, term.start - 40), term.start)
    return ("confirmed", []) if shown and says in ("asserted", "past") else None


def _open(doc: Doc, term: Term, says: str) -> Told | None:
    """What is thought, supposed or asked, and what is stated."""
    low = doc.clause(term.start, term.end)[0]
    hit = _before(doc, "status.self", low, term)
    if hit and not _MY.search(doc.text, hit.start, term.start):
        return "self", [(hit.start, hit.end)]
    hit = _before(doc, "status.suspected", low, term)
    if hit:
        return "suspected", [(hit.start, hit.end)]
    if says in ("hypothetical", "hoped", "feared") or is_asked(doc, term):
        return "suspected", []
    if says == "negated":
        start, end = doc.sentence(term.start)
        return ("confirmed", []) if _UNTIL.search(doc.text, start - 1, end + 1) else None
    return _confirmed(doc, term)


def _until(doc: Doc, hit: Hit, term: Term) -> bool:
    """Whether a "not" only says how late it was found."""
    return bool(_UNTIL.search(doc.text, hit.start - 1, doc.sentence(term.start)[1]))


def _before(doc: Doc, rule: str, low: int, term: Term) -> Hit | None:
    for hit in doc.found(rule):
        if low - 1 <= hit.start < term.start and doc.between(hit.end, term.start) <= NEAR:
            return hit
    return None


def _denied(doc: Doc, low: int, term: Term) -> Hit | None:
    """The "isn't" right before a condition: "it isn't cancer", "not related to endo"."""
    for hit in doc.found("status.denied"):
        if low - 1 <= hit.start < term.start and _FILLER.fullmatch(doc.text, hit.end, term.start):
            return None if _OF_ONESELF.search(doc.text, max(0, hit.start - 12), hit.start) else hit
    return None


def is_asked(doc: Doc, term: Term) -> bool:
    """Whether a question supposes the condition: "is it X?", "X or Y?", "… X?"; many only put a mark behind a statement."""
    start, end = doc.sentence(term.start)
    if doc.text[end - 1] != "?":
        return False
    before = doc.text[max(start - 1, term.start - 70) : term.start]
    if _SUPPOSED.search(before):
        return True
    alone = _ALONE.search(before)
    if alone is None or doc.text[term.end : term.end + 2] != " ?":
        return False
    return alone[0][:1] != "," or not _is_listed(doc, term)


def _is_listed(doc: Doc, term: Term) -> bool:
    """Whether another condition stands right before, in a list."""
    return any(
        term.start - LIST < t.end < term.start and t.entry.kind == "condition" for t in doc.terms
    )


def _is_of_somebody(doc: Doc, term: Term) -> bool:
    """Whether the sentence asks nothing in general: a medicine for it, or its organ, is then somebody's."""
    return not _GENERALLY.match(doc.text, doc.sentence(term.start)[0] - 1)


def _is_held(doc: Doc, term: Term) -> bool:
    """Whether words before a condition say that somebody has it, or has the one before it in a list."""
    if _HELD.search(doc.text[max(0, term.start - 50) : term.start]):
        return True
    if _HELD_AFTER.match(doc.text, term.end) or _ORGAN_CANCER.search(
        doc.text, max(0, term.start - 12), term.start
    ):
        return _is_of_somebody(doc, term)
    beside = [
        t
        for t in doc.terms
        if term.start - LIST < t.end < term.start and t.entry.kind == "condition"
    ]
    return any(_AND.fullmatch(doc.text, t.end, term.start) and _is_held(doc, t) for t in beside)


def is_firm(doc: Doc, term: Term, told: Told) -> bool:
    """Whether the words that say the status stand right by the condition, so that it is more than named."""
    status, said = told
    if status == "confirmed":
        return bool(_FIRMLY.search(doc.text, max(0, term.start - 60), term.start))
    if status == "suspected" and said:
        return is_asked(doc, term) or doc.between(said[0][1], term.start) <= CLOSE
    return True


def _confirmed(doc: Doc, term: Term) -> Told | None:
    if term.entry.concept in SOFT and not _is_held(doc, term):
        return None
    said = [
        (h.start, h.end)
        for h in doc.found("status.confirmed")
        if doc.sentence_at(h.start) == doc.sentence_at(term.start)
    ]
    near = [place for place in said if abs(place[0] - term.start) < 60]
    told = "diagnos" in doc.text[slice(*doc.sentence(term.start))]
    if term.entry.concept in SIGNS and not (
        told or _LASTING.search(doc.text, max(0, term.start - 40), term.start)
    ):
        return None
    if term.entry.concept in FELT and not told:
        if doc.reactions:
            return None  # told as what a treatment did, which is a harm
        if not _BY_OTHERS.search(doc.text):
            return "self", []
    if term.entry.kind == SAID and not told:
        name = doc.text[term.start : term.end]
        if _VAGUELY.search(name) and not name.startswith("mental health"):
            return None
        if doc.reactions and _DAMAGE.search(name):
            return "self", []
    return "confirmed", near[:1]
