"""Makes a Python environment once: make-venv.py DIRECTORY REQUIREMENTS.

Processes that want the same directory wait for each other; a process that dies gives up its lock. The environment counts as
made when its marker is there, which is written last.
"""

import fcntl
import subprocess
import sys
import venv
from pathlib import Path


def main() -> None:
    directory, requirements = Path(sys.argv[1]), Path(sys.argv[2])
    marker = directory / "complete"
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{directory}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if marker.exists():
            return
        # This Python's own pip installs into it: an environment's own pip costs seconds and is used once.
        venv.create(directory, clear=True, with_pip=False, symlinks=True)
        pip = [sys.executable, "-m", "pip", "--python", str(directory / "bin" / "python")]
        flags = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:"]
        subprocess.run([*pip, "install", *flags, "--requirement", str(requirements)], check=True)
        marker.touch()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"pip ended with code {error.returncode}")
