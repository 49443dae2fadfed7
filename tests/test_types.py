"""The types are checked among the tests, where another core goes on meanwhile."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_labkit_is_typed_strictly():
    checked = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
