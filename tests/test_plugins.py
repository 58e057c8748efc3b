"""What a plug-in offers is used: its format read, its maker asked, its report written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import bedside
from bedside import plugins
from bedside.cli.opening import open_any
from bedside.collect import formats
from bedside.errors import BedsideError
from tests.plugged import Plugin


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    found = plugins.manager(load=False)
    found.register(Plugin())
    known = dict(formats.FORMATS)
    monkeypatch.setattr(plugins, "installed", lambda: found)
    formats._with_plugins.cache_clear()
    yield
    formats.FORMATS.clear()
    formats.FORMATS.update(known)
    formats._with_plugins.cache_clear()


def filled(folder: Path) -> Path:
    diary = folder / "my.diary"
    diary.write_text(
        "%DIARY\nMy pain was bad today and I called the nurse\nA better day, I slept\n"
    )
    bedside.new(folder / "study", title="Diaries")
    bedside.add(folder / "study", diary, source="diaries", preset="simulated")
    return folder / "study"


@pytest.mark.usefixtures("plugged")
def test_a_plug_in_brings_a_format_a_maker_and_a_report(tmp_path: Path) -> None:
    study = filled(tmp_path)
    bedside.run(study, workers=1)
    marks = open_any(study, "diary:1")[0]["marks"]
    assert ("hope", "shouting") in {(mark["code"], mark["maker"]) for mark in marks}
    assert any(mark["maker"] != "shouting" for mark in marks)
    assert (study / "report-line.txt").read_text().startswith("Diaries: ")


@pytest.mark.usefixtures("plugged")
def test_a_report_that_fails_is_named_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def telling(material: object) -> tuple[str, str]:
        raise ValueError("a secret text")

    monkeypatch.setattr("tests.plugged.in_a_line", telling)
    study = filled(tmp_path)
    with pytest.raises(BedsideError, match=r"telling.*ValueError") as told:
        bedside.run(study, workers=1)
    assert "secret" not in str(told.value)


def test_entry_points_are_not_loaded_under_test() -> None:
    plugins.installed.cache_clear()
    assert plugins.installed().get_plugins() == set()


def test_every_hook_is_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "PLUGINS.md").read_text()
    hooks = [name for name in vars(plugins.Hooks) if not name.startswith("_")]
    assert hooks and all(f"{name}()" in page for name in hooks)
