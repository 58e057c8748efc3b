"""Score the makers on a labelled set, or on a study whose truth was planted."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from bedside.errors import FormatError, InputError
from bedside.evaluate.codes import LAYERS, Coding, is_coded
from bedside.evaluate.machine import Coder, code_texts
from bedside.evaluate.records import MonthsScore, RecordScore, score_diagnoses, score_months
from bedside.evaluate.scores import LayerScore, score_against
from bedside.evaluate.sets import SETS, Labelled, read_lines, read_set
from bedside.evaluate.shares import PairScore, ShareGap, compare_shares, count_shares, score_pairs

__all__ = ["Score", "StudyScore", "evaluate_set", "evaluate_study", "score_labelled"]

OWN_LAYERS = tuple(name for name in LAYERS if name not in ("care aspect", "valence", "speaker"))
WHOLE = ("info_source", "professional_act")  # rare: over all posts, whichever half is asked for


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The makers' scores on one labelled set.

    Attributes
    ----------
    name, about : str
        The set.
    posts : int
        Posts scored.
    half : str or None
        `odd` or `even` posts only.
    least : int
        Labelled posts that a code needed.
    readers : int
        Sets of labels that the machine was compared with.
    layers : list of LayerScore
    skipped : list of str
        Layers that the machine does not code.
    diagnosis, months : RecordScore, MonthsScore or None
        Where the set holds records.
    """

    name: str
    about: str
    posts: int
    half: str | None
    least: int
    readers: int
    layers: list[LayerScore]
    skipped: list[str] = []
    diagnosis: RecordScore | None = None
    months: MonthsScore | None = None


class StudyScore(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of what was planted.

    Attributes
    ----------
    posts : int
        Posts both planted and coded.
    not_coded, not_planted : int
        Planted posts that were not coded (deleted, folded, not relevant, another language), and the reverse.
    layers : list of LayerScore
    shares : dict of str to list of ShareGap
        Layer -> planted and counted share of each code.
    diagnosis, months : RecordScore, MonthsScore
    duplicates : PairScore or None
    """

    posts: int
    not_coded: int
    not_planted: int
    layers: list[LayerScore]
    shares: dict[str, list[ShareGap]]
    diagnosis: RecordScore
    months: MonthsScore
    duplicates: PairScore | None = None


def _in_half(number: int, half: str | None) -> bool:
    return half is None or (number % 2 == 1) == (half == "odd")


def _golds(labelled: Iterable[Labelled]) -> list[dict[str, Coding]]:
    posts = list(labelled)
    readers = len(posts[0].labels) if posts else 0
    return [{p.id: p.labels[reader] for p in posts} for reader in range(readers)]


def score_labelled(
    labelled: Iterable[Labelled],
    machine: Mapping[str, Coding],
    *,
    name: str = "own",
    half: Literal["odd", "even"] | None = None,
    least: int = 6,
    layers: tuple[str, ...] | None = None,
) -> Score:
    """Score coded posts against labelled ones.

    Parameters
    ----------
    labelled : iterable of Labelled
        In the set's own order, which decides the halves: the first post is odd.
    machine : dict of post id to Coding
    name : str
        Of the set; one that is not in `SETS` is taken as labelled with the whole codebook.
    half : `odd` or `even`, optional
        Of the judged posts: look at the even half, report the odd one. Information source and professional act
        are rare and always scored on all posts.
    least : int, default 6
        Labelled posts that a code needs; the set's own protocol may ask for more.
    layers : tuple of str, optional
        Layers to score; by default those that the set's labels hold.

    Returns
    -------
    Score

    Raises
    ------
    InputError
        If there is nothing to score, or `half` is neither.
    """
    if half not in (None, "odd", "even"):
        raise InputError(f"half = '{half}' is not known; use odd or even, or leave it out")
    posts = list(labelled)
    chosen = [p for n, p in enumerate(posts, 1) if _in_half(n, half)]
    if not chosen:
        raise InputError(f"the set '{name}' holds no labelled post to score; check its file")
    known = SETS.get(name)
    wanted = layers or (known.layers if known and known.layers else OWN_LAYERS)
    least = max(least, known.least if known else 1)
    golds, everything = _golds(chosen), _golds(posts)
    scored = [w for w in wanted if is_coded(machine.values(), w) and is_coded(golds[0].values(), w)]
    whole = known is not None and name == "judged"
    has_records = is_coded(golds[0].values(), "diagnosis status")
    return Score(
        name=name,
        about=known.about if known else "",
        posts=len(chosen),
        half=half,
        least=least,
        readers=len(golds),
        layers=[
            score_against(everything if whole and w in WHOLE else golds, machine, w, least=least)
            for w in scored
        ],
        skipped=[w for w in wanted if w not in scored],
        diagnosis=score_diagnoses(golds, machine) if has_records else None,
        months=score_months(golds, machine) if has_records else None,
    )


def evaluate_set(
    name: str,
    data: Path,
    *,
    half: Literal["odd", "even"] | None = None,
    least: int = 6,
    limit: int | None = None,
    coder: Coder | None = None,
) -> Score:
    """Let the makers code a labelled set and score them.

    Parameters
    ----------
    name : str
        One of `SETS`: judged, pxtextmining_phase1, pxtextmining_phase2, goemotions, careopinion,
        online_doctor_qa.
    data : Path
        Folder of the sets (what BEDSIDE_DATA names).
    half, least
        See `score_labelled`.
    limit : int, optional
        Only the first so many labelled posts, for a quick look; a score to report has none.
    coder : callable, optional
        What codes the texts; by default the makers of `understand`, which read feedback on care as reviews.

    Returns
    -------
    Score

    Raises
    ------
    NotFoundError
        If the set or its file is not there.
    InputError
        If an option has no meaning.
    """
    if limit is not None and limit < 1:
        raise InputError(f"limit = {limit}; give at least 1, or leave it out")
    labelled = list(read_set(name, data))[:limit]
    texts = ((post.id, post.text) for post in labelled)
    machine = coder(texts) if coder else code_texts(texts, kind=SETS[name].kind)
    return score_labelled(labelled, machine, name=name, half=half, least=least)


def _read_truth(path: Path) -> dict[str, dict[str, Any]]:
    truth = {}
    for number, line in enumerate(read_lines(path), 1):
        if not isinstance(line.get("post_id"), str):
            raise FormatError(
                f"{path.name}, line {number}: no post_id; a truth line needs one as text"
            )
        truth[line["post_id"]] = line
    return truth


def evaluate_study(
    truth: Path,
    coded: Mapping[str, Coding],
    *,
    folds: Mapping[str, str] | None = None,
    layers: tuple[str, ...] = OWN_LAYERS,
    least: int = 6,
) -> StudyScore:
    """Compare what was planted in a simulated study with what the makers found.

    Parameters
    ----------
    truth : Path
        JSON lines, one a post: `post_id`, the keys of a coded post, and `duplicate_of` where it copies
        another one.
    coded : dict of post id to Coding
        The makers' codings by post id (the caller holds the way from keys back to ids).
    folds : dict of str to str, optional
        Post id -> id of the post it was folded into, for the near-duplicates.
    layers : tuple of str
        Layers to score.
    least : int, default 6
        Planted posts that a code needs to be scored; shares are given for all.

    Returns
    -------
    StudyScore

    Raises
    ------
    InputError
        If no coded post is in the truth.
    """
    planted = _read_truth(truth)
    both = [post for post in planted if post in coded]
    if not both:
        raise InputError(
            f"none of the {len(coded)} coded posts is in {truth.name}; is it the truth of this study?"
        )
    gold: dict[str, Coding] = {post: planted[post] for post in both}
    machine = {post: coded[post] for post in both}
    looked = [w for w in layers if is_coded(machine.values(), w)]
    pairs = [
        (post, line["duplicate_of"]) for post, line in planted.items() if line.get("duplicate_of")
    ]
    return StudyScore(
        posts=len(both),
        not_coded=len(planted) - len(both),
        not_planted=sum(post not in planted for post in coded),
        layers=[score_against([gold], machine, w, least=least) for w in looked],
        shares={w: compare_shares(count_shares(gold, w), count_shares(machine, w)) for w in looked},
        diagnosis=score_diagnoses([gold], machine),
        months=score_months([gold], machine),
        duplicates=score_pairs(pairs, folds) if folds is not None else None,
    )
