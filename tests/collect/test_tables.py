"""Tables through a column mapping, listening suites and 4CAT."""

import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.collect.importing import Mapping, mapping_from_toml, mapping_to_toml, propose_mapping
from bedside.collect.mapping import FIELDS
from bedside.errors import FormatError, InputError
from tests.collect.conftest import Take, import_all, ndjson

TEXT = Mapping(
    columns={"body": "comment", "published_at": "date"}, platform="survey", kind="comment"
)


def test_json_lines_with_id_and_text_need_no_mapping(take: Take) -> None:
    lines = [{"id": "a1", "text": "First"}, {"id": "a2", "text": "Reply", "parent_id": "a1", "thread": "a1", "author": "kim",
             "time": 1700000000, "labels": {"role": "carer"}, "meta": {"x": 1}}]  # fmt: skip
    rows, report = take(ndjson(*lines), "any.jsonl")
    assert (
        report.format == "table"
        and rows[1]["in_reply_to"] == "table:a1"
        and rows[1]["thread_id"] == "table:a1"
    )
    assert rows[1]["author_id"] == "kim" and rows[1]["published_at"].year == 2023
    assert json.loads(rows[1]["extra"]) == {"labels": {"role": "carer"}, "meta": {"x": 1}}
    assert rows[1]["author_role_declared"] is None
    assert any("mapping proposed" in note for note in report.notes)


def test_a_nested_column_is_mapped_only_when_asked(take: Take) -> None:
    mapping = Mapping(
        columns={"native_id": "id", "body": "text", "author_role_declared": "labels.role"}
    )
    rows, _ = take(
        ndjson({"id": "1", "text": "x", "labels": {"role": "carer"}}), "any.jsonl", mapping=mapping
    )
    assert rows[0]["author_role_declared"] == "carer"


def test_equal_answers_are_different_people_and_keep_their_ids(take: Take) -> None:
    table = "service,comment\nWard,Nothing.\nWard,Nothing.\nWard,Kind staff\n"
    rows, report = take(table, "survey.csv")
    again, _ = take(table, "survey.csv")
    assert len({row["post_id"] for row in rows}) == 3 and report.format == "table"
    assert [row["post_id"] for row in rows] == [row["post_id"] for row in again]
    assert rows[0]["platform"] == "survey" and rows[0]["about"][0]["name"] == "Ward"


@pytest.mark.parametrize("value", ["1.23E+18", "1.23457E+18", "1,58066E+18"])
def test_ids_that_a_spreadsheet_rounded_refuse_the_file(take: Take, value: str) -> None:
    with pytest.raises(InputError, match="rounded"):
        take(f'id;text\n42;fine\n{value};"not fine"\n', "x.csv")


def test_rounded_numbers_of_a_workbook_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("id", "text"), (1580661436132757506, "hello there")):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match="rounded"):
        import_all(tmp_path / "x.xlsx")


@pytest.mark.parametrize(
    ("dates", "days"),
    [(("03/04/2024", "13/04/2024"), [3, 13]), (("03/04/2024", "04/25/2024"), [4, 25])],
)
def test_a_number_above_twelve_decides_the_whole_column(
    take: Take, dates: tuple[str, str], days: list[int]
) -> None:
    rows, _ = take("date,comment\n" + "".join(f"{d},said\n" for d in dates), "x.csv")
    assert [row["published_at"].day for row in rows] == days and rows[0][
        "published_precision"
    ] == "day"


@pytest.mark.parametrize("dates", [("03/04/2024",), ("13/04/2024", "04/25/2024")])
def test_dates_of_unknown_order_are_refused_until_declared(
    take: Take, dates: tuple[str, ...]
) -> None:
    table = "date,comment\n" + "".join(f"{d},said\n" for d in dates)
    with pytest.raises(InputError, match="day_first"):
        take(table, "x.csv")
    declared = Mapping(columns=TEXT.columns, day_first=True)
    rows, _ = take(table, "x.csv", mapping=declared)
    assert rows[0]["published_at"].month == 4


def test_naive_times_take_the_declared_zone_and_the_report_says_when_none_is(take: Take) -> None:
    table = "date,comment\n2024-07-01 10:00:00,said\n2024-07-01T10:00:00+02:00,said\n"
    zoned = Mapping(columns=TEXT.columns, timezone="Europe/London")
    rows, _ = take(table, "x.csv", mapping=zoned)
    assert [row["published_at"].hour for row in rows] == [9, 8]
    rows, report = take(table, "x.csv")
    assert rows[0]["published_at"].hour == 10 and any(
        "taken as UTC" in note for note in report.notes
    )
    with pytest.raises(InputError, match="timezone"):
        take(table, "x.csv", mapping=Mapping(columns=TEXT.columns, timezone="Mars/Base"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_delimiters_and_encodings_are_found(take: Take, delimiter: str, encoding: str) -> None:
    rows = [
        ("id", "date", "text"),
        ("1", "2024-01-01", f'said "no{delimiter}no"\nthen café'),
        ("2", "2024-01-02", "plain words"),
    ]
    table = "".join(
        delimiter.join('"' + c.replace('"', '""') + '"' for c in row) + "\r\n" for row in rows
    )
    found, report = take(table.encode(encoding), "x.csv")
    assert [row["body"] for row in found] == [f'said "no{delimiter}no"\nthen café', "plain words"]
    assert [row["native_id"] for row in found] == ["1", "2"]
    assert found[0]["published_at"].day == 1
    assert any("Windows-1252" in note for note in report.notes) == (encoding == "cp1252")


def test_only_the_lines_that_are_not_utf8_are_read_otherwise(take: Take) -> None:
    rows, report = take("id,text\n1,café one\n".encode() + b"2,caf\xe9 two\n", "x.csv")
    assert [row["body"] for row in rows] == ["café one", "café two"] and report.files[
        0
    ].notes.total() == 2


def test_rows_wider_than_the_header_are_rejected_and_the_rest_is_read(take: Take) -> None:
    rows, report = take("id,text\n1,fine\n2,not,fine\n3,also fine\n", "x.csv")
    assert [row["native_id"] for row in rows] == ["1", "3"] and report.rejects[0].locator == "row 3"


def test_workbooks_and_parquet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("Report", None, None), ("id", "text", "stars"), (1, "It helped", 4), (2, None, 5)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    rows, report = import_all(tmp_path / "a.xlsx")
    assert [(r["native_id"], r["body"], r["rating"]) for r in rows] == [
        ("1", "It helped", 4.0)
    ] and report.no_post == 1
    pq.write_table(
        pa.table({"id": [7], "text": ["From a table"], "tags": [["a"]]}), tmp_path / "b.parquet"
    )
    rows, _ = import_all(tmp_path / "b.parquet")
    assert rows[0]["body"] == "From a table" and json.loads(rows[0]["extra"]) == {"tags": ["a"]}


def test_deleted_rows_and_rows_without_text(take: Take) -> None:
    rows, report = take("id,author,text\n1,[deleted],[deleted]\n2,kim,\n3,kim,here\n", "x.csv")
    assert (report.kept, report.tombstoned, report.no_post) == (1, 1, 1) and rows[0][
        "author_id"
    ] is None


def test_addresses_and_places_are_not_kept_in_extra(take: Take) -> None:
    rows, _ = take("id,text,Email address,Latitude,Shift\n1,said,a@b.org,51.1,7\n", "x.csv")
    assert json.loads(rows[0]["extra"]) == {"Shift": "7"}


def test_mapping_errors_name_what_is_there(take: Take, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'story'"):
        take("id,text\n1,x\n", "x.csv", mapping=Mapping(columns={"body": "story"}))
    with pytest.raises(InputError, match="no field"):
        Mapping(columns={"body": "a", "bodi": "b"})
    with pytest.raises(InputError, match="mapping"):
        mapping_from_toml("platform = ")
    (tmp_path / "n.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="looks like text"):
        propose_mapping(tmp_path / "n.csv")


def test_the_longest_prose_is_proposed_where_no_name_says_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "ref;Q7\nr1;They never rang me back about the scan\nr2;Nobody told me what would happen next\n"
    )
    assert propose_mapping(path).columns["body"] == "Q7"


@given(
    st.dictionaries(st.sampled_from(FIELDS), st.text(min_size=1, max_size=12), max_size=6),
    st.sampled_from([None, True, False]),
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=3),
)
def test_a_mapping_survives_toml(
    columns: dict[str, str], day_first: bool | None, engagement: dict[str, str]
) -> None:
    mapping = Mapping(
        columns={**columns, "body": "text"},
        day_first=day_first,
        engagement=engagement,
        rating_max=5.0,
    )
    assert mapping_from_toml(mapping_to_toml(mapping)) == mapping


def csv_bytes(*rows: tuple[object, ...], delimiter: str = ",") -> str:
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)


def test_brandwatch_below_its_preamble(take: Take) -> None:
    table = 'Report:,Bulk\nBrand:,X\n\n' + csv_bytes(
        ("Query Id", "Date", "Title", "Snippet", "Url", "Page Type", "Full Text", "Author", "Sentiment", "Reddit Score"),
        (1, "2024-01-01 10:00:00.0", "t", "cut …", "https://e.org/1", "reddit", "the whole text", "kim", "negative", 4),
        (1, "2024-01-01 10:00:00.0", "t", "only a snippet", "https://e.org/2", "twitter", "", "lou", "neutral", ""),
    )  # fmt: skip
    rows, report = take(table, "bulk.csv")
    assert report.format == "brandwatch" and not report.verified
    assert [(r["body"], r["body_complete"], r["platform"]) for r in rows] == [
        ("the whole text", True, "reddit"),
        ("only a snippet", False, "x"),
    ]
    assert (
        json.loads(rows[0]["extra"])["Sentiment"] == "negative"
        and rows[0]["engagement"][0]["metric"] == "score"
    )


def test_meltwater_is_utf16_and_tabbed(take: Take) -> None:
    table = csv_bytes(("Document ID", "Published Date", "Headline", "Hit Sentence", "URL", "Reach"),
                      ("d1", "2024-01-01T10:00:00Z", "H", "a hit", "https://e.org/1", 12), delimiter="\t")  # fmt: skip
    rows, report = take(table.encode("utf-16"), "melt.csv")
    assert (
        report.format == "meltwater"
        and rows[0]["body"] == "a hit"
        and rows[0]["body_complete"] is False
    )
    assert rows[0]["engagement"][0]["value"] == 12


def test_talkwalker_leaves_withheld_x_texts_empty(take: Take) -> None:
    table = csv_bytes(("url", "published", "content", "title", "parent_url", "extra_author_attributes.name"),
                      ("https://x.com/1", "2024-01-01", "", "a title", "", "Kim"))  # fmt: skip
    rows, report = take(table, "tw.csv")
    assert (
        report.format == "talkwalker"
        and rows[0]["body"] == ""
        and rows[0]["body_complete"] is False
    )


def test_crowdtangle_times_have_named_zones(take: Take) -> None:
    table = csv_bytes(("Page Name", "Post Created", "Shares", "Message", "URL"), ("P", "2023-11-05 22:56:36 EST", "4,346", "Line one\nline two", "https://e.org"))  # fmt: skip
    rows, report = take(table, "ct.csv")
    assert report.format == "crowdtangle" and report.verified
    assert (
        rows[0]["published_at"].isoformat() == "2023-11-06T03:56:36+00:00"
        and rows[0]["engagement"][0]["value"] == 4346
    )


def test_meta_library_and_4cat(take: Take) -> None:
    rows, report = take(
        csv_bytes(
            ("id", "post_owner.name", "text", "creation_time"),
            ("9", "P", "words", "2024-01-01T00:00:00Z"),
        ),
        "mcl.csv",
    )
    assert report.format == "meta_library" and rows[0]["platform"] == "facebook"
    table = csv_bytes(("id", "thread_id", "author", "body", "timestamp", "unix_timestamp", "subject", "plays", "is_duet", "is_ad"),
                      ("5", "5", "kim", "my day", "2024-01-01 00:00:00", "1704067200", "", "7", "yes", "no"))  # fmt: skip
    rows, report = take(table, "4cat.csv")
    assert (
        report.format == "fourcat"
        and rows[0]["platform"] == "tiktok"
        and rows[0]["kind"] == "video"
    )
    assert rows[0]["relations"][0]["rel"] == "duet" and rows[0]["published_at"].year == 2024


def test_a_table_without_text_has_no_mapping(take: Take) -> None:
    with pytest.raises(FormatError, match="no mapping"):
        take("file;bytes\nx;1\n", "x.dat")


def test_a_workbook_that_cannot_be_read_is_rejected(take: Take) -> None:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    rows, report = take(buffer.getvalue()[:-200], "cut.xlsx")
    assert rows == [] and report.rejected == 1


def test_quotes_that_never_close_are_said_not_swallowed(take: Take) -> None:
    rows, report = take('id,text\n1,fine\n2,"never closed\n3,lost\n', "x.csv")
    assert [row["native_id"] for row in rows] == ["1"]
    assert report.rejects[0].locator == "row 3" and "never close" in report.rejects[0].reason


def test_repeated_column_names_and_carriage_returns_are_read(take: Take) -> None:
    rows, report = take("id,text,text\r1,one,two\r2,three,four\r", "x.csv")
    assert [row["body"] for row in rows] == ["one", "three"] and json.loads(rows[0]["extra"]) == {
        "text 2": "two"
    }
    assert any("CR" in note for note in report.notes)


def test_numbers_that_are_none_are_read(take: Take) -> None:
    rows, _ = take(
        '{"id":"1","text":"x","likes":NaN}\n{"id":"2","text":"y","likes":1e400}\n', "x.jsonl"
    )
    assert len(rows) == 2 and rows[0]["engagement"] is None


def test_what_a_survey_writes_for_no_answer_is_nobodys_text(take: Take) -> None:
    table = (
        "service,comment\nWard,Did not answer\nWard,They did not answer the bell\nWard,(blank)\n"
    )
    rows, report = take(table, "survey.csv")
    assert [(row["body"], row["text_state"]) for row in rows] == [
        ("", "metrics_only"),
        ("They did not answer the bell", "kept"),
        ("", "metrics_only"),
    ]
    assert report.kept == 3 and "answers left blank, kept without text (×2)" in report.notes


def test_a_column_of_wards_is_what_its_comments_are_about(take: Take) -> None:
    rows, _ = take("Ward,comment\nElm,Kind staff all week\nOak,Nobody came all night\n", "x.csv")
    assert [(row["about"][0]["name"], row["kind"]) for row in rows] == [
        ("Elm", "review"),
        ("Oak", "review"),
    ]
