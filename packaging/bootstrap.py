"""From a fresh clone to a running demo, a test run or a new lock: `python packaging/bootstrap.py demo`.

Only the standard library is used here and in `setup/`, since nothing else is installed yet. This file also
has to be readable by an old Python, so that it can look for a newer one instead of dying of a syntax error.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)

USAGE = """usage: bootstrap.py TASK [ARGUMENTS]

  demo         set up and start the console with a simulated front desk (without a display: the tour)
  tour         set up and walk through the demo without anybody pressing keys
  test         check, then every test, the journeys in a window of their own
  check        format, lint, types, layers, unit and contract tests
  bench        the benchmarks
  reliability  the relay's promises as experiments, in their long form, and a table of what was seen
  storm        10,000 calls with every fault on end in the truth (ARGUMENTS: calls, seed)
  fuzz         feed what reads notifications with odd input (ARGUMENTS: seconds; Linux)
  screenshots  take the pictures in resources/screenshots again (--states: every state, into build/pictures)
  lock         resolve the dependencies again (ARGUMENTS go to `uv lock`, e.g. --upgrade)
  setup        only install what the others need
  doctor       say what is found on this machine and what is missing
  clean        remove everything that was built or installed here
"""


def main() -> int:
    task, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("help", [])
    if task in ("help", "-h", "--help"):
        print(USAGE, end="")
        return 0
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return _run_with_another_python()
    from setup.tasks import perform  # only now: these files need a current Python

    return perform(task, arguments, USAGE)


def _run_with_another_python() -> int:
    for command in _pythons():
        if _is_supported(command):
            return subprocess.call([*command, os.path.abspath(__file__), *sys.argv[1:]])  # noqa: PTH100
    have = ".".join(str(part) for part in sys.version_info[:3])
    print(
        "Operator Console needs Python 3.11, 3.12 or 3.13; this is Python "
        + have
        + " and none of those was found.\n"
        "What to do: install Python 3.12 (Debian, Ubuntu: sudo apt-get install python3 python3-venv; "
        "macOS, Windows: the installer of python.org), then start this again.",
        file=sys.stderr,
    )
    return 2


def _pythons() -> "list[list[str]]":
    minors = range(NEWEST[1], OLDEST[1] - 1, -1)
    if os.name == "nt":
        return [["py", "-3." + str(minor)] for minor in minors]
    # A desktop session on macOS does not have Homebrew's or python.org's folders in its PATH.
    folders = os.environ.get("PATH", os.defpath) + ":/usr/bin:/usr/local/bin:/opt/homebrew/bin"
    found = [shutil.which("python3." + str(minor), path=folders) for minor in minors]
    framework = "/Library/Frameworks/Python.framework/Versions/3.{0}/bin/python3.{0}"
    return [[python] for python in found if python] + [[framework.format(minor)] for minor in minors]


def _is_supported(command: "list[str]") -> bool:
    # A name in PATH proves little: a version manager leaves stubs of Pythons that are not installed.
    question = (
        "import sys; sys.exit(not (" + str(OLDEST) + " <= sys.version_info[:2] <= " + str(NEWEST) + "))"
    )
    try:
        return subprocess.call([*command, "-c", question], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
