"""`run`: from the vault's pages to a snapshot and its figures, each step only where something changed."""

from datetime import datetime
from pathlib import Path

import msgspec

from bedside.cli.finding import find_whole
from bedside.cli.stage_settings import understand_settings, unify_settings
from bedside.cli.steps import Steps
from bedside.codebook import Codebook
from bedside.errors import InputError
from bedside.judge.caselog import open_cases
from bedside.judge.crisislog import open_crises
from bedside.judge.decisions import has_log
from bedside.judge.unlearning import unlearn_gone
from bedside.measure.all import measure_all
from bedside.measure.asked import forget_gone
from bedside.measure.bound import bind_study, study_codebook
from bedside.measure.crisis import note_crises
from bedside.measure.kept import KeptFigures, keep_figures, kept_figures, measure_context
from bedside.measure.prints import PrintingAsk, Prints, prints_of
from bedside.measure.safety.opening import sync
from bedside.measure.safety.products import screened_names
from bedside.measure.samples import judged_key, mark_disqualified
from bedside.model.figures import Figure
from bedside.store.engine import Engine, Progress
from bedside.store.engines import open_engine
from bedside.store.files import content_key, read_json, write_json
from bedside.store.imports import collected_dataset, import_table, read_imports
from bedside.store.interventions import read_interventions
from bedside.store.kept_tables import drop_kept
from bedside.store.keys import load_keys
from bedside.store.manifest import Dataset
from bedside.store.query import relevance_stage
from bedside.store.retention import apply_register
from bedside.store.snapshots import (
    Snapshot,
    earlier_snapshot,
    take_snapshot,
)
from bedside.store.stages import Aggregate, Stage
from bedside.store.study import Study, open_study
from bedside.understand.stage import understand_stage
from bedside.understand.themes.vectors import vector_stage
from bedside.unify.folds import find_folds
from bedside.unify.posts import unify_stage
from bedside.unify.threads import assemble_threads

__all__ = [
    "CONTEXT",
    "Ran",
    "run",
    "run_study",
]

GLOBAL_VERSION = "2"
FIGURES_VERSION = "14"  # a new measure, or a new way to count: figures are measured anew
CONTEXT = Aggregate(
    name="understand.context",
    needs=("posts", "folds", "threads"),
    sql="""
SELECT p.record_no, f.keep AS keep, root.title AS thread_title, substr(parent.body, 1, 600) AS parent_body
FROM posts p
JOIN folds f ON f.record_no = p.record_no
LEFT JOIN (SELECT post_key, parent_key, thread_key FROM threads WHERE depth > 0) t ON t.post_key = p.post_key
LEFT JOIN (
    SELECT q.post_key, q.title, q.body FROM posts q JOIN folds g ON g.record_no = q.record_no WHERE g.keep
) parent ON parent.post_key = t.parent_key
LEFT JOIN (
    SELECT q.post_key, q.title FROM posts q JOIN folds g ON g.record_no = q.record_no
    WHERE g.keep AND q.title IS NOT NULL
) root ON root.post_key = t.thread_key
ORDER BY p.record_no
""",
)


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to: snapshot, figures with the prints of their posts, whether anything was computed, and posts emptied by source."""

    snapshot: Snapshot
    figures: tuple[Figure, ...]
    prints: Prints
    posts: int
    changed: bool
    emptied: dict[str, int] = {}


def run(
    folder: Path,
    *,
    now: datetime,
    workers: int | None = None,
    progress: Progress | None = None,
    engine: str = "",
    master: str = "",
) -> Ran:
    """Derive everything of a study anew where its input changed, and nothing where it did not.

    Parameters
    ----------
    folder : Path
    now : datetime
        Written into a new snapshot, and the day on which retention is judged.
    workers : int, optional
    progress : Progress, optional
    engine, master : str
        `embedded` or `spark`, and the master of Spark; empty: as study.toml says.

    Returns
    -------
    Ran

    Raises
    ------
    InputError
        If nothing has been added yet.
    StorageError
        If the disk is full; what was finished stays, and the same command goes on from there.
    """
    study = open_study(folder)
    with (
        study.locked(),
        open_engine(
            study, kind=engine, master=master, workers=workers, progress=progress
        ) as opened,
    ):
        return run_study(study, opened, now)


def run_study(study: Study, engine: Engine, now: datetime) -> Ran:
    """Run a study that the caller has locked, on the caller's engine; see `run`."""
    emptied = apply_register(study, load_keys(study.config.id), now).by_source
    collected = collected_dataset(study)
    if not collected.pages:
        raise InputError(
            f"nothing to run in {study.folder.name}: take files in first with: bedside add"
        )
    book = study_codebook(study)
    steps = Steps(study, engine)
    made = _derive(study, steps, collected, book)
    if steps.changed:
        drop_kept(study)  # it may hold marks of what is gone
    posts, understood = made["posts"], made["understood"]
    _open_cases(study, engine, understood.key, made["folds"].key, now)
    of = content_key([made[name].key for name in ("posts", "folds", "relevance", "threads")])
    snapshot = take_snapshot(study, engine.ask, now, of=of)
    find_whole(steps, snapshot, made, book)
    _queue_crises(study, engine, snapshot, understood.key, now)
    kept = _figures(study, engine, steps, snapshot, book)
    return Ran(
        snapshot=snapshot,
        figures=tuple(kept.figures),
        prints=kept.prints,
        posts=posts.rows,
        changed=steps.changed,
        emptied=emptied,
    )


def _derive(study: Study, steps: Steps, collected: Dataset, book: Codebook) -> dict[str, Dataset]:
    """Every dataset that the vault's pages give, shown to the engine as it comes."""
    engine = steps.engine
    respondents = sorted(s.name for s in study.sources.values() if s.one_post_one_person)
    posts = steps.stage(
        "posts",
        unify_stage(unify_settings(study, respondents)),
        collected,
        sealed=True,
    )
    engine.bind({"posts": posts})
    folds = steps.table(
        "folds",
        content_key("folds", GLOBAL_VERSION, posts.key, respondents),
        lambda: find_folds(engine.ask, one_post_one_person=respondents),
    )
    threads = steps.table(
        "threads",
        content_key("threads", GLOBAL_VERSION, posts.key),
        lambda: assemble_threads(engine.ask),
    )
    engine.bind({"posts": posts, "folds": folds, "threads": threads})
    unlearn_gone(study, engine.ask)
    understand = _with_context(understand_stage(understand_settings(study, book)))
    steps.stages(
        [
            ("understood", understand, posts, (folds, threads)),
            ("vectors", vector_stage({"languages": study.config.languages}), posts, ()),
            ("relevance", relevance_stage(study.config.query), posts, ()),
        ]
    )
    steps.manifest.sweep(study.folder)
    made = {
        "posts": posts,
        "folds": folds,
        "threads": threads,
        "relevance": steps.manifest.datasets["relevance"],
        "understood": steps.manifest.datasets["understood"],
    }
    engine.bind(made, {"imports": import_table(read_imports(study))})
    return made | {"vectors": steps.manifest.datasets["vectors"]}


def _open_cases(study: Study, engine: Engine, understood: str, folds: str, now: datetime) -> None:
    """Put new case candidates into the log; nothing is looked at where nothing new was read."""
    path = study.folder / "cases.json"
    policy = study.config.safety
    config = study.config
    key = content_key(
        understood, folds, config.products, config.conditions, policy.episode_days, policy.screen
    )
    if path.exists() and read_json(path, dict[str, str]).get("key") == key:
        return
    with open_cases(study) as log:
        sync(study, engine.ask, log, now)
    write_json(path, {"key": key})


def _queue_crises(
    study: Study, engine: Engine, snapshot: Snapshot, understood: str, now: datetime
) -> None:
    """Put posts that may show a crisis now into their queue: from here the clock counts (R28)."""
    path = study.folder / "crises.json"
    key = content_key(understood, snapshot.id, snapshot.erased)
    if path.exists() and read_json(path, dict[str, str]).get("key") == key:
        return
    bind_study(study, engine, snapshot)
    with open_crises(study) as log:
        note_crises(engine.ask, log, now)
    write_json(path, {"key": key})


def _with_context(stage: Stage) -> Stage:
    return Stage(
        name=stage.name,
        version=stage.version,
        kernel=stage.kernel,
        schema=stage.schema,
        settings=stage.settings,
        context=CONTEXT,
        files=stage.files,
    )


def _cases_key(study: Study) -> str:
    """Changes with every step on a case."""
    if not has_log(study):
        return ""
    with open_cases(study) as log:
        return log.version()


def _figures(
    study: Study, engine: Engine, steps: Steps, snapshot: Snapshot, book: Codebook
) -> KeptFigures:
    """Figures of a snapshot: found if nothing they rest on changed, else measured."""
    mark_disqualified(study)
    forget_gone(study, engine.ask)
    datasets = [steps.manifest.datasets[name].key for name in sorted(steps.manifest.datasets)]
    imports = [[file.sha256 for file in record.files] for record in read_imports(study)]
    key = content_key(
        "figures",
        FIGURES_VERSION,
        snapshot.id,
        snapshot.erased,
        book.version,
        datasets,
        imports,
        judged_key(study, book),
        _cases_key(study),
        list(screened_names(study.config)),
        study.config.hashtags,
        msgspec.to_builtins(read_interventions(study)),
        earlier.id if (earlier := earlier_snapshot(study, snapshot)) else "",
    )
    kept = kept_figures(study, snapshot)
    if kept is not None and kept.key == key:
        return kept
    steps.changed = True
    bind_study(study, engine, snapshot)
    engine.progress("measure", 0, 1)
    context = measure_context(study, engine, snapshot, book)
    ask = PrintingAsk(engine.ask)
    figures = measure_all(ask, context, at_once=engine.at_once)
    prints = prints_of(engine.ask, figures, told=ask.told(), at_once=engine.at_once)
    made = KeptFigures(key, figures, prints)
    keep_figures(study, snapshot, made)
    engine.leave_kept()
    engine.progress("measure", 1, 1)
    return made
