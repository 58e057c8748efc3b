"""Which words of a post name a condition: by the vocabulary, by their form, or because the writer says so (F26)."""

import re
from collections.abc import Iterator

from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.fuzzy import ordinary_words
from bedside.understand.gated import Gated
from bedside.understand.lexicon import Entry, Term
from bedside.understand.makers.injuries import spoken_injuries
from bedside.understand.makers.status import SAID, is_asked

__all__ = ["is_condition", "spoken_conditions"]

_NAMED = re.compile(
    r" (?:diagnos\w+ (?:me |him |her |us )?(?:with|as|of) (?:\w+ ){0,2}|(?:is|could|can|might|may) (?:it|this|that|these|i) (?:be |have |just )?|"
    r"(?:might|may|could) be |(?:think|thought|believe|suspect|worried|afraid|scared|convinced|sure|says|said) (?:that )?"
    r"(?:it's|it is|it might be|i have|i've got|this is|it could be|it was|i had) |do i have |suspect\w* |rul(?:ed|es|ing|e) out |turn(?:ed|s) out to be |(?:symptoms?|signs?) of |possibl[ey] )"
    r"(?:an? |some (?:kind|sort) of )?$"
)
_VAGUE = frozenset(
    {"infection", "disease", "disorder", "syndrome", "injury", "failure", "deficiency", "disc", "discs", "disk", "disks",
     "mutation", "deletion", "stones", "palsy", "poisoning", "nasal blockage"}
)  # fmt: skip
"""Kinds of illness that name none by themselves."""
_KIND_OF = re.compile(
    r" (?P<name>(?:(?!(?:have|had|has|got|from|with|an?|the|my|his|her|of|and|some|any|this|that|these|other|or|in|on|for|to|"
    r"his|its|their|your|was|is|are|were|also|\d+|two|three|four|several|many|what|bad|new|small|large|big|chronic|severe) )[a-z][\w']+ ){0,2}"
    r"\w+) $"
)
_WHETHER = re.compile(
    r" (?:does|do|could|can|might|may|would) (?:my \w+|our \w+|i|he|she|we|it|this|that|these) (?:\w+ )?(?:have|be|mean|got) |"
    r" (?:is|are) (?:it|this|that|these|my \w+) "
)
_BY_FORM = re.compile(
    r"(?:\w+(?:itis|oma|omas|osis|malacia|plasia|opathy|trophy|iasis|cele|emia|aemia|plegia|paresis|penia|ectasis|megaly)|cancer|syndromes?|diseases?|disorders?|"
    r"deficiency|hernias?|stenosis|cysts?|fractures?|tears?|infections?|dystrophy|goitre|goiter|palsy|ulcers?|polyps?|tumou?rs?|neoplasms?|aneurysms?|sclerosis|"
    r"thrombosis|thrombus|prolapse|atresia|torn \w+|grand mal|deafness|(?:hearing|sight) loss|murmurs?|arrhythmia|lazy eyes?|low sperm count|strokes?|"
    r"ischa?emic attacks?|ha?emorrhage|regurgitation|insufficiency|(?:renal|kidney|liver|heart) failure|hypertension|effusion|flutter|fibrillation|ataxia|dystonia|"
    r"blindness|strabismus|gangrene|keloids?|asthma|eczema|calculi|calculus|contractures?|flat (?:foot|feet)|impingement|(?:pinched|trapped) nerves?|damage|ascites|ossification) "
)
"""How a term of the symptom vocabulary sounds that names an illness."""
_ADJECTIVE = Gated(
    r" (?:i'm|i am|i was born|he is|she is|he's|she's|(?:my|our) \w+ is|who is|as an?|being|being an?) (?:an? |also |severely |mildly |type \w+ |now |partially )*"
    r"(?P<name>(?:diabetic|asthmatic|bipolar|autistic|epileptic|ana?emic|hypothyroid|hyperthyroid|deaf|blind|coeliac|celiac|lactose intolerant|"
    r"gluten intolerant|hypertensive|schizophrenic|dyslexic|alcoholic|obese|hiv positive|infertile|hypermobile|type \d diabetic|pre ?diabetic) )",
    "diabetic prediabetic asthmatic bipolar autistic epileptic anaemic anemic hypothyroid hyperthyroid deaf blind coeliac celiac "
    "intolerant hypertensive schizophrenic dyslexic alcoholic obese positive infertile hypermobile",
)
_ORGAN = Gated(
    r" (?:have|has|had|having|with|my|his|her|some|severe|serious|chronic|from|and|a|an|of|it|any|caused|possible) (?P<name>(?:esophageal|oesophageal|cardiac|lung|muscle|bone|mental health|heart|thyroid|kidney|back|gut|digestive|stomach|joint|hormonal|hormone|sexual|vision|hearing|brain|gi|intestinal|bladder|sleep|neck|knee|hip|liver|lung|bowel|"
    r"thyroid gland|prostate|gallbladder|nerve|spine|spinal|autoimmune(?: \w+)?|skin|eye|blood|gluten|nut|peanut|milk|dairy|egg|latex|penicillin|pollen) "
    r"(?:problems?|issues?|condition|disease|disorder|trouble|damage|dysfunction|imbalance|failure|stones?|allerg(?:y|ies)) )",
    "stone stones problem problems issue issues condition disease disorder trouble damage dysfunction imbalance failure allergy allergies",
)
_GENE = Gated(
    r" (?P<name>(?:(?:[\dx]\d?[pq][\d.]*|trisomy|chromosome|genetic|gene|brca ?\d?|mthfr|braf|egfr|jak ?2) (?:\w+ )?(?:micro)?"
    r"(?:deletion|duplication|mutation|inversion|translocation|disorder)|trisomy \d+|[\dx]\d?[pq][\d.]* (?:micro)?(?:deletion|duplication)) )",
    "trisomy deletion duplication mutation inversion translocation disorder microdeletion microduplication micromutation "
    "microinversion microtranslocation microdisorder",
)
"""A change of genes or chromosomes, by its place or its gene."""
_CALLED = Gated(
    r" (?:illness|disease|disorder|condition|syndrome|cancer|infection|something) (?:called|named|known as) (?:an? |the )?(?P<name>(?:(?!(?:and|but|which|that|in|so) )[a-z][\w']+ ){1,4})",
    "called named known",
)
_SHORT = Gated(
    r"(?: (?:was|is|it's|to|called|said|saying|word|had|have|with|son's|daughter's|his|her|my|remitting|progressive)| [.:,–]) (?P<name>(?:(?:relapsing remitting |primary progressive |secondary progressive )?ms|type (?:1|2|one|two)(?: diabetes)?|t1d|t2d) )"
    r"(?=[.,!?:;§¶()–]|$|for |and |but |at |in |diagnosis |wasn't |since |nurse |is |it |after |when |as |i )",
    "ms type t1d t2d",
)
"""Short names that are other words too, where they stand as a name does."""
_PHRASE = Gated(
    r" (?:diagnosed|diagnosised|diagnoised|dianosed|diagnose) (?:me |him |her |by (?:the |my |a )?\w+ )?(?:with|as) (?:having )?(?:an? |the |severe |mild |chronic |early |stage \w+ |\d+ |[\"'“] )*"
    r"(?P<name>(?:(?!(?:an?|the|and|but|however|though|although|while|with|in|at|after|when|which|because|last|this|on|by|about|since|for|by|as|so|then|that|i|she|he|it|my|years?|months?|now|years?|today|ago|over|almost|nearly|only|just|living|who|two|three|four|five|six|\d+) )[a-z][\w']* ){1,4})",
    "diagnosed diagnosised diagnoised dianosed diagnose",
)
_NAMED_AFTER = Gated(
    r" (?P<name>[a-z]{4,}(?:'s|s')? (?:disease|syndrome|dystrophy|neuralgia) )",
    "disease syndrome dystrophy neuralgia",
)
"""Illnesses called after whoever described them, where the name is no word of general talk."""
_DESCRIBED = (_ADJECTIVE, _ORGAN, _GENE, _CALLED, _SHORT)
_DESCRIBING = frozenset().union(*(pattern.words for pattern in _DESCRIBED))
_SUFFERS = Gated(
    r" (?:suffer(?:s|ed|ing)? (?:from|with)|afflicted (?:by|with)|patient (?:of|with)) (?:an? |the |severe |mild |chronic |acute |early |stage \w+ |bad |very )*"
    r"(?P<name>(?:(?!(?:and|but|however|though|although|while|with|in|at|after|when|which|because|last|this|on|by|about|since|for|as|so|then|that|i|she|he|it|my|his|her|years?|months?|now|today|ago|over|"
    r"almost|nearly|only|just|who|two|three|four|five|six|to|the|is|was|with|from|due|of|\d+) )[a-z][\w']* ){1,3})",
    "suffer suffers suffered suffering afflicted patient",
)
LONG_ENOUGH = 7
_ENDING = re.compile(
    r"(?:itis|[^n]osis|iasis|opathy|plasia|a?emia|plegia|penia|malacia|myoma|noma|omata|trophy) "
)
_ENDS = ("sis ", "itis ", "ia ", "thy ", "oma ", "omata ", "trophy ")
"""One of these stands in each of its matches."""
_NO_ILLNESS = frozenset(
    {"diagnosis", "prognosis", "hypnosis", "misdiagnosis", "symbiosis", "apoptosis", "mitosis", "meiosis", "anastomosis", "metamorphosis",
     "homeopathy", "osteopathy", "naturopathy", "academia", "bohemia", "telepathy"}
)  # fmt: skip
"""Words that sound like an illness and are none, or that lists of ours hold."""
NAMELESS = Entry(SAID, "", "")


def spoken_conditions(doc: Doc) -> list[tuple[int, int]]:
    """Places of conditions that no vocabulary holds: after "diagnosed with", by a kind ("cysts"), by form, or described."""
    if "spoken conditions" not in doc.memo:
        doc.memo["spoken conditions"] = _spoken(doc)
    spoken: list[tuple[int, int]] = doc.memo["spoken conditions"]
    return spoken


def _spoken(doc: Doc) -> list[tuple[int, int]]:
    told = [
        *_named(doc),
        *_described(doc),
        *_named_after(doc),
        *_formed(doc),
        *spoken_injuries(doc),
    ]
    return [
        *_diagnosed(doc),
        *_suffered(doc),
        *(place for place in told if _is_told(doc, place)),
    ]


def _is_told(doc: Doc, place: tuple[int, int]) -> bool:
    """Whether words are asserted, or a question supposes what they name."""
    if is_asked(doc, Term(*place, NAMELESS)):
        return True
    return not _asked_at(doc, place[0]) and assertion(doc, *place) in ("asserted", "past")


def is_condition(doc: Doc, term: Term) -> bool:
    """Whether a term is an illness: by its kind, by its form, or because the writer calls it one."""
    if term.entry.kind != "symptom":
        return term.entry.kind == "condition"
    if _BY_FORM.search(doc.text[term.start : term.end] + " "):
        return True
    return _said_diagnosed(doc, term)


def _said_diagnosed(doc: Doc, term: Term) -> bool:
    """Whether a term that is also a symptom is named as what one has: "diagnosed with", "could it be", "think it's"."""
    return bool(_NAMED.search(doc.text[max(0, term.start - 60) : term.start]))


def _diagnosed(doc: Doc) -> Iterator[tuple[int, int]]:
    """What stands after "diagnosed with"."""
    for match in _PHRASE.finditer(doc):
        yield match.start("name"), match.end("name") - 1


def _suffered(doc: Doc) -> Iterator[tuple[int, int]]:
    """What one suffers from, where it is no word of general talk: "friedreich's ataxia", "cornic bhp"."""
    for match in _SUFFERS.finditer(doc):
        start, end = match.start("name"), match.end("name") - 1
        unknown = set(match["name"].split()) - ordinary_words()
        if unknown and not any(
            t.start <= end + 1 and start <= t.end and not is_condition(doc, t) for t in doc.terms
        ):
            yield start, end


def _named_after(doc: Doc) -> Iterator[tuple[int, int]]:
    """Illnesses called after somebody: "hirayama's disease"."""
    for match in _NAMED_AFTER.finditer(doc):
        start, end = match.start("name"), match.end("name") - 1
        name = match["name"].split()[0].removesuffix("'s")
        if name not in ordinary_words() and not any(
            t.start < end and start < t.end for t in doc.terms
        ):
            yield start, end


def _formed(doc: Doc) -> Iterator[tuple[int, int]]:
    """Words that sound like an illness and that no list of ours holds: "dextroscoliosis"."""
    if not any(end in doc.text for end in _ENDS):
        return
    for match in _ENDING.finditer(doc.text):
        start, end = doc.text.rfind(" ", 0, match.start()) + 1, match.end() - 1
        if (
            end - start > LONG_ENOUGH
            and doc.text[start:end] not in _NO_ILLNESS
            and not any(t.start <= start < t.end for t in doc.terms)
        ):
            yield start, end


def _described(doc: Doc) -> Iterator[tuple[int, int]]:
    """Illnesses told in ordinary words: "she is diabetic", "a heart problem", "a condition called"."""
    if _DESCRIBING.isdisjoint(doc.vocabulary):
        return
    for pattern in _DESCRIBED:
        for match in pattern.finditer(doc):
            place = (match.start("name"), match.end("name") - 1)
            if any(
                t.start < place[1] and place[0] < t.end and t.entry.kind == "condition"
                for t in doc.terms
            ):
                continue
            yield place


def _named(doc: Doc) -> Iterator[tuple[int, int]]:
    """Illnesses that no vocabulary holds but whose last word names a kind: "ovarian cysts", "a broken disc"."""
    for hit in doc.found("named.condition"):
        words = _KIND_OF.search(doc.text[hit.start - 1 : hit.end + 1])
        if (
            words is None
            or words["name"] in _VAGUE
            or any(
                hit.start <= t.start and t.end <= hit.end + 1 and t.entry.kind == "condition"
                for t in doc.terms
            )
        ):
            continue
        place = (hit.start - 1 + words.start("name"), hit.end)
        yield place


def _asked_at(doc: Doc, place: int) -> bool:
    return bool(_WHETHER.match(doc.text, doc.sentence(place)[0] - 1))
