"""The wheel carries the resources to where the installed console looks for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_wheel_carries_the_resources(tmp_path: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("uv is not in this environment")
    # The build back end is in uv's cache since the project was installed; nothing is to be downloaded here.
    options = ["--offline", "--quiet", "--no-config", "--python", sys.executable, "--out-dir", str(tmp_path)]
    build = subprocess.run(
        [uv, "build", "--wheel", *options, str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    if build.returncode and ("offline" in build.stderr or "network was disabled" in build.stderr):
        pytest.skip("the build back end is not in uv's cache")
    assert build.returncode == 0, build.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    shipped = {
        f"console/_resources/{file.relative_to(ROOT / 'resources').as_posix()}"
        for file in (ROOT / "resources").rglob("*")
        if file.is_file() and file.suffix in {".svg", ".wav", ".md", ".toml"}
    }
    own = "console/simulator/recording/own"
    exchanges = (ROOT / "tests/exchanges").rglob("*.http")
    shipped |= {f"{own}/{file.relative_to(ROOT / 'tests/exchanges').as_posix()}" for file in exchanges}
    assert len(shipped) > 100
    assert shipped <= names
    question = "from console import resources; print(resources.path('icons/mic-off.svg'))"
    answer = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); {question}",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert Path(answer.stdout.strip()) == (tmp_path / "site/console/_resources/icons/mic-off.svg").resolve()
