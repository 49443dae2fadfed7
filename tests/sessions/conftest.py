import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REDIS_SERVER = shutil.which("redis-server")


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if REDIS_SERVER is None:
        pytest.skip("no redis-server on PATH: its contract is run over fakeredis alone")
    path = str(tmp_path_factory.mktemp("redis") / "s")
    options = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"]
    with subprocess.Popen(
        [REDIS_SERVER, *options], stdout=subprocess.PIPE, text=True, cwd=Path(path).parent
    ) as server:
        assert server.stdout is not None
        assert any(
            "ready to accept" in line or "accept connections" in line for line in server.stdout
        )
        yield path
        server.terminate()
