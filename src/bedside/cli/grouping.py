"""Communities of a study: found by `run`, where the corpus or its ties changed."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bedside.cli.steps import Steps
from bedside.store.files import content_key
from bedside.store.manifest import read_manifest
from bedside.store.views import COMMUNITIES

__all__ = ["find_groups"]

VERSION = "2"


def find_groups(steps: Steps, tied: str, read: str, bind: Callable[[], None]) -> None:
    """Make the tables `communities` and `community_names`.

    Parameters
    ----------
    steps : Steps
    tied : str
        Key of the corpus and of everything that says who answers whom.
    read : str
        Key of the marks, by which communities are named.
    bind : callable
        Shows the corpus to the engine; called only if something must be found.
    """
    folder, ask = steps.study.folder, steps.engine.ask
    key = content_key("communities", VERSION, tied)

    def found() -> pa.Table:
        from bedside.measure.community.finding import communities_of, read_earlier

        earlier = read_earlier(_earlier(folder))
        bind()
        return communities_of(ask, earlier)

    def named() -> pa.Table:
        from bedside.measure.community.naming import names_of

        bind()
        return names_of(ask)

    steps.table("communities", key, found)
    steps.table("community_names", content_key("community_names", VERSION, key, read), named)


def _earlier(folder: Path) -> pa.Table:
    """Communities as the run before left them; none after an erasure, which takes all that was derived."""
    dataset = read_manifest(folder).datasets.get("communities")
    files = [folder / page.file for page in dataset.pages] if dataset else []
    if not files or not all(file.exists() for file in files):
        return COMMUNITIES.empty_table()
    return pa.concat_tables([pq.read_table(file) for file in files])
