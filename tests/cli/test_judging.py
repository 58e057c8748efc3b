"""Judging from the command line: draw, judge, adjudicate, agree; clear words for what cannot be."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bedside
from bedside.cli.ending import run_app
from bedside.judge.decisions import open_log
from bedside.judge.samples import find_sample, read_items
from bedside.store.keys import load_keys
from bedside.store.study import open_study

POSTS = 60
FEELINGS = ("I was so relieved", "I am scared of it", "the pain is bad", "it made me angry")
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small study, run once; its keys lie beside it."""
    folder = tmp_path_factory.mktemp("judging")
    rows = [
        f"{n},writer{n // 2},The endo clinic rang in week {n} and {FEELINGS[n % 4]} for days"
        for n in range(POSTS)
    ]
    (folder / "posts.csv").write_text("\n".join(["id,author,text", *rows]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        load_keys.cache_clear()
        bedside.new(folder / "study", title="t")
        bedside.add(folder / "study", folder / "posts.csv", source="mine", preset="simulated")
        bedside.run(folder / "study", workers=1)
    return folder


@pytest.fixture
def study(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BEDSIDE_KEYS", str(made / "keys"))
    load_keys.cache_clear()
    return Path(shutil.copytree(made / "study", tmp_path / "study"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; gives what it said, or with --json its value."""

    def told(*arguments: object, code: int = 0) -> Any:
        capsys.readouterr()
        left = run_app([str(a) for a in arguments])
        said = capsys.readouterr()
        assert left == code, said.out + said.err
        return json.loads(said.out) if "--json" in arguments and not code else said.out + said.err

    return told


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What a person types, line by line; then the end of input."""

    def typed(*lines: str) -> None:
        left = iter(lines)

        def read(_: str) -> str:
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)

    return typed


def drawn(study: Path, run: Run) -> None:
    run("sample", "draw", study, "round-1", "--size", POSTS, "--layer", "feel")


def code_all(study: Path, coder: str, present: list[str]) -> None:
    """Complete the layer for every item through the file door."""
    keys = read_items(open_study(study), find_sample(open_study(study), "round-1"))
    rows = [
        {"post": key, "layer": "feel", "code": code, "coder": coder}
        for key, code in zip(keys["subject_key"].to_pylist(), present * POSTS, strict=False)
    ]
    path = study.parent / f"{coder}.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    assert run_app(
        ["judge", str(study), "--from", str(path), "--sample", "round-1", "--complete"]
    ) == 0  # fmt: skip


def test_a_sample_is_drawn_listed_and_extended(study: Path, run: Run) -> None:
    told = run("sample", "draw", study, "round-1", "--size", 30, "--layer", "feel", "--json")
    assert told["population"] == POSTS and told["probabilities"] == {"all": 0.5}
    assert "round-1: random" in run("sample", "list", study)
    grown = run("sample", "extend", study, "round-1", "--size", 60, "--json")
    assert grown["drawn"] == POSTS


def test_a_stratified_sample_takes_advice(study: Path, run: Run) -> None:
    advice = run("sample", "advise", study, "--by", "feel", "--size", 20)
    assert "feel=yes" in advice and "neyman needs --pilot" in advice
    told = run(
        "sample",
        "draw",
        study,
        "s",
        "--by",
        "feel",
        "--size",
        20,
        "--allocation",
        "equal",
        "--json",
    )
    assert told["kind"] == "stratified" and len(told["probabilities"]) == 2


def test_a_pilot_gives_neymans_allocation(study: Path, run: Run) -> None:
    drawn(study, run)
    code_all(study, "ann", ["relief", "hope", "hope"])
    told = run(
        "sample", "advise", study, "--by", "feel", "--size", 20, "--pilot", "feel/relief", "--json"
    )
    assert set(told) == {"sizes", "proportional", "equal", "neyman"}


def test_posts_are_chosen_to_learn_from(study: Path, run: Run) -> None:
    told = run("sample", "learn", study, "l", "--code", "feel/relief", "--size", 10, "--json")
    assert told["kind"] == "learning" and told["drawn"] == 10
    assert "for learning" in run("sample", "list", study)


def test_a_sample_is_judged_in_the_terminal(
    study: Path, run: Run, types: Callable[..., None]
) -> None:
    drawn(study, run)
    types("?", "relief", "m unsure", "nonsense", "hope, joy", "u", "", "s cut off", "q")
    said = run("judge", study, "--coder", "ann")
    assert "The endo clinic rang" in said and "'nonsense' is no code" in said
    assert "2 done, 57 to do, 1 set aside" in said
    with open_log(open_study(study)) as log:
        rows = log.read()
    assert set(rows["coder"].to_pylist()) == {"ann"} and "withdrawn" in rows["decision"].to_pylist()


def test_differences_are_settled_in_the_terminal(
    study: Path, run: Run, types: Callable[..., None]
) -> None:
    drawn(study, run)
    code_all(study, "ann", ["relief"])
    code_all(study, "ben", ["relief"] * 58 + ["hope"] * 2)
    types("y said outright", "n", "n only a wish", "", "q")
    said = run("judge", study, "--coder", "cem", "--adjudicate")
    assert "4 decisions differ" in said and "needs a name and a reason" in said
    assert "2 decisions still differ" in said


def test_agreement_is_told_code_by_code(study: Path, run: Run) -> None:
    drawn(study, run)
    code_all(study, "ann", ["relief", "hope", "joy"])
    code_all(study, "ben", ["relief", "hope", "joy"] * 19 + ["relief"] * 3)
    told = run("agreement", study, "--posts", "--json")
    relief = next(c for c in told["codes"] if c["code"] == "relief")
    assert relief["posts"] == POSTS and relief["differ"] == 2
    assert {d["code"] for d in told["differ"]} == {"relief", "hope", "joy"}
    said = run("agreement", study, "--layer", "feel", "--posts")
    assert "feel/relief" in said and "alpha: Krippendorff's" in said and "ann: absent" in said
    assert "same category throughout" in said


def test_decisions_come_in_once(study: Path, run: Run) -> None:
    drawn(study, run)
    path = study.parent / "own.csv"
    path.write_text(
        "id,layer,code,decision\ntable:1,feel,relief,present\ntable:2,feel,relief,absent\n"
    )
    first = run("judge", study, "--from", path, "--coder", "ann", "--sample", "round-1", "--json")
    again = run("judge", study, "--from", path, "--coder", "ann", "--sample", "round-1", "--json")
    assert (first["recorded"], again["recorded"], again["known"]) == (2, 0, 2)
    assert "enter no estimate" in run("judge", study, "--from", path, "--coder", "ben")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,layer,code\ntable:999,feel,relief\n", "not in the corpus"),
        ("id,layer,code\ntable:1,feel,releif\n", "did you mean 'relief'"),
        ("id,layer,code,decision\ntable:1,feel,relief,maybe\n", "got the decision 'maybe'"),
        ("text,layer,code\nx,feel,relief\n", "no column 'post'"),
        ("id,layer,codes\ntable:1,feel,relief\n", "no column 'code'"),
        ("id,layer,code\ntable:1,,relief\n", "'layer' is empty"),
        ("id,layer,code,decided_at\ntable:1,feel,relief,soon\n", "no time"),
    ],
)
def test_a_bad_file_of_decisions_is_refused_whole(
    study: Path, run: Run, text: str, said: str
) -> None:
    path = study.parent / "bad.csv"
    path.write_text(text + "table:2,feel,hope\n" if text.startswith("id,layer,code\n") else text)
    told = run("judge", study, "--from", path, "--coder", "ann", code=4 if "did you" in said else 2)
    assert said in told
    with open_log(open_study(study)) as log:
        assert log.read().num_rows == 0


def test_unknown_posts_can_be_left_out(study: Path, run: Run) -> None:
    path = study.parent / "some.csv"
    path.write_text("id,layer,code\ntable:1,feel,relief\ntable:999,feel,relief\n")
    assert "1 decisions skipped" in run("judge", study, "--from", path, "--coder", "a", "--skip")


def test_a_changed_definition_is_told_and_its_decisions_listed(
    study: Path, run: Run, types: Callable[..., None]
) -> None:
    drawn(study, run)
    code_all(study, "ann", ["relief"])
    run("codebook", "edit", study, "feel")
    path = study / "codebook" / "feel.toml"
    text = path.read_text()
    path.write_text(text.replace('seeds = ["cried"', 'seeds = ["wept", "cried"'))
    assert "0 decisions are out of date" in run("codebook", "outdated", study)
    path.write_text(text.replace("Relieved: a weight is off.", "Relieved, said outright."))
    said = run("codebook", "outdated", study)
    assert "feel/relief: 60 decisions about 60 posts, the definition has changed" in said
    assert "60 decisions are out of date" in said
    assert "feel / relief: definition changed" in run("codebook", "diff", study)
    types("q")
    assert "60 to do" in run("judge", study, "--coder", "ann", "--layer", "feel")


def test_the_codebook_is_shown_and_checked(study: Path, run: Run) -> None:
    assert "feel" in run("codebook", "show", study)
    assert "relief: Relieved" in run("codebook", "show", study, "feel")
    assert "seeds:" in run("codebook", "show", study, "feel/relief")
    assert "nothing is wrong" in run("codebook", "check", study)
    assert "0 differences" in run("codebook", "diff", study, "built-in")


def test_a_codebook_with_a_code_twice_is_refused(study: Path, run: Run) -> None:
    run("codebook", "edit", study, "feel")
    path = study / "codebook" / "feel.toml"
    path.write_text(path.read_text() + '\n[[code]]\nname = "relief"\ndefinition = "Again."\n')
    said = run("codebook", "check", study, code=2)
    assert "'relief' stands there twice" in said and "feel.toml" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("sample", "draw", "{}", "x", "--size", "9999"), 2, "from a population of 60"),
        (("sample", "draw", "{}", "x", "--by", "platfrom"), 2, "did you mean 'platform'"),
        (("sample", "learn", "{}", "x", "--code", "relief"), 2, "LAYER/CODE"),
        (("sample", "extend", "{}", "none"), 4, "no sample 'none'"),
        (("judge", "{}"), 2, "say who judges"),
        (("judge", "{}", "--coder", "ann"), 4, "bedside sample draw"),
        (("agreement", "{}"), 4, "nobody has judged yet"),
        (("codebook", "diff", "{}", "0000"), 4, "no version '0000'"),
    ],
)
def test_what_cannot_be_done_is_said(
    study: Path, run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert said in run(*(a.format(study) for a in arguments), code=code)


def test_a_study_that_was_never_run_says_so(tmp_path: Path, run: Run) -> None:
    bedside.new(tmp_path / "fresh", title="t")
    assert "bedside run" in run("sample", "draw", tmp_path / "fresh", "x", code=4)


def test_erasing_reaches_samples_and_decisions(study: Path, run: Run) -> None:
    drawn(study, run)
    code_all(study, "ann", ["relief"])
    run("erase", study, "--account", "writer3")
    items = read_items(open_study(study), find_sample(open_study(study), "round-1"))
    assert items.num_rows == POSTS - 2
    with open_log(open_study(study)) as log:
        assert len(set(log.read()["subject_key"].to_pylist())) == POSTS - 2


def decisions(study: Path) -> set[tuple[str, ...]]:
    names = ("subject_key", "text_key", "layer", "code", "decision", "coder", "kind")
    with open_log(open_study(study)) as log:
        rows = log.current().to_pylist()
    return {tuple(str(row[name]) for name in names) for row in rows}


@pytest.mark.parametrize("kind", ["qdpx", "labelstudio", "doccano", "csv"])
def test_decisions_go_out_and_come_back_into_a_copy(study: Path, run: Run, kind: str) -> None:
    drawn(study, run)
    code_all(study, "ann", ["relief", "hope"])
    copy = Path(shutil.copytree(study, study.parent / "copy"))
    (copy / "decisions.sqlite").unlink()
    file = study.parent / ("ann.jsonl" if kind == "doccano" else f"out.{kind}")
    told = run("exchange", "export", study, file, "--as", kind, "--json")
    assert told["posts"] == POSTS
    run("exchange", "import", copy, file, "--as", kind, "--sample", "round-1")
    assert decisions(copy) == decisions(study)
    again = run("exchange", "import", copy, file, "--as", kind, "--sample", "round-1", "--json")
    assert again["recorded"] == 0


@pytest.mark.parametrize("kind", ["qdc", "taguette"])
def test_a_codebook_goes_out_and_comes_back(study: Path, run: Run, kind: str) -> None:
    file = study.parent / f"book.{kind}"
    run("codebook", "edit", study, "feel")
    path = study / "codebook" / "feel.toml"
    path.write_text(
        path.read_text().replace("Relieved: a weight is off.", "Relieved, said outright.")
    )
    run("exchange", "export", study, file, "--as", kind)
    before = run("codebook", "show", study, "--json")["version"]
    path.unlink()
    assert run("exchange", "import", study, file, "--as", kind, "--json")["layers"] == ["feel"]
    assert run("codebook", "show", study, "--json")["version"] == before
    assert "nothing differs" in run("exchange", "import", study, file, "--as", kind)
    path.write_text(path.read_text().replace("Relieved, said outright.", "Otherwise."))
    assert "--replace" in run("exchange", "import", study, file, "--as", kind, code=2)
    run("exchange", "import", study, file, "--as", kind, "--replace")
    assert run("codebook", "show", study, "--json")["version"] == before


def test_a_sample_goes_out_blank_to_be_coded_elsewhere(study: Path, run: Run) -> None:
    drawn(study, run)
    code_all(study, "ann", ["relief"])
    file = study.parent / "tasks.json"
    run(
        "exchange", "export", study, file, "--as", "labelstudio", "--sample", "round-1", "--layer", "feel", "--blank"
    )  # fmt: skip
    tasks = json.loads(file.read_text())
    assert len(tasks) == POSTS and all(task["annotations"] == [] for task in tasks)
    assert "relief" in file.with_suffix(".xml").read_text()


def test_masks_stay_unless_the_study_permits(made: Path, study: Path, run: Run) -> None:
    extra = study.parent / "more.csv"
    extra.write_text(
        "id,author,text\nx1,someone,The endo nurse wrote to me at pat@mail.example about it today\n"
    )
    run("add", study, extra, "--source", "mine")
    run("run", study, "--workers", "1")
    drawn(study, run)
    post = load_keys(open_study(study).config.id).post_key("table:x1")
    (study.parent / "one.csv").write_text(f"post,layer,code\n{post},feel,hope\n")
    run("judge", study, "--from", study.parent / "one.csv", "--coder", "ann")
    file = study.parent / "t.jsonl"
    run("exchange", "export", study, file, "--as", "doccano")
    assert "pat@mail" not in file.read_text() and "▇" in file.read_text()
    refused = run("exchange", "export", study, file, "--as", "doccano", "--unmasked", code=3)
    assert "unmasked_exchange" in refused
    toml = study / "study.toml"
    toml.write_text(
        toml.read_text().replace("unmasked_exchange = false", "unmasked_exchange = true")
    )
    run("exchange", "export", study, file, "--as", "doccano", "--unmasked")
    assert "pat@mail.example" in file.read_text()


def test_nothing_to_exchange_is_said(study: Path, run: Run) -> None:
    assert "nothing to write" in run(
        "exchange", "export", study, study.parent / "x.qdpx", "--as", "qdpx", code=4
    )  # fmt: skip
    assert "no file" in run("exchange", "import", study, "none.qdc", "--as", "qdc", code=4)


def test_the_same_works_from_python(study: Path, run: Run) -> None:
    told = bedside.draw_sample(study, "round-1", size=POSTS, layers=["feel"])
    assert told["drawn"] == POSTS
    keys = read_items(open_study(study), find_sample(open_study(study), "round-1"))
    for coder in ("ann", "ben"):
        path = study.parent / f"{coder}.csv"
        rows = [f"{key},feel,relief" for key in keys["subject_key"].to_pylist()]
        path.write_text("\n".join(["post,layer,code", *rows]))
        taken = bedside.take_decisions(study, path, coder=coder, sample="round-1", complete=True)
        assert taken["recorded"] == POSTS * 11
    codes = {code["code"]: code for code in bedside.agreement(study)["codes"]}
    assert codes["relief"]["posts"] == POSTS and codes["relief"]["raw"][0] == 1.0


def test_decisions_lie_where_an_option_says(
    study: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDSIDE_DATABASE", "")
    path = study.parent / "own.csv"
    path.write_text("id,layer,code\ntable:1,feel,relief\n")
    elsewhere = f"sqlite:///{study.parent / 'team.sqlite'}"
    run("judge", study, "--from", path, "--coder", "ann", "--database", elsewhere)
    assert (study.parent / "team.sqlite").exists()
    assert "feel/relief" in run("agreement", study, "--database", elsewhere)
    monkeypatch.setenv("BEDSIDE_DATABASE", "")
    assert "nobody has judged yet" in run("agreement", study, code=4)


def test_a_sample_lost_to_a_layer_says_so_wherever_it_is_met(
    study: Path, run: Run, types: Callable[..., None]
) -> None:
    drawn(study, run)
    types("relief", "q")
    assert "no estimate" not in run("judge", study, "--coder", "ann")
    (study / "patterns").mkdir(exist_ok=True)
    (study / "patterns" / "own.toml").write_text('[feel.relief]\nphrases = ["at long last"]\n')
    types("q")
    assert "can enter no estimate" in run("judge", study, "--coder", "ann")
    assert "not for feel: the study's own rules" in run("sample", "list", study)
