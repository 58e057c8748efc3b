"""Which engine computes: the one that the study names, unless the caller names another."""

import msgspec

from bedside.errors import InputError, suggest
from bedside.store.config import EngineSettings
from bedside.store.engine import EmbeddedEngine, Engine, Progress, quiet
from bedside.store.study import Study

__all__ = ["ENGINES", "open_engine"]

ENGINES = ("embedded", "spark")


def open_engine(
    study: Study,
    *,
    kind: str = "",
    master: str = "",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Engine:
    """Open the engine on which a study is run.

    Parameters
    ----------
    study : Study
    kind : str
        `embedded` or `spark`; empty: as `[engine]` of study.toml says, but Spark where a master is named.
    master : str
        Of Spark; empty: as the study says.
    workers : int, optional
        Processes of this machine.
    progress : Progress, optional

    Returns
    -------
    Engine
        To be used in a `with` statement.

    Raises
    ------
    InputError
        If there is no such engine, or a master is named for the embedded one.
    BedsideError
        If Spark is not installed or cannot be started.
    """
    settings = _settings(study.config.engine, kind, master)
    if settings.kind == "embedded":
        return EmbeddedEngine(study, workers=workers, progress=progress or quiet)
    from bedside.store.spark.ground import check_package

    check_package()
    from bedside.store.spark.engine import SparkEngine

    return SparkEngine(study, settings=settings, workers=workers, progress=progress or quiet)


def _settings(settings: EngineSettings, kind: str, master: str) -> EngineSettings:
    if kind and kind not in ENGINES:
        raise InputError(f"there is no engine '{kind}'; {suggest(kind, ENGINES)}")
    if master and kind == "embedded":
        raise InputError(
            "--master names a Spark cluster, and the engine is 'embedded'; give one of them"
        )
    if kind or master:
        settings = msgspec.structs.replace(settings, kind=kind or "spark")
    return msgspec.structs.replace(settings, master=master) if master else settings
