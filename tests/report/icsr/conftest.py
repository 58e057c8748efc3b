"""A valid case of a real study, and the public samples where they are given."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bedside.cli.casework import at_desk
from bedside.measure.safety.case import Case
from tests.measure.safety.conftest import case_of, pattern, step, study, write_safety

__all__ = ["pattern", "study"]


@pytest.fixture
def samples() -> Path:
    """The folder of public E2B(R3) samples and rules; skips where it is not given."""
    beside = Path(__file__).parents[4] / "shared" / "e2b"
    folder = Path(os.environ.get("BEDSIDE_E2B") or beside)
    if not folder.is_dir():
        pytest.skip("BEDSIDE_E2B is not set: no public samples to test with")
    return folder


@pytest.fixture
def sending(study: Path) -> Path:
    """The study with sender and receiver, and its serious case found valid."""
    write_safety(study, officers=["Olga"], sender="Forum Watch", receiver="PVDESK", country="GB")
    case = case_of(study)
    step(study, case, "in_review")
    step(study, case, "seriousness", criterion="hospitalisation", holds=True)
    step(study, case, "valid")
    return study


@pytest.fixture
def case(sending: Path) -> Case:
    with at_desk(sending, datetime.now(UTC)) as desk:
        return desk.case(case_of(sending))
