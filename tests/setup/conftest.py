"""Folders and servers of their own for the tests of the set-up, away from those that run the tests."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from script.servers.layout import Layout
from script.servers.postgres import THROWAWAY, Cluster
from script.servers.valkey import Valkey


@pytest.fixture
def new_checkout() -> Iterator[Callable[..., Path]]:
    """Makes empty checkouts with short paths that every account may enter, and removes all that was kept for them."""
    made: list[Path] = []

    def make(*parts: str) -> Path:
        top = Path(tempfile.mkdtemp(dir="/tmp"))
        made.append(top)
        top.chmod(0o755)
        checkout = top.joinpath(*parts)
        checkout.mkdir(parents=True, exist_ok=True)
        return checkout

    yield make
    for top in made:
        for checkout in [top, *(path for path in top.rglob("*") if (path / ".local").is_dir())]:
            layout = Layout.of(checkout)
            shutil.rmtree(layout.sockets, ignore_errors=True)
            shutil.rmtree(layout.state, ignore_errors=True)
        shutil.rmtree(top, ignore_errors=True)


@pytest.fixture
def new_cluster() -> Iterator[Callable[[Path], Cluster]]:
    clusters: list[Cluster] = []

    def make(checkout: Path) -> Cluster:
        layout = Layout.of(checkout)
        layout.create()
        clusters.append(Cluster(layout, settings=THROWAWAY))
        return clusters[-1]

    yield make
    for cluster in clusters:
        cluster.stop()


@pytest.fixture
def cluster(new_checkout, new_cluster) -> Cluster:
    return new_cluster(new_checkout())


@pytest.fixture
def valkey(new_checkout) -> Iterator[Valkey]:
    layout = Layout.of(new_checkout())
    layout.create()
    server = Valkey(layout)
    yield server
    server.stop()
