"""The people of the carnet's tests, and a ledger, a storage and a shelf of dumps of each test's own."""

import pytest

from tests.carnet.documents.conftest import lilas, martin, visit
from tests.carnet.health.conftest import alice, bob, charlie, henri, leo

__all__ = ["alice", "bob", "charlie", "henri", "leo", "lilas", "martin", "visit"]


@pytest.fixture(autouse=True)
def _own_places(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/documents"
    settings.ERASURE_LEDGER = str(tmp_path / "apart" / "erasures.jsonl")
    settings.BACKUP_FOLDER = str(tmp_path / "backups")
