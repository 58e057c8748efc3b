"""The whole house on both engines: the same pages, the same figures digit for digit."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bedside.cli import reporting
from bedside.cli.adding import add, make_source
from bedside.cli.demo import CONDITIONS, QUERY, TITLE, simulated_sources
from bedside.simulate.corpus import simulate
from bedside.store.engine import EmbeddedEngine, Engine
from bedside.store.study import Study, create_study
from tests.spark.conftest import LEFT_SOCKETS

if TYPE_CHECKING:
    from bedside.store.spark.session import Session

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings(LEFT_SOCKETS)]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
POSTS = 200


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def with_keys(keys: Path, keys_apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDSIDE_KEYS", str(keys))


def make_study(folder: Path) -> None:
    """The demo study, taken in and not yet run."""
    simulate(folder / "posts", posts=POSTS, seed=7)
    create_study(
        folder / "study", title=TITLE, conditions=CONDITIONS, query=QUERY, whole_threads=True
    )
    for source, files in simulated_sources(folder / "posts").items():
        answers = {"one_post_one_person": True} if source == "survey" else {}
        add(folder / "study", files, source=make_source(source, "simulated", answers), now=NOW)


@pytest.fixture(scope="module")
def ran(
    running: "Session", keys: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Path]]:
    """The same study, run from nothing to its report by each engine."""
    from bedside.store.spark.engine import SparkEngine

    folder = tmp_path_factory.mktemp("house")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(keys))
        make_study(folder)
        for kind in ("embedded", "spark"):
            shutil.copytree(folder / "study", folder / kind / "study")

            def opened(study: Study, *, of: str = kind, **_: Any) -> Engine:
                if of == "embedded":
                    return EmbeddedEngine(study)
                return SparkEngine(study, session=running, workers=2)

            patch.setattr(reporting, "open_engine", opened)
            reporting.run_to_report(folder / kind / "study", now=NOW)
        yield {kind: folder / kind / "study" for kind in ("embedded", "spark")}


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a study that is derived, by its place."""
    kinds = (
        "pages/*/*.parquet",
        "figures/*",
        "snapshots/*",
        "manifest.json",
        "figures.*",
    )
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for kind in kinds
        for path in sorted(folder.glob(kind))
    }


def test_pages_and_figures_are_the_same_byte_for_byte(ran: dict[str, Path]) -> None:
    ours, theirs = files_in(ran["embedded"]), files_in(ran["spark"])
    assert sorted(ours) == sorted(theirs)
    assert {"figures.csv", "figures.json", "manifest.json"} <= set(ours)
    assert sum(name.startswith("pages/") for name in ours) > 20
    differ = [name for name in ours if ours[name] != theirs[name]]
    assert not differ
