"""Messages: written, read by ourselves and by an independent parser, checked rule by rule."""

import csv
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import e2br3
import msgspec
import pytest
from lxml import etree

from bedside.collect.meddra import read_meddra
from bedside.errors import FormatError, InputError, NotFoundError
from bedside.measure.safety.case import Case
from bedside.report.icsr.answers import read_answers
from bedside.report.icsr.elements import ELEMENTS, Icsr, Message, Value, element_of
from bedside.report.icsr.filling import fill_message
from bedside.report.icsr.reading import read_message
from bedside.report.icsr.rules import LEFT_OUT, RULES, check_message
from bedside.report.icsr.schema import validate_schema
from bedside.report.icsr.writing import write_message
from bedside.store.config import Safety

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
POLICY = Safety(sender="Forum Watch", receiver="PVDESK", country="GB")


def good() -> Message:
    """A whole message against which nothing can be said."""
    at = Value("20260510090000+0000")
    reaction = {
        "E.i.1.1a": Value("felt sick"), "E.i.1.1b": Value("eng"), "E.i.2.1a": Value("28.0"), "E.i.2.1b": Value("10028813"),
        **{f"E.i.3.2{letter}": Value(null="NI") for letter in "abcdef"}, "E.i.7": Value("0"),
    }  # fmt: skip
    report = Icsr(
        values={
            "N.2.r.1": Value("GB-X-1-1"), "N.2.r.2": Value("X"), "N.2.r.3": Value("R"), "N.2.r.4": at,
            "C.1.1": Value("GB-X-1"), "C.1.2": at, "C.1.3": Value("1"), "C.1.4": Value("20260501"),
            "C.1.5": Value("20260501"), "C.1.6.1": Value("false"), "C.1.7": Value("true"), "C.1.8.1": Value("GB-X-1"),
            "C.1.8.2": Value("2"), "C.1.9.1": Value(null="NI"), "C.3.1": Value("3"), "C.3.2": Value("X"),
            "D.1": Value(null="MSK"), "D.7.2": Value(null="UNK"), "H.1": Value("A story."),
        },
        groups={
            "C.1.6.1.r": [], "C.1.9.1.r": [],
            "C.2.r": [{"C.2.r.3": Value("GB"), "C.2.r.4": Value("5"), "C.2.r.5": Value("1")}],
            "E.i": [reaction],
            "G.k": [{"G.k.1": Value("1"), "G.k.2.2": Value("metformin")}],
        },
    )  # fmt: skip
    values = {
        "N.1.1": Value("1"),
        "N.1.2": Value("B1"),
        "N.1.3": Value("X"),
        "N.1.4": Value("R"),
        "N.1.5": at,
    }
    return Message(values=values, reports=[report])


Break = Callable[[Message, Icsr], object]


def _put(number: str, text: str = "", null: str = "") -> Break:
    def put(message: Message, report: Icsr) -> None:
        target = message.values if number.startswith("N.1") else report.values
        for group in ("C.2.r", "E.i", "G.k"):
            if number.startswith(f"{group}."):
                target = report.groups[group][0]
        if text or null:
            target[number] = Value(text, null)
        else:
            target.pop(number, None)

    return put


def _all(*breaks: Break) -> Break:
    return lambda message, report: [one(message, report) for one in breaks]


BROKEN: dict[str, Break] = {  # one violation of each rule that is implemented
    "R0004": _put("N.2.r.3", "CDER"),
    "R0005": _put("N.2.r.3", "CDER_IND"),
    "R0006": _put("N.1.4", "ZZFDA"),
    "R0007": _put("N.1.4", "ZZFDA_PREMKT"),
    "R0100": _put("N.2.r.2", "SOMEBODY"),
    "R0111": _all(_put("N.1.4", "ZZFDA_PREMKT"), _put("N.2.r.3", "CDER_IND_EXEMPT_BA_BE")),
    "R0112": _all(_put("N.1.4", "ZZFDA_PREMKT"), _put("N.2.r.3", "CDER_IND"), _put("C.1.3", "3")),
    "R0009": _put("C.1.6.1", "true"),
    "R0011": _all(_put("N.1.4", "ZZFDA"), _put("N.2.r.3", "CDER"), _put("C.1.7", null="NI")),
    "R0017": _put("C.1.9.1", "true"),
    "R0018": lambda m, r: r.groups["C.1.9.1.r"].append({"C.1.9.1.r.1": Value("someone")}),
    "R0101": _all(_put("C.1.11.1", "1"), _put("C.1.11.2", "an error")),
    "C.1.11.2": _put("C.1.11.1", "2"),
    "R0019": _put("C.2.r.3"),
    "R0020": _put("C.2.r.4"),
    "R0021": _put("C.2.r.5"),
    "one_primary": lambda m, r: r.groups["C.2.r"].append(dict(r.groups["C.2.r"][0])),
    "R0022": _put("C.3.2"),
    "R0023": _put("C.1.3", "2"),
    "R0029": _put("D.2.2b", "a"),
    "R0030": _put("D.2.2a", "40"),
    "R0035": _put("D.7.2"),
    "R0058": _put("E.i.1.1b"),
    "one_version": lambda m, r: r.groups["E.i"].append(r.groups["E.i"][0] | {"E.i.2.1a": Value("27.1")}),
    "fatal": _put("E.i.7", "5"),
    "W0005": _put("G.k.1", "2"),
    "R0069": _put("G.k.1", "2"),
    "R0070": _all(_put("C.1.3", "2"), _put("N.2.r.3", "CDER_IND"), _put("G.k.1", "4")),
    # what the guide asks of each element
    "required": _put("H.1"),
    "null": _put("H.1", null="UNK"),
    "length": _put("E.i.1.1a", "x" * 251),
    "code": _put("C.2.r.4", "9"),
    "date": _put("C.1.4", "1 May 2026"),
    "future": _put("C.1.5", "20270101"),
    "precision": _put("C.1.4", "202605"),
    "full": _put("N.2.r.4", "20260510"),
}  # fmt: skip


def test_nothing_is_said_against_a_whole_message() -> None:
    assert check_message(good(), now=NOW) == []


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_one_violation_of_each_rule_is_caught(rule: str) -> None:
    message = deepcopy(good())
    BROKEN[rule](message, message.reports[0])
    found = check_message(message, now=NOW)
    assert rule in {f.rule for f in found}, found
    wanted = "warn" if rule.startswith("W") else "reject"
    assert all(f.severity == wanted for f in found if f.rule == rule)


def test_every_implemented_rule_has_its_violation() -> None:
    assert {rule.id for rule in RULES} <= set(BROKEN)


def test_every_rule_of_the_list_is_implemented_or_left_out_with_a_reason(samples: Path) -> None:
    text = (samples / "rejection_warning_rules.csv").read_text("utf-8-sig")
    listed = {
        cell
        for row in csv.reader(text.splitlines())
        for cell in row
        if re.fullmatch(r"[RW]\d{4}", cell)
    }
    assert len(listed) > 100
    left_out = [rule for rules in LEFT_OUT for rule in rules.split()]
    implemented = {rule.id for rule in RULES}
    assert listed - implemented - set(left_out) == set()
    assert not implemented & set(left_out) and len(left_out) == len(set(left_out))
    assert all(LEFT_OUT.values())


def test_lengths_and_null_flavours_are_those_of_the_public_table(samples: Path) -> None:
    text = (samples / "e2b_r3_required_elements.csv").read_text("utf-8-sig")
    table = {row["element"]: row for row in csv.DictReader(text.splitlines())}
    shared = [element for element in ELEMENTS if element.number in table]
    assert len(shared) > 35
    for element in shared:
        row = table[element.number]
        if row["max_length"].isdigit():
            assert element.length == int(row["max_length"]), element.number
        assert set(element.nulls.split()) == set(row["null_flavors"].split()), element.number
        if row["conformance"] == "Required":
            assert element.required, element.number


@pytest.mark.parametrize(
    "name",
    ["FAERS2022Scenario1", "FAERS2022Scenario3", "FAERS2022Scenario5-1", "FAERS2022Scenario8"],
)
def test_the_public_scenarios_are_rewritten_without_loss(samples: Path, name: str) -> None:
    read = read_message(samples / f"{name}.xml")
    report = read.reports[0]
    assert len(report.groups["E.i"]) == 2 and len(report.groups["G.k"]) == 3
    assert [drug["G.k.2.2"].text for drug in report.groups["G.k"]]
    assert read_message(write_message(read)) == read


def _counts(batch: e2br3.Batch) -> tuple[str, int, int, str]:
    icsr = batch.messages[0].icsr
    return icsr.safety_report_id, len(icsr.reactions), len(icsr.drugs), icsr.narrative


@pytest.mark.parametrize(
    "name",
    [
        "FAERS2022Scenario1",
        "FAERS2022Scenario3",
        "FAERS2022Scenario5-1",
        "FAERS2022Scenario8",
        "own_minimal_social_r3",
    ],
)
def test_an_independent_parser_reads_the_same_from_the_rewritten_file(
    samples: Path, tmp_path: Path, name: str
) -> None:
    rewritten = tmp_path / "again.xml"
    rewritten.write_bytes(write_message(read_message(samples / f"{name}.xml")))
    ours, theirs = e2br3.parse(rewritten), e2br3.parse(samples / f"{name}.xml")
    assert _counts(ours) == _counts(theirs)
    for mine, its in zip(
        ours.messages[0].icsr.reactions, theirs.messages[0].icsr.reactions, strict=True
    ):
        assert mine.meddra.code == its.meddra.code and mine.hospitalisation == its.hospitalisation
    for mine, its in zip(ours.messages[0].icsr.drugs, theirs.messages[0].icsr.drugs, strict=True):
        assert (mine.product_name, mine.role.code) == (its.product_name, its.role.code)


def test_a_case_fills_what_a_post_can_fill(case: Case, tmp_path: Path) -> None:
    message = fill_message([case], policy=POLICY, now=datetime.now(UTC))
    report = message.reports[0]
    assert report.values["D.1"] == Value(null="MSK")
    assert report.groups["C.2.r"][0]["C.2.r.1.4"] == Value(null="MSK")
    (reaction,) = report.groups["E.i"]
    assert reaction["E.i.3.2c"] == Value("true") and reaction["E.i.3.2a"] == Value(null="NI")
    assert "E.i.2.1b" not in reaction and reaction["E.i.1.1a"].text
    assert report.groups["G.k"][0]["G.k.2.2"].text == "Metformin"
    assert "nausea" in report.get("H.1") and "ann" not in report.get("H.1").split()
    path = tmp_path / "case.xml"
    path.write_bytes(write_message(message))
    parsed = e2br3.parse(path).messages[0].icsr
    assert parsed.safety_report_id.startswith("GB-FORUMWATCH-")
    assert parsed.reactions[0].native_term == reaction["E.i.1.1a"].text
    assert parsed.patient.name.null_flavor.value == "MSK"
    assert read_message(path) == message


def test_without_meddra_only_the_codes_are_missing(case: Case) -> None:
    message = fill_message([case], policy=POLICY, now=datetime.now(UTC))
    found = check_message(message, now=datetime.now(UTC) + timedelta(minutes=1))
    assert {f.element for f in found} == {"E.i.2.1a", "E.i.2.1b"}


@pytest.fixture
def meddra(tmp_path: Path) -> Path:
    """Invented terms in the shape of the licensed files."""
    folder = tmp_path / "MedAscii"
    folder.mkdir()
    rest = "$10000000$$$$$$"
    (folder / "llt.asc").write_text(
        f"90000001$Nausea{rest}$Y$$\n90000002$Sick feeling{rest}$N$$\n90000003$Queasy{rest}$Y$$\n"
    )
    (folder / "meddra_release.asc").write_text("28.0$English$$$$\n")
    return folder


def test_with_the_users_own_meddra_a_message_is_whole(case: Case, meddra: Path) -> None:
    release = read_meddra(meddra.parent)
    message = fill_message([case], policy=POLICY, now=datetime.now(UTC), meddra=release)
    assert message.reports[0].groups["E.i"][0]["E.i.2.1b"] == Value("90000001")
    assert message.reports[0].groups["E.i"][0]["E.i.2.1a"] == Value("28.0")
    assert check_message(message, now=datetime.now(UTC) + timedelta(minutes=1)) == []
    chosen = fill_message(
        [case], policy=POLICY, now=datetime.now(UTC), meddra=release, codes={"Nausea": "90000003"}
    )
    assert chosen.reports[0].groups["E.i"][0]["E.i.2.1b"] == Value("90000003")


def test_a_code_that_is_not_current_or_unknown_is_refused(case: Case, meddra: Path) -> None:
    release = read_meddra(meddra)
    for code, words in (("90000002", "not current"), ("99999999", "no lowest-level term")):
        with pytest.raises(InputError, match=words):
            fill_message([case], policy=POLICY, now=NOW, meddra=release, codes={"Nausea": code})
    with pytest.raises(InputError, match="--meddra"):
        fill_message([case], policy=POLICY, now=NOW, codes={"Nausea": "90000001"})
    with pytest.raises(InputError, match="sender and receiver"):
        fill_message([case], policy=Safety(), now=NOW)


@pytest.mark.parametrize(
    ("release", "terms", "words"),
    [
        ("28.0$", "not a term\n", "line 1"),
        ("no version", "90000001$N$1$$$$$$$Y$$\n", "version"),
        ("", None, "no llt.asc"),
    ],
)
def test_damaged_meddra_files_are_told(
    tmp_path: Path, release: str, terms: str | None, words: str
) -> None:
    if terms is not None:
        (tmp_path / "llt.asc").write_text(terms)
    (tmp_path / "meddra_release.asc").write_text(release)
    with pytest.raises((FormatError, NotFoundError), match=words):
        read_meddra(tmp_path)


def test_acknowledgements_are_read_both_ways(samples: Path) -> None:
    (no,) = read_answers(samples / "R3ack-negative.ack")
    assert not no.positive and no.code == "CR" and no.message == "US-APHARMA-7644554"
    assert "Mandatory" in no.words and no.batch_code == "AE" and no.number == "19426650"
    (yes,) = read_answers(samples / "R3ack-positive.ack")
    assert yes.positive and yes.code == "CA" and yes.message.endswith("US-APHARMA-8744554B")


@pytest.mark.parametrize("data", [b"", b"<a", b"<a/>", b"not xml at all"])
def test_what_is_no_message_is_told(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"no XML|no E2B"):
        read_message(data)
    with pytest.raises(FormatError, match=r"no XML|no acknowledgement"):
        read_answers(data)


def test_no_entity_of_a_message_is_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    xml = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><MCCI_IN200100UV01 xmlns="urn:hl7-org:v3"><id extension="&lt;"/><name>&e;</name></MCCI_IN200100UV01>'
    assert "hidden" not in repr(read_message(xml.encode()))


def test_a_schema_of_the_users_own_is_asked(tmp_path: Path) -> None:
    """A toy schema in the place of the ICH set, which may not be shipped: its objections come back with their line."""
    folder = tmp_path / "schemas" / "multicacheschemas"
    folder.mkdir(parents=True)
    (folder / "MCCI_IN200100UV01.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3">'
        '<xs:element name="MCCI_IN200100UV01"><xs:complexType><xs:sequence><xs:any maxOccurs="2" processContents="skip"/>'
        '</xs:sequence><xs:attribute name="ITSVersion"/></xs:complexType></xs:element></xs:schema>'
    )
    assert validate_schema(write_message(good()), tmp_path / "schemas")
    with pytest.raises(NotFoundError, match="no MCCI"):
        validate_schema(write_message(good()), tmp_path / "nothing")
    (folder / "MCCI_IN200100UV01.xsd").write_text("<xs:schema/>")
    with pytest.raises(FormatError, match="cannot be used"):
        validate_schema(write_message(good()), tmp_path / "schemas")


def test_the_same_message_gives_the_same_bytes_and_is_valid_xml() -> None:
    data = write_message(good())
    assert data == write_message(good()) and etree.fromstring(data) is not None
    assert read_message(data) == good()


def test_signs_that_xml_knows_are_kept(case: Case) -> None:
    message = good()
    message.reports[0].values["H.1"] = Value('pain < 3 & "worse" > before, café ▇▇▇')
    assert read_message(write_message(message)) == message


def test_a_message_survives_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(good()), type=Message) == good()


def test_each_element_is_named_once() -> None:
    numbers = [element.number for element in ELEMENTS]
    assert len(numbers) == len(set(numbers)) and element_of("H.1").required
