"""Models of custody."""

from custody.models.archive import ArchiveState, DataArchive

__all__ = ["ArchiveState", "DataArchive"]
