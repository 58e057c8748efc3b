"""Codes of a coded post, layer by layer."""

import pytest

from bedside.codebook import load_codebook
from bedside.evaluate.codes import LAYERS, codes_of, is_coded

POST = {
    "moments": [
        {
            "stage": "diagnosis",
            "think": [],
            "feel": ["relief"],
            "do": [],
            "care": ["listening:praise"],
        },
        {
            "stage": "first_symptoms",
            "think": ["belief"],
            "feel": [],
            "do": ["searched_online"],
            "care": [],
        },
        {
            "stage": None,
            "think": ["question"],
            "feel": [],
            "do": [],
            "care": ["listening:complaint"],
        },
    ],
    "role": "patient",
    "search_worry": "no",
    "crisis": "now",
    "mode": ["phone"],
    "treatment": [{"option": "tea", "status": "tried"}, {"option": "rest", "status": "on"}],
    "claim": [{"claim": "x", "stance": "mocks"}],
    "harm": ["tea:rash"],
    "diagnosis": [{"condition": "x", "status": "confirmed"}],
}


@pytest.mark.parametrize(
    ("layer", "codes"),
    [
        ("role", {"patient"}),
        ("stage", {"diagnosis", "first_symptoms"}),
        ("stage group", {"diagnosis", "before"}),
        ("feel", {"relief"}),
        ("think", {"belief", "question"}),
        ("cells", {"diagnosis × relief", "before × belief", "before × searched_online"}),
        ("dismissal", {"yes"}),
        ("care aspect", {"listening"}),
        ("valence", {"praise", "complaint"}),
        ("search_worry", set()),
        ("crisis", {"now"}),
        ("mode", {"phone"}),
        ("info_source", set()),
        ("treatment status", {"tried", "on"}),
        ("claim stance", {"mocks"}),
        ("harm (any)", {"yes"}),
        ("diagnosis status", {"confirmed"}),
        ("speaker", {"asker"}),
    ],
)
def test_each_layer_is_read_as_readers_write_it(layer: str, codes: set[str]) -> None:
    assert codes_of(POST, layer) == codes


def test_a_post_without_codes_has_none_on_any_layer() -> None:
    assert all(codes_of({}, layer) == frozenset() for layer in LAYERS)
    empty = {"moments": [{"stage": None}], "role": None, "mode": None, "treatment": []}
    assert all(codes_of(empty, layer) == frozenset() for layer in LAYERS)


def test_own_layers_are_layers_of_the_codebook_or_read_from_one() -> None:
    derived = {"stage group", "cells", "dismissal", "care aspect", "valence", "speaker"}
    derived |= {"treatment status", "claim stance", "harm (any)", "diagnosis status"}
    assert set(LAYERS) - derived <= set(load_codebook().layers)


def test_a_layer_nobody_looked_at_is_told_from_one_without_codes() -> None:
    assert is_coded([{}, {"moments": []}], "cells")
    assert not is_coded([{}, {"moments": []}], "role")
    assert is_coded([{"role": None}], "speaker")
