"""The first hour with bedside: a simulated study from files to a report, and one figure walked back to its posts.

Run it:  python examples/first_hour.py FOLDER
"""

import csv
import sys
from pathlib import Path

import bedside


def first_hour(room: Path, *, posts: int = 2_000) -> Path:
    """Walk the main path in a folder; gives the report's place."""
    # 1. Posts. Here a program writes them; yours are exports of the places where patients write.
    bedside.simulate_posts(room / "posts", posts=posts, seed=3)

    # 2. A study: what is asked, and which posts are about it.
    study = room / "study"
    bedside.new(
        study,
        title="Endometriosis and PCOS: the way to a diagnosis",
        conditions=["endometriosis", "PCOS"],
        query='endo OR endometriosis OR pcos OR polycystic OR "pelvic pain"',
    )

    # 3. Files in. The register asks how they came here and what may be quoted; a preset answers for simulated ones.
    taken = bedside.add(
        study,
        room / "posts" / "reddit_submissions.ndjson",
        room / "posts" / "reddit_comments.ndjson",
        source="forum",
        preset="simulated",
    )
    print(f"{taken.total('read')} records read, {taken.total('kept')} kept")

    # 4. Everything derived, measured, released and written; a second run would change nothing.
    ran = bedside.run(study)
    print(f"{ran['relevant']} relevant posts, {ran['figures']} figures, report in {ran['report']}")

    # 5. Any figure of the report opens to its posts.
    with (study / "figures.csv").open(newline="") as file:
        shown = [
            row
            for row in csv.DictReader(file)
            if row["measure"] == "journey.map" and row["hits_accounts"]
        ]
    largest = max(shown, key=lambda row: int(row["hits_accounts"].replace("*", "0") or 0))
    behind = bedside.open_evidence(study, largest["id"], limit=3)
    print(f"{largest['id']} opens to {behind.num_rows} posts (three at most shown)")

    # 6. Does every figure and quote still hold?
    print(
        "everything holds" if not bedside.check(study)["findings"] else "something no longer holds"
    )
    return Path(ran["report"])


if __name__ == "__main__":
    print(first_hour(Path(sys.argv[1] if len(sys.argv) > 1 else "first-hour")))
