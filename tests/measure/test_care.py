"""Care: praise and complaint by aspect."""

from bedside.measure.care.aspects import aspects
from bedside.measure.context import MeasureContext
from tests.measure.conftest import Study, mark, post


def test_praise_and_complaint_are_of_accounts_that_tell_of_care(
    study: Study, context: MeasureContext
) -> None:
    marks = [mark("p", "care", "listening:praise"), mark("q", "care", "listening:complaint")]
    marks += [mark("q", "care", "cost:complaint", assertion="negated")]
    found = aspects(study([post("p"), post("q"), post("r")], marks), context)
    shares = {(f.keys["aspect"], f.keys["valence"]): f.estimate for f in found}
    assert shares == {
        ("listening", "praise"): 0.5,
        ("listening", "complaint"): 0.5,
        ("cost", "praise"): 0.0,
        ("cost", "complaint"): 0.0,
    }
