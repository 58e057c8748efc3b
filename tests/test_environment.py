"""The script behind `make demo` says what to do where this Python cannot make an environment."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "tools" / "environment.py"


def run(folder: Path, path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(SCRIPT), str(folder)]
    return subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": str(path)}, check=False
    )


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    done = run(tmp_path / "env", tmp_path)
    assert done.returncode == 2 and "python3-venv" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "env").exists()


def test_an_older_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys; sys.version_info = (3, 9, 2, 'final', 0)"
    )
    done = run(tmp_path / "env", tmp_path)
    assert done.returncode == 2 and "3.9" in done.stderr and "PYTHON=python3.11" in done.stderr


def test_a_working_environment_is_left_alone(tmp_path: Path) -> None:
    made = Path(sys.executable).parents[1]
    if not (made / "pyvenv.cfg").exists():
        pytest.skip("these tests do not run in a virtual environment")
    before = (made / "pyvenv.cfg").stat().st_mtime
    assert run(made, tmp_path).returncode == 0
    assert (made / "pyvenv.cfg").stat().st_mtime == before
