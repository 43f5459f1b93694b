"""Scenes: who calls when, as readable files, and the stage that plays them the same way each time."""

from console.simulator.scenes.script import Script, names, read_script
from console.simulator.scenes.stage import Stage

__all__ = ["Script", "Stage", "names", "read_script"]
