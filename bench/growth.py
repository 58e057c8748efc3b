"""Memory and time of the steps that see the whole corpus, as it grows.

A study of some size that was run is made several times as large: every further copy of its posts, marks and vectors has keys,
bands and numbers of its own. Each step then runs in a fresh process, over what the steps before it made.

    python -m bench.growth make STUDY ROOM TIMES     (only links to the pages of STUDY, which must stay)
    python -m bench.growth run ROOM [STEP ...]       (MEMORY_LIMIT=1000MB: another limit of the database)
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bedside.cli.running import CONTEXT
from bedside.measure.bound import bind_study
from bedside.store import engine
from bedside.store.manifest import Dataset, Manifest, Page, read_manifest, write_manifest
from bedside.store.snapshots import Snapshot, latest_snapshot, take_snapshot
from bedside.store.study import Study, open_study

HEX = "0123456789abcdef"
KEYS = {
    "posts": ("post_key", "account_key", "text_key", "thread_ref", "parent_ref", "content_hash"),
    "relevance": ("post_key",),
    "vectors": ("post_key",),
    "understood": ("post_key", "subject_key", "text_key", "moment"),
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def make(study: Path, room: Path, times: int) -> None:
    """Make a study `times` as large as `study`, without what the steps over the whole corpus make."""
    shutil.rmtree(room, ignore_errors=True)
    (room / "pages").mkdir(parents=True)
    shutil.copy(study / "study.toml", room)
    shutil.copytree(study / "sources", room / "sources")
    before = read_manifest(study).datasets
    rows = before["posts"].rows
    made = {}
    for name, keys in KEYS.items():
        pages = [Page(str(study / p.file), p.key, p.rows) for p in before[name].pages]
        for copy in range(1, times):
            pages += [
                _copied(page, room, name, keys, copy, rows)
                for page in before_of(study, before[name])
            ]
        made[name] = Dataset.of(pages)
    write_manifest(room, Manifest(made))


def before_of(study: Path, dataset: Dataset) -> Iterator[Page]:
    """Pages with their whole paths."""
    for page in dataset.pages:
        yield Page(str(study / page.file), page.key, page.rows)


def _copied(page: Page, room: Path, name: str, keys: tuple[str, ...], copy: int, rows: int) -> Page:
    """A page once more, with keys of its own: each digit turned, so that they lie as evenly as before."""
    turned = HEX[copy:] + HEX[:copy]

    def other(column: str) -> str:
        return f"translate({column}, '{HEX}', '{turned}')"

    new = [f"{other(key)} AS {key}" for key in keys]
    if name != "understood":
        new.append(f"record_no + {copy * rows} AS record_no")
    if name == "posts":
        new.append(f"list_transform(bands, lambda b: xor(b, {copy << 50})) AS bands")
        target = (
            f"target_key := {other('r.target_key')}, target_account := {other('r.target_account')}"
        )
        new.append(
            f"list_transform(relations, lambda r: struct_pack(rel := r.rel, {target}, evidence := r.evidence)) AS relations"
        )
    schema = pq.read_schema(page.file)
    with duckdb.connect(config={"memory_limit": "500MB", "threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        sql = f"SELECT * REPLACE ({', '.join(new)}) FROM read_parquet('{page.file}')"  # noqa: S608
        table = connection.sql(sql).to_arrow_table()
    path = room / "pages" / f"{name}-{copy}-{Path(page.file).name}"
    pq.write_table(table.cast(schema), path, compression="zstd")
    return Page(f"pages/{path.name}", f"{page.key}-{copy}", page.rows)


class Room:
    """A study made larger, its engine and what its steps make."""

    def __init__(self, folder: Path) -> None:
        self.study: Study = open_study(folder)
        engine.MEMORY_LIMIT = os.environ.get("MEMORY_LIMIT", engine.MEMORY_LIMIT)
        self.engine = engine.EmbeddedEngine(self.study)
        self.snapshot: Snapshot | None = latest_snapshot(self.study)
        self.prints: dict[str, str] = {}

    def bind(self) -> None:
        """Show what is there so far."""
        if self.snapshot is None:
            self.engine.bind(read_manifest(self.study.folder).datasets)
        else:
            bind_study(self.study, self.engine, self.snapshot)

    def table(self, name: str, key: str, make: Callable[[], pa.Table]) -> Dataset:
        """Keep a table as a run does."""
        path = self.study.folder / "pages" / f"{name}.parquet"
        table = make()
        pq.write_table(table, path, compression="zstd")
        self.prints[name] = sha256(path.read_bytes()).hexdigest()[:12]
        manifest = read_manifest(self.study.folder)
        dataset = Dataset(self.prints[name], (Page(f"pages/{path.name}", key, table.num_rows),))
        manifest.datasets[name] = dataset
        write_manifest(self.study.folder, manifest)
        return dataset


def _folds(room: Room) -> None:
    from bedside.unify.folds import find_folds

    room.table("folds", "", lambda: find_folds(room.engine.ask))


def _threads(room: Room) -> None:
    from bedside.unify.threads import assemble_threads

    room.table("threads", "", lambda: assemble_threads(room.engine.ask))


def _context(room: Room) -> None:
    reader = room.engine.connection.cursor().sql(CONTEXT.sql).to_arrow_reader(8192)
    assert sum(batch.num_rows for batch in reader) == read_manifest(room.study.folder).datasets["posts"].rows  # fmt: skip  # noqa: S101


def _snapshot(room: Room) -> None:
    room.prints["snapshot"] = take_snapshot(room.study, room.engine.ask, NOW).hash[:12]


def _kept(room: Room) -> None:
    from bedside.store.stages import Aggregate

    needs = ("corpus", "corpus_marks", "interactions", "coverage")
    room.engine.ask(Aggregate(name="kept", needs=needs, sql="SELECT 1 AS made"), {})
    room.engine.leave_kept()  # to the steps that follow, as they find it in a run


def _communities(room: Room) -> None:
    from bedside.measure.community.finding import communities_of, read_earlier
    from bedside.store.views import COMMUNITIES

    earlier = read_earlier(COMMUNITIES.empty_table())
    room.table("communities", "", lambda: communities_of(room.engine.ask, earlier))


def _names(room: Room) -> None:
    from bedside.measure.community.naming import names_of

    room.table("community_names", "", lambda: names_of(room.engine.ask))


def _themes(room: Room) -> None:
    from bedside.understand.themes.decisions import Decisions, Memory
    from bedside.understand.themes.discover import discover

    found = discover(room.engine.ask, Decisions(), Memory())
    room.table("themes", "", lambda: found.themes)
    room.table("theme_names", "", lambda: found.names)


def _speakers(room: Room) -> None:
    from bedside.measure.exchange.speakers import SPEAKERS_OF

    room.table("speakers", "", lambda: room.engine.ask(SPEAKERS_OF, {}))


def _replies(room: Room) -> None:
    from bedside.measure.exchange.speakers import REPLIES_OF

    room.table("replies", "", lambda: room.engine.ask(REPLIES_OF, {}))


def _exchanges(room: Room) -> None:
    from bedside.measure.exchange.dialogues import find_dialogues

    exchanges, dialogues = find_dialogues(room.engine.ask)
    room.table("exchanges", "", lambda: exchanges)
    room.table("dialogues", "", lambda: dialogues)


def _claims(room: Room) -> None:
    from bedside.measure.misinformation.spread import find_claim_posts

    room.table("claim_posts", "", lambda: find_claim_posts(room.engine.ask))


STEPS: dict[str, Callable[[Room], None]] = {
    "folds": _folds,
    "threads": _threads,
    "context": _context,
    "snapshot": _snapshot,
    "kept": _kept,
    "communities": _communities,
    "names": _names,
    "themes": _themes,
    "speakers": _speakers,
    "replies": _replies,
    "exchanges": _exchanges,
    "claims": _claims,
}
"""Every step over the whole corpus, in the order of a run."""


def step(folder: Path, name: str) -> None:
    """Run one step here, and print what it took."""
    room = Room(folder)
    with room.engine:
        room.bind()
        began, cpu = time.perf_counter(), time.process_time()
        STEPS[name](room)
        spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(spent | {"peak": peak, "prints": room.prints}))


def run(folder: Path, names: list[str]) -> None:
    """Run steps, each in a process of its own, and print a table."""
    print("| step | peak MiB | CPU seconds | prints |\n|---|---|---|---|", flush=True)
    for name in names or STEPS:
        command = [sys.executable, "-m", "bench.growth", "step", str(folder), name]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # fmt: skip
        prints = " ".join(f"{k} {v}" for k, v in told["prints"].items())
        print(f"| {name} | {told['peak']:,.0f} | {told['cpu']:.1f} | {prints} |", flush=True)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "make":
        make(Path(rest[0]).resolve(), Path(rest[1]).resolve(), int(rest[2]))
    elif what == "run":
        run(Path(rest[0]).resolve(), rest[1:])
    else:
        step(Path(rest[0]), rest[1])
