"""Makes Python environments once, and prints where they are: make-venv.py CACHE REQUIREMENTS ...

Each is a folder of CACHE, named after the folder of its requirements and a digest of all that it depends on. Processes that want the
same one wait for each other; a process that dies gives up its lock. An environment counts as made when its marker is there, which is
written last.
"""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path


def make(cache: Path, requirements: Path) -> Path:
    # The interpreter is named, so that an environment of another Python is not taken for this one's.
    parts = requirements.read_bytes(), Path(__file__).read_bytes(), f"{sys.executable} {sys.version}".encode()
    digest = hashlib.sha256(b"".join(parts)).hexdigest()
    directory = cache / f"venv-{requirements.parent.name}-{digest[:12]}"
    marker = directory / "complete"
    cache.mkdir(parents=True, exist_ok=True)
    with open(f"{directory}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if marker.exists():
            return directory
        # This Python's own pip installs into it: an environment's own pip costs seconds and is used once.
        venv.create(directory, clear=True, with_pip=False, symlinks=True)
        pip = [sys.executable, "-m", "pip", "--python", str(directory / "bin" / "python")]
        # Python compiles what it imports; pip would compile all that it installs.
        flags = ["--quiet", "--no-input", "--no-compile", "--disable-pip-version-check", "--only-binary", ":all:"]
        subprocess.run([*pip, "install", *flags, "--requirement", str(requirements)], check=True)
        marker.touch()
    return directory


if __name__ == "__main__":
    try:
        cache, *requirements = (Path(argument).resolve() for argument in sys.argv[1:])
        for path in requirements:
            print(make(cache, path), flush=True)
    except subprocess.CalledProcessError as error:
        sys.exit(f"pip ended with code {error.returncode}")
