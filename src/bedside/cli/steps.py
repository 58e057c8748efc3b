"""The datasets of one run: each made from exactly its key, or found, and noted in the manifest as it comes."""

import threading
from collections.abc import Callable, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from bedside.store.engine import Engine
from bedside.store.files import content_key, replace_file
from bedside.store.manifest import Dataset, Manifest, Page, read_manifest, write_manifest
from bedside.store.stages import Stage
from bedside.store.study import Study

__all__ = ["Steps"]


def _key(stage: Stage, over: Dataset, beside: Sequence[Dataset]) -> str:
    """Key of everything that goes into a dataset of a stage."""
    return content_key(
        stage.name,
        stage.version,
        dict(stage.settings),
        over.key,
        [dataset.key for dataset in beside],
    )


class Steps:
    """The datasets of one run, made or found, and written to the manifest as they come."""

    def __init__(self, study: Study, engine: Engine) -> None:
        self.study = study
        self.engine = engine
        self.manifest: Manifest = read_manifest(study.folder)
        self.changed = False
        self._lock = threading.Lock()  # steps may be made side by side

    def keep(self, name: str, key: str, make: Callable[[], Dataset]) -> Dataset:
        """Take the dataset made from exactly `key`, or make it and note it in the manifest."""
        found = self.manifest.holds(name, key, self.study.folder)
        if found is None:
            self.changed = True
            made = make()
            found = Dataset(key, made.pages)
            with self._lock:
                self.manifest.datasets[name] = found
                write_manifest(self.study.folder, self.manifest)
        return found

    def stage(
        self, name: str, stage: Stage, over: Dataset, *beside: Dataset, sealed: bool = False
    ) -> Dataset:
        """Run a stage over a dataset; `beside` are the datasets that its context reads."""
        key = _key(stage, over, beside)
        return self.keep(name, key, lambda: self.engine.run(stage, over.pages, sealed=sealed))

    def stages(self, wanted: Sequence[tuple[str, Stage, Dataset, Sequence[Dataset]]]) -> None:
        """Run stages that do not rest on each other, by the same workers.

        Parameters
        ----------
        wanted : sequence of (str, Stage, Dataset, sequence of Dataset)
            Name of each dataset, its stage, what it is made from, and what its context reads.
        """
        keys = {name: _key(stage, over, beside) for name, stage, over, beside in wanted}
        lacking = [
            (name, stage, over)
            for name, stage, over, _ in wanted
            if self.manifest.holds(name, keys[name], self.study.folder) is None
        ]
        made = self.engine.run_together([(stage, over.pages) for _, stage, over in lacking])
        for (name, _, _), dataset in zip(lacking, made, strict=True):
            self.keep(name, keys[name], partial(Dataset, dataset.key, dataset.pages))

    def table(self, name: str, key: str, make: Callable[[], pa.Table]) -> Dataset:
        """Make a global table: recomputed whole, one page."""

        def made() -> Dataset:
            self.engine.progress(name, 0, 1)
            table = make()
            path = f"pages/{name}/{key}.parquet"
            replace_file(
                self.study.folder / path,
                lambda file: pq.write_table(table, file, compression="zstd"),
            )
            self.engine.progress(name, 1, 1)
            return Dataset(key, (Page(path, key, table.num_rows),))

        return self.keep(name, key, made)
