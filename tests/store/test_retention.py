"""The register as it stands decides what text may stay, also of what was taken in earlier."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bedside.model.sources import Source
from bedside.store.imports import FileRecord, VaultWriter, collected_pages
from bedside.store.keys import load_keys
from bedside.store.retention import Emptied, apply_register
from bedside.store.study import Study, create_study, register_source
from tests.decoding import found_in
from tests.store.rows import NOW, batch, record


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = create_study(tmp_path / "s", title="t")
    for name in ("first", "second"):
        register_source(made, Source(name=name, access_basis="own_data"))
        writer = VaultWriter(made, name, "", NOW)
        writer.add(batch(record(len(name), source=name), record(10 + len(name), source=name)))
        writer.end_file(FileRecord(name, name, "test", True, 2, 2, 0, 0, 0))
        writer.commit()
    return made


def states(study: Study) -> list[str]:
    return [s for page in collected_pages(study) for s in page["text_state"].to_pylist()]


def apply(study: Study, days: float = 0, **answers: Any) -> Emptied:
    study.sources["first"] = msgspec.structs.replace(study.sources["first"], **answers)
    return apply_register(study, load_keys(study.config.id), NOW + timedelta(days=days))


def test_text_goes_on_the_day_its_retention_ends_and_not_before(study: Study) -> None:
    assert apply(study, 29.9, retention_days=30) == Emptied(by_source={}, post_keys=())
    gone = apply(study, 30, retention_days=30)
    assert gone.by_source == {"first": 2} and len(gone.post_keys) == 2
    assert states(study) == ["metrics_only", "metrics_only", "kept", "kept"]
    assert not found_in(study.folder, "words of record 5") and found_in(study.folder, "record 6")
    assert apply(study, 31).by_source == {}


@pytest.mark.parametrize("store", ["metrics_only", "precis_only"])
def test_a_source_that_may_no_longer_be_stored_loses_its_text(study: Study, store: str) -> None:
    assert apply(study, store=store).by_source == {"first": 2}
    assert states(study)[:2] == [store, store]


def test_without_a_term_nothing_ever_ends(study: Study) -> None:
    assert apply(study, 10_000).by_source == {}
