"""Global steps of a run: themes beside communities and exchanges, each only where what it rests on changed."""

import threading
from collections.abc import Mapping

from bedside.cli.conversing import find_exchanges
from bedside.cli.grouping import find_groups
from bedside.cli.steps import Steps
from bedside.cli.theming import find_themes
from bedside.codebook import Codebook
from bedside.measure.bound import bind_study
from bedside.measure.exchange.unsafe import unsafe_posts
from bedside.store.files import content_key
from bedside.store.manifest import Dataset
from bedside.store.side_by_side import side_by_side
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Ask
from bedside.understand.llm.cache import has_answers
from bedside.understand.llm.marks import answers_key

__all__ = ["find_whole"]


def find_whole(
    steps: Steps, snapshot: Snapshot, made: Mapping[str, Dataset], book: Codebook
) -> None:
    """Find what needs the whole corpus at once.

    Parameters
    ----------
    steps : Steps
    snapshot : Snapshot
    made : mapping of str to Dataset
        `posts`, `folds`, `threads`, `vectors` and `understood`.
    book : Codebook
    """
    study, engine = steps.study, steps.engine
    lock = threading.Lock()

    def bind() -> None:
        with lock:
            bind_study(study, engine, snapshot)

    corpus = (snapshot.id, snapshot.erased)
    read = made["understood"].key

    def themes(ask: Ask) -> None:
        key = content_key(*corpus, made["vectors"].key, read)
        find_themes(study.folder, ask, steps.table, key, bind)

    def said_between(ask: Ask) -> None:
        tied = [made[name].key for name in ("posts", "folds", "threads")]
        find_groups(steps, content_key(*corpus, *tied), read, bind)
        key = content_key(*corpus, made["threads"].key, read, answers_key(study, book))
        find_exchanges(ask, steps.table, key, bind, unsafe_posts(study))

    # the answers of a language model are shown anew at every binding, under whoever asks meanwhile
    at_once = 1 if has_answers(study) else engine.at_once
    side_by_side(engine.ask, [themes, said_between], at_once)
