"""Count the codes of the written corpus and put the table into its README.

usage: python3 tools/written_corpus.py [FOLDER]      FOLDER is training/written unless given
"""

import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "training" / "written"
MOMENT = ("stage", "think", "feel", "do", "care")
SEVERAL = ("info_source", "mode", "support_needed", "support_given", "content")
ONE = ("role", "experiencer", "first_turned_to", "search_worry", "figurative", "crisis")
RECORDS = {"diagnosis": "status", "treatment": "status", "claim": "stance"}
LAST = ("special_situation", "professional_act")
BEGIN, END = "<!-- counts -->", "<!-- end of counts -->"


def read(folder):
    """Posts of all files of the folder, in order."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.jsonl")))
    return [json.loads(line) for line in text.split("\n") if line]


def codes(post):
    """Every (layer, code) that holds of the post, once however often it is said."""
    found = set()
    for moment in post["moments"]:
        found.add(("stage", moment["stage"] or "null"))
        found.update((layer, code) for layer in MOMENT[1:] for code in moment[layer])
    found.update((layer, code) for layer in SEVERAL + LAST for code in post[layer])
    found.update((layer, post[layer]) for layer in ONE if post[layer])
    for layer, slot in RECORDS.items():
        found.update((layer, record[slot]) for record in post[layer])
    found.update((layer, "any") for layer in ("harm", "scale") if post[layer])
    return found


def table(posts):
    """Markdown table: one row a layer, its codes with the number of posts that have them."""
    count = Counter(pair for post in posts for pair in codes(post))
    words = sum(len(post["text"].split()) for post in posts)
    rows = [
        f"{len(posts)} posts, {words:,} words.",
        "",
        "| layer | posts with each code |",
        "|---|---|",
    ]
    for layer in (*MOMENT, *ONE, *SEVERAL, *RECORDS, *LAST, "harm", "scale"):
        here = sorted(((n, c) for (row, c), n in count.items() if row == layer), reverse=True)
        rows.append(f"| {layer} | " + " · ".join(f"{code} {n}" for n, code in here) + " |")
    return "\n".join(rows)


def with_table(page, posts):
    """The page with the counts between its two markers replaced."""
    head, rest = page.split(BEGIN)
    return head + BEGIN + "\n" + table(posts) + "\n" + END + rest.split(END)[1]


def main(folder):
    """Write the table into the folder's README."""
    page = folder / "README.md"
    page.write_text(with_table(page.read_text(encoding="utf-8"), read(folder)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
