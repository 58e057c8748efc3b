"""Pages in the system's browser: axe finds nothing in light and dark, and no script is needed to read."""

from typing import Any

import pytest

from bedside.explore.nav import NAV
from tests.explore.conftest import Axe

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("address", [address for address, _ in NAV])
def test_axe_finds_nothing_in_light_and_dark(page: Any, axe: Axe, address: str) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(address)
    assert page.get_by_role("main").count() == 1
    assert axe(page) == []
    assert [line for line in told if "Content Security Policy" in line] == []
