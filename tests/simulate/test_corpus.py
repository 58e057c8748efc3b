"""A corpus is complete, the same for the same seed, and refuses what has no meaning."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest
import zstandard

from bedside.errors import InputError, StorageError
from bedside.simulate import corpus as corpus_module
from bedside.simulate.corpus import Rates, simulate
from tests.simulate.conftest import POSTS, Corpus
from tests.simulate.read_back import read_all


def test_truth_covers_each_post_exactly_once(corpus: Corpus) -> None:
    in_files = Counter(key for records in read_all(corpus.folder).values() for key, _ in records)
    in_truth = Counter(line["post_id"] for line in corpus.truth)
    assert in_files == in_truth
    assert set(in_truth.values()) == {1}
    assert len(corpus.truth) == corpus.summary.posts == POSTS


def test_truth_names_the_file_of_each_post(corpus: Corpus) -> None:
    for name, records in read_all(corpus.folder).items():
        keys = {key for key, _ in records}
        assert keys == {line["post_id"] for line in corpus.truth if line["file"] == name}


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_workers(tmp_path: Path) -> None:
    for name, workers in (("one", 0), ("two", 2), ("three", 3)):
        simulate(tmp_path / name, posts=3100, seed=3, workers=workers)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    for other in ("two", "three"):
        assert names == sorted(path.name for path in (tmp_path / other).iterdir())
        for name in names:
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / other / name).read_bytes()


def test_another_seed_gives_other_posts_and_no_shared_id(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate(tmp_path / str(seed), posts=400, seed=seed, formats=["reddit", "x", "bluesky"])
    first, second = (
        {key for records in read_all(tmp_path / str(seed)).values() for key, _ in records}
        for seed in (1, 2)
    )
    assert not first & second


def test_a_single_format_and_any_condition_can_be_asked_for(tmp_path: Path) -> None:
    made = simulate(tmp_path / "out", posts=120, seed=1, formats=["survey"], conditions=["asthma"])
    assert set(made.files) == {"TRUTH.jsonl", "fft_survey.csv"}
    assert sum(len(records) for records in read_all(tmp_path / "out").values()) == 120


def test_one_post_is_a_corpus(tmp_path: Path) -> None:
    assert simulate(tmp_path / "out", posts=1, seed=1).posts == 1


def test_truth_is_compressed_when_it_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus_module, "COMPRESS_TRUTH_ABOVE", 100)
    simulate(tmp_path / "out", posts=150, seed=1)
    packed = (tmp_path / "out" / "TRUTH.jsonl.zst").read_bytes()
    text = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    assert len(text.splitlines()) == 150


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    simulate(
        tmp_path / "out", posts=2500, seed=1, progress=lambda done, of: seen.append((done, of))
    )
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_a_file_in_parts_joins_to_the_same_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bedside.simulate.block.PART_BLOCKS", 1)
    simulate(tmp_path / "out", posts=2200, seed=1, workers=0)
    names = [path.name for path in (tmp_path / "out").iterdir() if "discourse" in path.name]
    assert sorted(names) == [f"discourse_posts_{n:03d}.json" for n in (1, 2, 3)]
    assert sum(len(records) for records in read_all(tmp_path / "out").values()) == 2200


def test_raised_rates_raise_what_is_planted(tmp_path: Path) -> None:
    natural = simulate(tmp_path / "a", posts=2000, seed=1)
    raised = simulate(
        tmp_path / "b", posts=2000, seed=1, rates=Rates(harm=0.9, drug=0.5, crisis=0.05)
    )
    harms = [s.posts_with.get("harm", {}).get("any", 0) for s in (natural, raised)]
    assert harms[1] > 5 * max(harms[0], 1)
    assert raised.posts_with["crisis"]["now"] > 10


def test_the_summary_counts_what_the_truth_says(corpus: Corpus) -> None:
    live = [line for line in corpus.truth if not line["deleted"]]
    roles = Counter(line["role"] for line in live)
    stages = Counter(
        s for line in live for s in {m["stage"] for m in line["moments"] if m["stage"]}
    )
    assert corpus.summary.posts_with["role"] == roles
    assert corpus.summary.posts_with["stage"] == stages
    accounts = {(line["platform"], line["account"]) for line in corpus.truth if line["account"]}
    assert sum(corpus.summary.accounts.values()) == len(accounts)
    written = msgspec.json.decode((corpus.folder / "TRUTH_SUMMARY.json").read_bytes())
    assert written["posts_with"]["role"] == roles


@pytest.mark.parametrize(
    "wrong",
    [
        {"posts": 0},
        {"conditions": ["endometriossis"]},
        {"conditions": []},
        {"conditions": ["asthma", "asthma"]},
        {"formats": ["myspace"]},
        {"bank": "secret"},
        {"rates": Rates(harm=1.5)},
        {"workers": -1},
    ],
)
def test_what_has_no_meaning_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    settings: dict[str, object] = {"posts": 10, "seed": 1, **wrong}
    with pytest.raises(InputError):
        simulate(tmp_path / "out", **settings)  # type: ignore[arg-type]


def test_a_near_miss_is_answered_with_the_right_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'endometriosis'"):
        simulate(tmp_path / "out", posts=10, seed=1, conditions=["endometriossis"])


def test_a_filled_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("something")
    with pytest.raises(InputError, match="not empty"):
        simulate(tmp_path, posts=10, seed=1)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("something")
    with pytest.raises(StorageError, match="cannot use folder"):
        simulate(tmp_path / "file" / "out", posts=10, seed=1)
