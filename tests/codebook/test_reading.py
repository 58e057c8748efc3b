"""Reading a codebook: what the built-in one holds, and what a wrong file is told."""

from pathlib import Path

import pytest

from bedside.codebook import STAGE_GROUPS, load_codebook, read_layer, write_codebook
from bedside.errors import InputError, NotFoundError

GOOD = """
layer = "mood"
about = "post"
several = true
question = "Which mood?"
[[code]]
name = "calm"
definition = "At ease."
counts = ["says so"]
"""


def _write(folder: Path, text: str, name: str = "mood.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_built_in_codebook_has_every_layer_of_the_page() -> None:
    assert sorted(load_codebook().layers) == sorted(
        [
            "stage",
            "think",
            "feel",
            "do",
            "care",
            "role",
            "experiencer",
            "info_source",
            "first_turned_to",
            "mode",
            "criticality",
            "support_needed",
            "support_given",
            "content",
            "search_worry",
            "figurative",
            "crisis",
            "diagnosis",
            "treatment",
            "harm",
            "special_situation",
            "seriousness",
            "scale",
            "claim",
            "professional_act",
            "acknowledgement",
            "answer_safety",
        ]
    )


def test_every_built_in_code_is_defined_with_examples_on_both_sides() -> None:
    for layer in load_codebook():
        for code in layer.code:
            where = f"{layer.layer}/{code.name}"
            assert code.definition.endswith("."), where
            assert code.counts and code.not_, where
            assert 2 <= len(code.examples) <= 3 and code.counter_examples, where
            assert not set(code.examples) & set(code.counter_examples), where


def test_no_example_stands_in_two_codes_of_one_layer() -> None:
    for layer in load_codebook():
        examples = [e for code in layer.code for e in code.examples]
        assert len(examples) == len(set(examples)), layer.layer


def test_seeds_are_short_phrases() -> None:
    seeds = [s for layer in load_codebook() for code in layer.code for s in code.seeds]
    assert seeds
    assert max(len(s.split()) for s in seeds) <= 5


def test_stage_groups_cover_every_stage_once_in_reporting_order() -> None:
    assert list(STAGE_GROUPS) == [
        "before",
        "searching",
        "diagnosis",
        "treatment",
        "living_with",
        "end",
    ]
    stages = [s for group in STAGE_GROUPS.values() for s in group]
    assert sorted(stages) == sorted(load_codebook().layer("stage").names())
    assert STAGE_GROUPS["treatment"] == (
        "choosing_treatment",
        "starting_treatment",
        "change_or_flare",
    )


def test_care_codes_carry_their_side() -> None:
    names = load_codebook().layer("care").names()
    assert "listening:complaint" in names
    assert "listening" not in names


def test_a_file_of_the_same_name_replaces_a_layer(tmp_path: Path) -> None:
    _write(tmp_path, GOOD.replace('"mood"', '"feel"'), "feel.toml")
    book = load_codebook(tmp_path)
    assert book.layer("feel").names() == ("calm",)
    assert "think" in book.layers
    assert book.version != load_codebook().version


def test_extends_adds_and_overrides_codes_in_place(tmp_path: Path) -> None:
    more = GOOD.replace('"mood"', '"feel"').replace("[[code]]", "extends = true\n[[code]]", 1)
    more += '[[code]]\nname = "joy"\ndefinition = "Only great joy."\n'
    _write(tmp_path, more, "feel.toml")
    feel = load_codebook(tmp_path).layer("feel")
    before = load_codebook().layer("feel").names()
    assert feel.names() == (*before, "calm")
    assert feel.find("joy").definition == "Only great joy."
    assert [s.name for s in feel.slot] == ["intensity"]


def test_a_new_layer_is_added(tmp_path: Path) -> None:
    _write(tmp_path, GOOD)
    assert load_codebook(tmp_path).find("mood", "calm").counts == ["says so"]


def test_a_written_codebook_reads_as_the_built_in_one_and_is_not_overwritten(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "codebook"
    assert len(write_codebook(folder)) == 27
    assert load_codebook(folder).version == load_codebook().version
    (folder / "feel.toml").write_text(GOOD.replace('"mood"', '"feel"'), encoding="utf-8")
    assert write_codebook(folder) == []
    assert load_codebook(folder).layer("feel").names() == ("calm",)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("definition", "definiton"), "did you mean 'definition'"),
        (("several", "severl"), "did you mean 'several'"),
        (('name = "calm"', 'name = "Calm Down"'), "cannot be a name"),
        (('definition = "At ease."', 'definition = " "'), "empty definition"),
        (('about = "post"', 'about = "account"'), "about"),
        (("several = true", 'several = "yes"'), "several"),
        (('layer = "mood"', 'layer = "moods"'), "name the file moods.toml"),
        (("[[code]]", "[[code]"), "not valid TOML"),
        (('question = "Which mood?"', ""), "question"),
        (('name = "calm"', 'name = "calm"\ngroup = "x"'), "unknown group"),
        (("several = true", "several = true\nextends = true"), "no built-in layer"),
        (("several = true", 'several = true\ngroups = ["low"]'), "no group"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_what_to_do(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    path = _write(tmp_path, GOOD.replace(*change))
    with pytest.raises(InputError, match=r"mood\.toml") as caught:
        read_layer(path)
    assert says in str(caught.value)


def test_a_code_twice_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD + '[[code]]\nname = "calm"\ndefinition = "Again."\n')
    with pytest.raises(InputError, match="'calm' stands there twice"):
        read_layer(path)


def test_a_code_twice_is_refused_in_an_extension_too(tmp_path: Path) -> None:
    text = GOOD.replace('"mood"', '"feel"').replace(
        "several = true", "several = true\nextends = true"
    )
    path = _write(tmp_path, text + '[[code]]\nname = "calm"\ndefinition = "Again."\n', "feel.toml")
    with pytest.raises(InputError, match="twice"):
        load_codebook(tmp_path)
    assert path.exists()


def test_misspelt_group_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    text = GOOD.replace("several = true", 'several = true\ngroups = ["evening"]')
    path = _write(tmp_path, text.replace('name = "calm"', 'name = "calm"\ngroup = "evenin"'))
    with pytest.raises(InputError, match="did you mean 'evening'"):
        read_layer(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mood.toml"
    path.write_bytes(b"\xff\xfe\x00layer")
    with pytest.raises(InputError, match="UTF-8"):
        read_layer(path)


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "mood.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_layer(path).names() == ("calm",)


def test_a_layer_without_codes_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD.split("[[code]]")[0])
    with pytest.raises(InputError, match="has no code"):
        read_layer(path)


def test_missing_folder_layer_and_code_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no codebook folder"):
        load_codebook(tmp_path / "nowhere")
    with pytest.raises(NotFoundError, match="did you mean 'feel'"):
        load_codebook().layer("feels")
    with pytest.raises(NotFoundError, match="did you mean 'relief'"):
        load_codebook().find("feel", "releif")
    with pytest.raises(NotFoundError, match="no code"):
        load_codebook().find("care", "listening:shrug")
