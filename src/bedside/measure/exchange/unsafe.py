"""Unsafe: answers that a clinician judged unsafe, out of the log of decisions; no program ever says so (R56)."""

from bedside.judge.decisions import has_log, open_log
from bedside.store.study import Study

__all__ = ["LAYER", "unsafe_posts"]

LAYER = "answer_safety"


def unsafe_posts(study: Study) -> frozenset[str]:
    """Keys of the posts whose answer a clinician of the study judged unsafe, by their latest decision.

    Notes
    -----
    Only decisions of coders that `[judge] clinicians` of study.toml names count. Where two clinicians differ the answer
    counts as unsafe.
    """
    clinicians = set(study.config.judge.clinicians)
    if not clinicians or not has_log(study):
        return frozenset()
    with open_log(study) as log:
        rows = log.current(layer=LAYER, code="unsafe").to_pylist()
    return frozenset(
        row["subject_key"]
        for row in rows
        if row["decision"] == "present" and row["coder"] in clinicians
    )
