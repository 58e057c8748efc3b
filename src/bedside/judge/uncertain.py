"""Uncertain: how sure a study's own classifier is of each post, so that people judge first where it is not."""

import numpy as np

from bedside.errors import NotFoundError, suggest
from bedside.store.stages import Aggregate, Ask
from bedside.understand.doc import post_parts
from bedside.understand.learnt.folds import FOLDS, fold_of
from bedside.understand.learnt.study import StudyClassifier, count_posts

__all__ = ["MOST_POSTS", "code_probabilities"]

MOST_POSTS = 20_000  # read for one queue, about ten seconds
AT_ONCE = 512
TEXTS = Aggregate(
    name="judge.uncertain",
    needs=("corpus", "posts", "coverage"),
    sql="""
SELECT c.post_key, c.account_key, p.title, p.body, p.segments
FROM corpus c JOIN posts p ON p.record_no = c.record_no
JOIN (SELECT DISTINCT post_key FROM coverage WHERE layer = $layer AND coverage = 'done') v ON v.post_key = c.post_key
ORDER BY c.post_key LIMIT $most
""",
)


def code_probabilities(
    ask: Ask, maker: StudyClassifier, code: str, *, most: int = MOST_POSTS
) -> dict[str, float]:
    """Probability of a code for posts of the corpus, each from the classifier that learnt nothing of its account.

    Parameters
    ----------
    ask : Ask
    maker : StudyClassifier
    code : str
    most : int
        Posts that are read at most, by the order of their keys, which is random.

    Raises
    ------
    NotFoundError
        If the code was not learnt.
    """
    codes = maker.models[0].codes
    if code not in codes:
        raise NotFoundError(
            f"{maker.layer}/{code} was not learnt yet, for too few judged posts have it; {suggest(code, list(codes))}"
        )
    place = codes.index(code)
    rows = ask(TEXTS, {"layer": maker.layer, "most": most}).to_pylist()
    found: dict[str, float] = {}
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        counts = count_posts([post_parts(row) for row in part])
        folds = np.array([fold_of(row["account_key"] or row["post_key"]) for row in part])
        for fold in range(FOLDS):
            which = np.flatnonzero(folds == fold)
            if len(which):
                said = maker.models[fold].probabilities(counts.take(which))[:, place]
                found |= {
                    part[i]["post_key"]: float(p) for i, p in zip(which.tolist(), said, strict=True)
                }
    return found
