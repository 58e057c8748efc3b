"""Every maker on every labelled set under a folder, with what it confuses and where."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from bedside.errors import NotFoundError
from bedside.evaluate.codes import Coding, codes_of
from bedside.evaluate.machine import Coder, code_texts
from bedside.evaluate.run import Score, score_labelled
from bedside.evaluate.sets import SETS, Labelled, read_set

__all__ = ["FEW", "SetScore", "confused", "evaluate_folder", "machine_lines", "sets_under"]

FEW = 20  # labelled posts below which a code is named but not measured
LEAST_POSTS = 50  # posts of a platform below which it is not scored by itself
WORST = 3  # pairs of codes taken for each other that are named for each layer
SHOWN = 5  # ids named for each pair


class SetScore(msgspec.Struct, frozen=True, kw_only=True):
    """The makers on one set.

    Attributes
    ----------
    score : Score
    platforms : dict of str to list of dict
        Platform, site or trust -> layer, posts, macro and micro, where it holds enough posts.
    confusions : dict of str to list of dict
        Layer -> label missed, code said instead, how often, and ids of some posts.
    """

    score: Score
    platforms: dict[str, list[dict[str, Any]]]
    confusions: dict[str, list[dict[str, Any]]]


def sets_under(folder: Path) -> list[str]:
    """Names of the labelled sets whose file is under a folder, in the order in which they are known."""
    return [name for name, known in SETS.items() if (folder / known.file).is_file()]


def confused(
    labelled: Sequence[Labelled], machine: Mapping[str, Coding], layer: str
) -> list[dict[str, Any]]:
    """Pairs of codes most often taken for each other on a layer.

    Returns
    -------
    list of dict
        label (which no reader's coding lacks and the machine does), said (which no reader has), times, ids.
    """
    times: Counter[tuple[str, str]] = Counter()
    ids: dict[tuple[str, str], list[str]] = {}
    for post in labelled:
        said = codes_of(machine.get(post.id, {}), layer)
        readers = [codes_of(labels, layer) for labels in post.labels]
        for label in sorted(frozenset.intersection(*readers) - said):
            for other in sorted(said - frozenset.union(*readers)):
                times[label, other] += 1
                ids.setdefault((label, other), []).append(post.id)
    worst = sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))[:WORST]
    return [{"label": a, "said": b, "times": n, "ids": ids[a, b][:SHOWN]} for (a, b), n in worst]


def _platform(post: Labelled, name: str) -> str:
    """Where a labelled text comes from: its set, site, trust or question."""
    if name == "judged":
        return post.id.partition("/")[0]
    return str(next((v for k in ("Trust", "site", "platform") if (v := post.extra.get(k))), ""))


def _by_platform(
    name: str, labelled: Sequence[Labelled], machine: Mapping[str, Coding], least: int
) -> dict[str, list[dict[str, Any]]]:
    parts: dict[str, list[Labelled]] = {}
    for post in labelled:
        parts.setdefault(_platform(post, name), []).append(post)
    found = {}
    for part in sorted(parts):
        if part and len(parts) > 1 and len(parts[part]) >= LEAST_POSTS:
            score = score_labelled(parts[part], machine, name=name, least=least)
            found[part] = [
                {
                    "layer": w.layer,
                    "posts": w.posts,
                    "codes": len(w.codes),
                    "macro": w.macro,
                    "micro": w.micro,
                }
                for w in score.layers
                if w.codes
            ]
    return found


def evaluate_folder(
    folder: Path,
    *,
    half: Literal["odd", "even"] | None = None,
    least: int = FEW,
    limit: int | None = None,
    coder: Coder = code_texts,
) -> tuple[list[SetScore], dict[str, dict[str, Coding]]]:
    """Let the makers code every labelled set under a folder, and score them.

    Parameters
    ----------
    folder : Path
        Holds `judged/`, `open/` or `evaluate/`.
    half : `odd` or `even`, optional
        Of the judged posts.
    least : int, default 20
        Labelled posts below which a code is named with its number and not measured.
    limit : int, optional
        Only the first so many posts of each set, for a quick look.
    coder : callable, optional

    Returns
    -------
    scores : list of SetScore
        At the balance in which the sets were drawn.
    codings : dict of str to dict
        Set -> id -> coded post.

    Raises
    ------
    NotFoundError
        If no labelled set is under the folder.
    """
    names = sets_under(folder)
    if not names:
        raise NotFoundError(
            f"no labelled set under {folder.name}; it needs one of {', '.join(k.file for k in SETS.values())}"
        )
    scores: list[SetScore] = []
    codings: dict[str, dict[str, Coding]] = {}
    for name in names:
        labelled = list(read_set(name, folder))[:limit]
        machine = coder((post.id, post.text) for post in labelled)
        score = score_labelled(
            labelled, machine, name=name, half=half if name == "judged" else None, least=least
        )
        layers = [layer.layer for layer in score.layers]
        scores.append(
            SetScore(
                score=score,
                platforms=_by_platform(name, labelled, machine, least),
                confusions={w: pairs for w in layers if (pairs := confused(labelled, machine, w))},
            )
        )
        codings[name] = dict(machine)
    return scores, codings


def machine_lines(codings: Mapping[str, Mapping[str, Coding]]) -> Iterable[bytes]:
    """Codings as JSON lines in the form of `judged/`: set, id and codes, no text.

    Notes
    -----
    What a maker quotes of a post because no vocabulary knows it is text of the post: a condition's own words stand in
    `diagnosis`, a treatment's in `treatment`, as in the readers' files. Keep such a file where the posts are kept.
    """
    for name in sorted(codings):
        for post, coding in codings[name].items():
            known, _, key = post.partition("/") if name == "judged" else (name, "", post)
            rest = {k: v for k, v in coding.items() if k != "post_key"}
            yield msgspec.json.encode({"set": known, "id": key, **rest}) + b"\n"
