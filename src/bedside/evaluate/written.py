"""Scores on written sets: posts that somebody wrote apart from the makers, with what the codebook says of them.

Totals only, the halves apart: whoever works on a maker looks at odd lines, what is reported is even lines. Sets in a
folder of their own are read by nobody and scored whole.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bedside.errors import FormatError, NotFoundError
from bedside.evaluate.machine import code_texts
from bedside.evaluate.sets import read_lines

__all__ = ["WRITTEN", "WrittenScore", "evaluate_written", "written_text"]

HALF_MONTH = 0.5  # months may differ by so much: weeks and days were turned into months
HALVES = ("odd", "even")
WHOLE = ("whole",)
Line = dict[str, Any]
Pair = tuple[frozenset[str], frozenset[str]]
"""Expected and found codes of one post."""


class WrittenScore(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of one half of a written set, or of a set that nobody reads.

    Attributes
    ----------
    name : str
        With its folder, where it has one of its own: `plain_a/mode`.
    half : str
        odd, even or whole.
    posts : int
    f1 : dict of str to float
        By code; a code is found right where the post's expectation has it.
    support : dict of str to int
        Posts on which each code is expected.
    macro : float or None
        Mean of `f1`.
    false_alarms : int
        Posts without any expected code on which the machine says one.
    without : int
        Posts without any expected code.
    """

    name: str
    half: str
    posts: int
    f1: dict[str, float]
    support: dict[str, int]
    macro: float | None
    false_alarms: int
    without: int


def _codes(value: object) -> frozenset[str]:
    if value is None or value in ("no", "none", "no_symptom"):
        return frozenset()
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset([str(value)])


def _plain(layer: str) -> Callable[[Line, Mapping[str, Any]], Pair]:
    return lambda line, coded: (_codes(line["expect"]), _codes(coded.get(layer)))


def _harm(line: Line, coded: Mapping[str, Any]) -> Pair:
    """Any harm; and, where one is expected, whether a drug is the right one."""
    pairs = line["expect"] if isinstance(line["expect"], list) else []
    wanted = {"harm"} if pairs else set()
    found = {"harm"} if coded.get("harm") else set()
    for number, pair in enumerate(pairs):
        name = f"drug {number + 1}" if number else "drug"
        wanted.add(name)
        if any(_same_words(pair["drug"], harm.partition(":")[0]) for harm in coded["harm"] or ()):
            found.add(name)
    return frozenset(wanted - {"drug 2", "drug 3"}), frozenset(found - {"drug 2", "drug 3"})


def _same_words(one: str, other: str) -> bool:
    words = re.compile(r"[a-z]{4,}")
    return bool(set(words.findall(one.lower())) & set(words.findall(other.lower())))


def _times(line: Line, coded: Mapping[str, Any]) -> Pair:
    """Months and number of professionals; a wrong number is neither found nor right."""
    records = [r for r in line["expect"] or () if isinstance(r, dict)]
    wanted, found = set(), set()
    for key, near in (("months", HALF_MONTH), ("professionals", 0.0)):
        expected = [r[key] for r in records if r.get(key) is not None]
        told = [r[key] for r in coded.get("diagnosis") or () if r.get(key) is not None]
        wanted |= {key} if expected else set()
        right = any(abs(a - b) <= near for a in expected for b in told)
        found |= {key} if right else {f"wrong {key}"} if told else set()
    return frozenset(wanted), frozenset(found)


def _figurative_symptom(line: Line, coded: Mapping[str, Any]) -> Pair:
    return _codes(line["expect"]), frozenset(["symptom"] if coded["symptoms"] else [])


def _claim(line: Line, coded: Mapping[str, Any]) -> Pair:
    """Whether a claim's new wording is found as that claim; a line that denies one expects none repeated."""
    if line.get("claim"):
        found = {"found"} if line["claim"] in coded["found"] else set()
        return frozenset({"found"}), frozenset(found)
    return frozenset(), frozenset(coded["repeated"])


WRITTEN: dict[str, Callable[[Line, Mapping[str, Any]], Pair]] = {
    "first_turned_to": _plain("first_turned_to"),
    "search_worry": _plain("search_worry"),
    "mode": _plain("mode"),
    "figurative": _plain("figurative"),
    "crisis": _plain("crisis"),
    "special_situation": _plain("special_situation"),
    "time_to_diagnosis": _times,
    "harm_negatives": _harm,
    "harm_positives": _harm,
    "figurative_symptoms": _figurative_symptom,
    "stance": _plain("stance"),
    "claim_wordings": _claim,
    "acknowledgement": _plain("acknowledgement"),
}
"""Set name (its file is NAME.jsonl) to what is expected and found on a line."""


def evaluate_written(folder: Path) -> list[WrittenScore]:
    """Score the makers on every written set of a folder, its odd and its even lines apart, and on those of folders in it.

    Parameters
    ----------
    folder : Path
        Holds NAME.jsonl for names of `WRITTEN`, and folders with such files, which are scored whole; others are
        passed over.

    Returns
    -------
    list of WrittenScore

    Raises
    ------
    NotFoundError
        If no known set is in the folder.
    FormatError
        If a line lacks `id`, `text` or `expect`.
    """
    scores = _folder(folder, "", HALVES)
    for inner in sorted(path for path in folder.glob("*") if path.is_dir()):
        scores += _folder(inner, f"{inner.name}/", WHOLE)
    if not scores:
        raise NotFoundError(
            f"no written set in {folder.name}; it holds files such as {', '.join(list(WRITTEN)[:3])}.jsonl"
        )
    return scores


def _folder(folder: Path, before: str, parts: Sequence[str]) -> list[WrittenScore]:
    scores = []
    for name in (name for name in WRITTEN if (folder / f"{name}.jsonl").is_file()):
        lines = _lines(folder / f"{name}.jsonl")
        coded = _code(name, lines)
        pairs = [WRITTEN[name](line, coded[str(line["id"])]) for line in lines]
        scores += [
            _score(f"{before}{name}", part, pairs[at :: len(parts)])
            for at, part in enumerate(parts)
        ]
    return scores


def _lines(path: Path) -> list[Line]:
    lines = list(read_lines(path))
    for number, line in enumerate(lines, 1):
        for key in ("id", "text", "claim" if path.stem == "claim_wordings" else "expect"):
            if key not in line:
                raise FormatError(f"{path.name}, line {number}: no '{key}'")
    return lines


def _code(name: str, lines: Sequence[Line]) -> dict[str, dict[str, Any]]:
    if name == "stance":
        return _stances(lines)
    if name == "claim_wordings":
        return _claims_of(lines)
    if name == "acknowledgement":
        return _said_in_replies(lines)
    coded = code_texts((str(line["id"]), str(line["text"])) for line in lines)
    if name == "figurative_symptoms":
        return _with_symptoms(lines, coded)
    return coded


def _stances(lines: Sequence[Line]) -> dict[str, dict[str, Any]]:
    from bedside.understand.claims.stance import stance_towards
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner

    posts = [
        Post(
            (("body", str(line["text"])),),
            is_reply=bool(line.get("parent")),
            parent_body=line.get("parent") or "",
        )
        for line in lines
    ]
    found = {}
    for line, doc in zip(lines, make_docs(posts, load_scanner()), strict=True):
        stance = stance_towards(doc, str(line["claim"]))
        found[str(line["id"])] = {"stance": stance.code if stance else None}
    return found


def _said_in_replies(lines: Sequence[Line]) -> dict[str, dict[str, Any]]:
    """What each line, as a reply, says of the answers."""
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner
    from bedside.understand.makers.acknowledging import ACKNOWLEDGEMENT

    posts = [Post((("body", str(line["text"])),), kind="comment", is_reply=True) for line in lines]
    return {
        str(line["id"]): {"acknowledgement": sorted({m.code for m in ACKNOWLEDGEMENT.propose(doc)})}
        for line, doc in zip(lines, make_docs(posts, load_scanner()), strict=True)
    }


def _claims_of(lines: Sequence[Line]) -> dict[str, dict[str, Any]]:
    """Claims that each text is found to word, and those it is said to repeat."""
    from bedside.understand.claims.match import match_claims
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner
    from bedside.understand.makers.claims import CLAIMS

    docs = make_docs([Post((("body", str(line["text"])),)) for line in lines], load_scanner())
    return {
        str(line["id"]): {
            "found": {match.claim.id for match in match_claims(doc)},
            "repeated": {
                mark.concept_id
                for mark in CLAIMS.propose(doc)
                if mark.code == "repeats" and mark.assertion != "others"
            },
        }
        for line, doc in zip(lines, docs, strict=True)
    }


def _with_symptoms(
    lines: Sequence[Line], coded: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Coded posts with the symptoms that are mentioned as had by somebody."""
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner
    from bedside.understand.makers.mentions import MENTIONS

    docs = make_docs([Post((("body", str(line["text"])),)) for line in lines], load_scanner())
    return {
        str(line["id"]): {
            **coded[str(line["id"])],
            "symptoms": [
                mark.concept
                for mark in MENTIONS.propose(doc)
                if mark.code in ("symptom", "condition") and mark.assertion != "figurative"
            ],
        }
        for line, doc in zip(lines, docs, strict=True)
    }


def _score(name: str, half: str, pairs: Sequence[Pair]) -> WrittenScore:
    codes = sorted({code for wanted, _ in pairs for code in wanted})
    f1 = {code: _f1(code, pairs) for code in codes}
    empty = [found for wanted, found in pairs if not wanted]
    return WrittenScore(
        name=name,
        half=half,
        posts=len(pairs),
        f1=f1,
        support={code: sum(code in wanted for wanted, _ in pairs) for code in codes},
        macro=sum(f1.values()) / len(f1) if f1 else None,
        false_alarms=sum(bool(found) for found in empty),
        without=len(empty),
    )


def _f1(code: str, pairs: Iterable[Pair]) -> float:
    right = both = 0
    for wanted, found in pairs:
        said = code in found or f"wrong {code}" in found
        right += code in wanted and code in found
        both += (code in wanted) + said
    return 2 * right / both if both else 0.0


def written_text(scores: Iterable[WrittenScore]) -> str:
    """Scores for a person to read; no text of any post."""
    lines = []
    for score in scores:
        macro = "–" if score.macro is None else f"{score.macro:.2f}"
        codes = "  ".join(f"{c} {v:.2f} (n {score.support[c]})" for c, v in score.f1.items())
        lines.append(
            f"{score.name:25} {score.half:5} {score.posts:4} posts  macro-F1 {macro}  false alarms "
            f"{score.false_alarms} of {score.without}  {codes}"
        )
    return "\n".join(lines)
