"""Unlearning: what was learnt from a post goes when the post goes."""

import shutil
from collections.abc import Collection, Iterable

from bedside.judge.decisions import DecisionLog
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study
from bedside.understand.learnt.study import learnt_texts

__all__ = ["drop_learnt", "layers_judged", "unlearn_gone"]

KEPT = Aggregate(
    name="texts that are kept",
    needs=("posts",),
    sql="""
SELECT DISTINCT text_key FROM posts WHERE text_state = 'kept' AND array_contains($keys, text_key) ORDER BY text_key
""",
)


def layers_judged(log: DecisionLog, subjects: Collection[str]) -> list[str]:
    """Layers for which something was decided about these posts, their moments, or these accounts."""
    held = log.read()
    judged = zip(held["subject_key"].to_pylist(), held["layer"].to_pylist(), strict=True)
    return sorted({layer for key, layer in judged if key.split(":")[0] in subjects})


def drop_learnt(study: Study, layers: Iterable[str]) -> list[str]:
    """Remove the classifiers of layers; gives those that had any."""
    gone = [layer for layer in sorted(set(layers)) if (study.folder / "learnt" / layer).exists()]
    for layer in gone:
        shutil.rmtree(study.folder / "learnt" / layer)
    return gone


def unlearn_gone(study: Study, ask: Ask) -> list[str]:
    """Remove classifiers that learnt from a text which is withdrawn, expired or edited by now; gives the layers.

    Parameters
    ----------
    ask : Ask
        Over the study's posts as they stand.
    """
    gone = []
    for layer, texts in learnt_texts(study.folder / "learnt").items():
        here = ask(KEPT, {"keys": texts})["text_key"].to_pylist()
        if set(texts) - set(here):
            gone.append(layer)
    return drop_learnt(study, gone)
