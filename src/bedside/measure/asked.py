"""What a language model answered, as tables that an engine binds; and what is no longer to be known of it."""

import pyarrow as pa

from bedside.codebook import Codebook
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study
from bedside.understand.llm.cache import Answers, has_answers
from bedside.understand.llm.marks import asked_marks

__all__ = ["asked_tables", "forget_gone"]

TEXTS = Aggregate(
    name="texts",
    needs=("posts", "folds"),
    sql="""
SELECT p.post_key, p.text_key, p.source FROM posts p JOIN folds f ON f.record_no = p.record_no
WHERE f.keep AND p.text_state = 'kept' ORDER BY p.record_no
""",
)
KEPT = Aggregate(
    name="texts.kept",
    needs=("posts",),
    sql="SELECT DISTINCT post_key FROM posts WHERE text_state = 'kept' ORDER BY post_key",
)
MOMENTS = Aggregate(
    name="moments",
    needs=("understood",),
    sql="""
SELECT post_key, subject_key, spans FROM understood
WHERE row = 'mark' AND subject_kind = 'moment' AND layer = 'stage' ORDER BY post_key, subject_key
""",
)


def asked_tables(study: Study, ask: Ask, book: Codebook) -> dict[str, pa.Table]:
    """Tables `asked` and, where the study counts the model's marks, `counted`; empty where nobody asked it.

    Parameters
    ----------
    study : Study
    ask : Ask
        Over the study's other tables.
    book : Codebook
    """
    if not has_answers(study):
        return {}
    asked = asked_marks(study, book, ask(TEXTS, {}), ask(MOMENTS, {}))
    return {"asked": asked} | ({"counted": asked} if study.config.llm.counts else {})


def forget_gone(study: Study, ask: Ask) -> None:
    """Remove answers about posts whose text is no longer kept: withdrawn at the source, or past their days."""
    if has_answers(study):
        with Answers(study) as answers:
            gone = answers.posts() - set(ask(KEPT, {})["post_key"].to_pylist())
            if gone:
                answers.forget(gone)
