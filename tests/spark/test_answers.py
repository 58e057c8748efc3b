"""Every query of the measures on both engines, over one small study: the same answers, typed and ordered alike."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pytest

from bedside.cli.demo import run_demo
from bedside.measure.all import measure_all
from bedside.measure.bound import bind_study, current_snapshot, study_codebook
from bedside.measure.kept import measure_context
from bedside.measure.prints import PrintingAsk, prints_of
from bedside.store.engine import EmbeddedEngine
from bedside.store.stages import Aggregate
from bedside.store.study import Study, open_study
from tests.spark.conftest import LEFT_SOCKETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside.store.spark.session import Session

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings(LEFT_SOCKETS)]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
POSTS = 150


class Asked(NamedTuple):
    """A query with its parameters, and what the embedded engine answered."""

    aggregate: Aggregate
    params: dict[str, Any]
    answer: pa.Table


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The demo study, small, run on the embedded engine."""
    folder = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as here:  # it is made before keys are set apart
        here.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        run_demo(folder, posts=POSTS, seed=7, now=NOW, say=list[str]().append)
    return open_study(folder / "study")


def asked_of(study: Study) -> list[Asked]:
    """What the measures ask, with the prints of the posts behind the figures, each text once."""
    asked: dict[str, Asked] = {}
    with EmbeddedEngine(study, workers=1) as engine:
        snapshot = current_snapshot(study)
        bind_study(study, engine, snapshot)

        def ask(aggregate: Aggregate, params: "Mapping[str, Any]") -> pa.Table:
            answer = engine.ask(aggregate, params)
            asked[aggregate.sql] = Asked(aggregate, dict(params), answer)
            return answer

        printing = PrintingAsk(ask)
        context = measure_context(study, engine, snapshot, study_codebook(study))
        figures = measure_all(printing, context)
        prints_of(ask, figures, told=printing.told())
    return list(asked.values())


def test_every_query_of_the_measures_is_answered_alike(study: Study, session: "Session") -> None:
    """So figures are the same to the digit: they are computed from these answers alone."""
    from bedside.store.spark.engine import SparkEngine

    asked, wrong = asked_of(study), []
    assert len(asked) > 200
    assert sum(a.answer.num_rows > 0 for a in asked) > 100
    with SparkEngine(study, session=session, workers=2) as engine:
        bind_study(study, engine, current_snapshot(study))
        for each in asked:
            answer = engine.ask(each.aggregate, each.params)
            if answer.schema != each.answer.schema or not answer.equals(each.answer):
                wrong.append(each.aggregate.name)
    assert not wrong
