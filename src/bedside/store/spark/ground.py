"""What Spark stands on, looked at before it is started: its package, Java, the address of a master."""

import os
import re
import shutil
import socket
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bedside.errors import BedsideError, InputError, SourceError

__all__ = ["check_master", "check_package", "find_java", "is_local"]

MAJOR = "4"
JAVA_FROM, JAVA_BELOW = 17, 24  # Java 24 took away what Hadoop's log-in needs
_JAVA = "install Java 17 (Debian: apt install openjdk-17-jre-headless) or point JAVA_HOME at one"
_MASTER = re.compile(r"local(\[[\w*,]+\])?|spark://[^/\s]+|k8s://\S+|yarn")
_INSTALL = "give: pip install 'bedside[spark]', or run without --engine spark"


def check_package() -> None:
    """See that PySpark can be had.

    Raises
    ------
    BedsideError
        If PySpark 4, or pandas that its `mapInArrow` asks for, is not installed.
    """
    for name in ("pyspark", "pandas"):
        try:
            found = version(name)
        except PackageNotFoundError as error:
            raise BedsideError(
                f"the engine 'spark' needs {name}, which is not installed; {_INSTALL}"
            ) from error
        if name == "pyspark" and found.partition(".")[0] != MAJOR:
            raise BedsideError(
                f"the engine 'spark' needs PySpark {MAJOR}, and PySpark {found} is installed; {_INSTALL}"
            )


def find_java() -> Path:
    """Find a Java that Spark 4 runs on; gives the program.

    Raises
    ------
    BedsideError
        If there is none, or another version.
    """
    home = os.environ.get("JAVA_HOME")
    found = Path(home) / "bin" / "java" if home else shutil.which("java")
    if not found or not Path(found).exists():
        where = f"there is none at JAVA_HOME ({home})" if home else "there is none on this machine"
        raise BedsideError(f"Spark needs Java, and {where}; {_JAVA}")
    said = _said_of_version(Path(found))
    told = re.search(r'version "(?:1\.)?(\d+)', said)
    if told is None:
        raise BedsideError(f"{found} does not say which Java it is; {_JAVA}")
    if not JAVA_FROM <= int(told.group(1)) < JAVA_BELOW:
        raise BedsideError(
            f"Spark 4 needs Java 17 or 21, and {found} is Java {told.group(1)}; {_JAVA}"
        )
    return Path(found)


def _said_of_version(java: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            [java, "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BedsideError(f"{java} could not be started; {_JAVA}") from error
    return done.stderr + done.stdout


def is_local(master: str) -> bool:
    """Whether the workers are threads and processes of this machine.

    Examples
    --------
    >>> is_local("local[4]"), is_local("spark://10.0.0.5:7077")
    (True, False)
    """
    return master.startswith("local")


def check_master(master: str, timeout: float) -> None:
    """See that a master has an address that means something, and that one of a standalone cluster answers.

    Raises
    ------
    InputError
        If it is no master.
    SourceError
        If nothing answers there.
    """
    if not _MASTER.fullmatch(master):
        raise InputError(
            f"'{master}' is no master of Spark; give local[4], spark://host:7077, k8s://https://host:443 or yarn"
        )
    if not master.startswith("spark://"):
        return
    places = [place.rpartition(":") for place in master.removeprefix("spark://").split(",")]
    if any(not host or not port.isdigit() for host, _, port in places):
        raise InputError(f"'{master}' lacks a port; a standalone master is spark://host:7077")
    if not any(_answers(host, int(port), timeout) for host, _, port in places):
        raise SourceError(
            f"nothing answers at {master}; see that the master runs and that this machine may reach its port, "
            "or run without --engine spark: what was finished is kept either way"
        )


def _answers(host: str, port: int, timeout: float) -> bool:
    try:
        socket.create_connection((host.strip("[]"), port), timeout=timeout).close()
    except OSError:
        return False
    return True
