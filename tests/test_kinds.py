"""Kinds of records are learnt before threads read them: a race in which the interpreter was lost."""

import subprocess
import sys

from bedside.model.kinds import know_kinds

RACE = """
import sys, threading, msgspec
from bedside.model.kinds import know_kinds
sys.setswitchinterval(1e-6)
for turn in range(150):
    inner = msgspec.defstruct(f"Inner{turn}", [(f"f{n}", int | None, None) for n in range(40)])
    kind = msgspec.defstruct(f"Kind{turn}", [("inner", dict[str, list[inner]])])
    if sys.argv[1:] == ["known"]:
        know_kinds()
    go = threading.Barrier(4)
    def read():
        go.wait()
        msgspec.json.decode(b'{"inner": {"a": [{"f1": 2}]}}', type=kind)
    threads = [threading.Thread(target=read) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
print("whole")
"""


def test_every_kind_is_learnt_once() -> None:
    know_kinds()
    assert know_kinds() == 0


def test_threads_that_read_known_kinds_at_once_end_well() -> None:
    told = subprocess.run([sys.executable, "-c", RACE, "known"], capture_output=True, text=True)
    assert told.returncode == 0 and told.stdout == "whole\n", told.stderr
