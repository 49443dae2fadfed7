"""For every test: in CI a skip is a failure, and nobody's progress or name is read or changed."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Whether an example came fast enough is no property of the code: the machine may be busy.
settings.register_profile(
    "patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the exercises' progress in a file of this session; kernels inherit the variable."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = tempfile.TemporaryDirectory(prefix="labkit-tests-")
    config.add_cleanup(folder.cleanup)
    os.environ["LABKIT_PROGRESS"] = str(Path(folder.name, "progress.json"))
    os.environ.pop("LABKIT_STUDENT", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn a skip into a failure where CI is set, with the skip's own reason."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"In CI nothing may be skipped. {reason}"
    return report
