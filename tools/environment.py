"""Make the project's virtual environment; say what to do where this Python cannot.

usage: python3 tools/environment.py FOLDER      standard library only, any Python from 3.6 on
"""

import os
import subprocess
import sys

NEEDED = (3, 11)


def complain(message):
    """Print what to do and leave."""
    sys.stderr.write("bedside: " + message + "\n")
    sys.exit(2)


def main(folder):
    """Make the environment unless a working one is there."""
    if sys.version_info < NEEDED:
        complain(
            "this is Python %d.%d; bedside needs 3.11 or newer. Install it and name it: make demo PYTHON=python3.11"
            % sys.version_info[:2]
        )
    python = os.path.join(folder, "bin", "python")
    if (
        os.path.exists(python)
        and subprocess.call([python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL) == 0
    ):
        return
    try:
        import ensurepip
        import venv
    except ImportError:
        complain(
            "this Python has no venv module. On Debian or Ubuntu: sudo apt install python3-venv; elsewhere install "
            "the full Python; then give the same command again. (An externally managed Python is no hindrance: "
            "bedside never installs into it.)"
        )
    del ensurepip
    try:
        venv.create(folder, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        complain(
            "could not make the environment %s: %s. Free some space or remove the folder, then try again"
            % (folder, error)
        )


if __name__ == "__main__":
    main(sys.argv[1])
