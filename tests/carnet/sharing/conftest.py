"""The same people and storage as the tests of documents."""

from tests.carnet.documents.conftest import _own_storage, lilas, martin, visit
from tests.carnet.health.conftest import alice, bob, charlie, henri, leo

__all__ = ["_own_storage", "alice", "bob", "charlie", "henri", "leo", "lilas", "martin", "visit"]
