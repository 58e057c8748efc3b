"""One study of real sets and every recorded answer, from files to report; only counts are looked at."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import bedside
from bedside.collect.formats import FORMATS
from bedside.measure.kept import read_figures
from bedside.store.imports import collected_pages, read_imports
from bedside.store.manifest import read_manifest
from bedside.store.snapshots import latest_snapshot
from bedside.store.study import Study, open_study

pytestmark = pytest.mark.e2e
SETS = ("reddit_isotretinoin_threads", "online_doctor_qa", "careopinion_multilabel")
ANSWERS = {"access_basis": "open_licence", "lawful_basis": "research", "dpia_ref": "D1"}


def made(data: Path, folder: Path) -> Study:
    bedside.new(folder, title="Real", crisis={"who": "duty nurse", "within_hours": 4})
    for name in SETS:
        bedside.add(folder, data / "evaluate" / f"{name}.jsonl.gz", source=name, **ANSWERS)
    bedside.add(folder, data / "payloads", source="payloads", **ANSWERS)
    bedside.run(folder)
    return open_study(folder)


def derived(study: Study, name: str) -> list[dict[str, Any]]:
    pages = read_manifest(study.folder).datasets[name].pages
    return [row for page in pages for row in pq.read_table(study.folder / page.file).to_pylist()]


def test_real_files_of_every_platform_end_in_a_report_whose_sums_add_up(
    data: Path, tmp_path: Path
) -> None:
    study = made(data, tmp_path / "real")
    check_imports(study)
    check_threads(study)
    check_figures(study)
    told = bedside.check(study.folder)
    assert told["findings"] == [] and told["quotes"] == 0
    assert "Simulated posts" not in (study.folder / "report.html").read_text()
    assert bedside.run(study.folder)["changed"] is False


def check_imports(study: Study) -> None:
    """Every record is accounted for; a file without a mapping is rejected by its name."""
    files = [file for record in read_imports(study) for file in record.files]
    for file in files:
        assert file.read == file.kept + file.tombstoned + file.rejected + file.no_post, file.file
    refused = [file for file in files if file.format == "none" and file.rejected]
    rejects = "".join(path.read_text() for path in (study.folder / "rejects").glob("*.csv"))
    assert refused and all(Path(file.file).name in rejects for file in refused)
    formats = {name for file in files for name in file.format.split(", ")} - {"none", "mixed"}
    assert formats <= set(FORMATS) and len(formats) >= 12


def check_threads(study: Study) -> None:
    """A reply whose parent was read is attached to it; the others say that it was not collected."""
    rows = [row for page in collected_pages(study) for row in page.to_pylist()]
    from bedside.store.keys import load_keys

    keys = load_keys(study.config.id)
    there = {keys.post_key(row["post_id"]) for row in rows}
    asked = {
        keys.post_key(row["post_id"]): keys.post_key(row["in_reply_to"])
        for row in rows
        if row["in_reply_to"]
    }
    threads = {row["post_key"]: row for row in derived(study, "threads")}
    for key, parent in asked.items():
        state = threads[key]["parent_state"]
        if parent not in there:
            assert state == "not_collected"
        else:
            assert state in ("attached", "self", "cycle")
    assert sum(row["parent_state"] == "attached" for row in threads.values()) > 3000


def check_figures(study: Study) -> None:
    snapshot = latest_snapshot(study)
    assert snapshot is not None
    figures = read_figures(study, snapshot)
    flow = {f.keys["step"]: int(f.estimate or 0) for f in figures if f.measure == "inclusion.flow"}
    assert flow["read"] == sum(flow[n] for n in ("kept", "tombstoned", "rejected", "no_post"))
    aside = ("same_post", "exact", "near", "repost", "withdrawn", "erased", "unique")
    assert flow["kept"] == sum(flow[n] for n in aside)
    accounts = {row["account_key"] for row in derived(study, "posts")} - {None}
    for figure in figures:
        assert (figure.hits_accounts or 0) <= len(accounts), json.dumps(figure.keys)
        if figure.hits_accounts is not None and figure.hits_posts is not None:
            named = figure.hits_posts - figure.no_author
            assert figure.hits_accounts <= named, (figure.measure, figure.keys)
