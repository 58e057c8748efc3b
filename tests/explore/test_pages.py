"""Every page stands in its frame, opens its numbers, and answers as data."""

import csv
import io
import re
from pathlib import Path

import pytest

from bedside.explore.nav import FOUND, WORK
from tests.explore.client import Client

BUILT = [address for address, _ in (*FOUND, *WORK)]


@pytest.mark.parametrize("address", BUILT)
def test_every_page_of_the_navigation_is_there_and_marks_itself(study: Path, address: str) -> None:
    answer = Client.of(study, name="Ann").get(address)
    assert answer.status_code == 200
    assert f'<a href="{address}" aria-current="page">' in answer.text
    assert "<style" not in answer.text and " style=" not in answer.text
    assert "<script>" not in answer.text and "javascript:" not in answer.text


@pytest.mark.parametrize("name", ["journey", "care", "trends"])
def test_a_measure_answers_as_data_with_the_same_figures(study: Path, name: str) -> None:
    client = Client.of(study)
    table = client.get(f"/{name}.json").json()["tables"]["figures"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"/{name}.csv").text)))
    assert [row["id"] for row in rows] == [figure["id"] for figure in table] != []
    assert all(figure["estimate"] is None for figure in table if figure["suppressed"])


def test_numbers_of_a_measure_open_to_what_they_stand_on(study: Path) -> None:
    text = Client.of(study).get("/care").text
    ids = {row["id"] for row in Client.of(study).get("/care.json").json()["tables"]["figures"]}
    linked = {part.partition('"')[0] for part in text.split('href="/evidence/')[1:]}
    assert linked and linked <= ids
    maps = Client.of(study).get("/journey").text
    cells = [part.partition("</td>")[0] for part in maps.split('<td class="h')[1:]]
    assert cells and all('<a href="/evidence/ev-' in cell for cell in cells)
    assert "data:text/csv" not in text


def test_a_table_too_long_for_its_page_stands_on_its_own_with_every_row(study: Path) -> None:
    client = Client.of(study)
    page = client.get("/trends").text
    address, said = re.findall(r'<a href="(/table/[\w-]+)">[^<]*, ([\d,]+) rows</a>', page)[0]
    alone = client.get(address).text
    assert int(said.replace(",", "")) == alone.count("<tr>") - 1 >= 59
    assert '"twin long"' not in page and alone.count('href="/evidence/ev-') >= int(said)
    name = address.rpartition("/")[2]
    assert f'id="fig-{name}"' in page and f'href="/trends#fig-{name}"' in alone
    assert len(client.get(f"{address}.csv").text.splitlines()) > int(said)
    assert client.get("/table/none").status_code == 404


def test_an_error_is_a_page_that_says_what_to_do(study: Path) -> None:
    answer = Client.of(study).get("/sources.csv?table=nothing")
    assert answer.status_code == 404 and "register" in answer.text


def test_a_study_that_was_not_run_says_so(tmp_path: Path) -> None:
    from bedside.store.study import create_study

    create_study(tmp_path / "new", title="New")
    answer = Client.of(tmp_path / "new", enter=True).get("/journey")
    assert answer.status_code == 404 and "bedside run" in answer.text
