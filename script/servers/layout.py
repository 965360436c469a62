"""Where the embedded servers keep their files.

Everything is under `.local/` of the checkout, with two exceptions: PostgreSQL refuses to run as root and so runs as
`nobody`, who cannot enter a checkout under a closed home; and the path of a unix socket is limited to about 100 bytes.
"""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SOCKET_PATH_LIMIT = 100
LONGEST_SOCKET = "/bench-postgres/.s.PGSQL.5432"


class UnsafeFolder(RuntimeError):
    """A folder outside the checkout exists already and belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class Account:
    """The unix account that a server runs under."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()


def server_account() -> Account:
    """`nobody` when root runs the set-up, else whoever runs it."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one checkout: `local` for our own notes and logs, `state` for the servers' files."""

    local: Path
    state: Path
    sockets: Path

    @classmethod
    def of(cls, checkout: Path = CHECKOUT, account: Account | None = None) -> "Layout":
        account = account or server_account()
        mark = hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]
        local = checkout / ".local"
        reachable = account.is_ours or can_be_entered_by_all(checkout)
        state = local if reachable else Path("/var/tmp") / f"prendsoin-{mark}"  # noqa: S108  checked by `own_folder`
        sockets = state / "run"
        if len(os.fsencode(sockets)) + len(LONGEST_SOCKET) > SOCKET_PATH_LIMIT:
            sockets = Path("/tmp") / f"prendsoin-{os.geteuid()}-{mark}"  # noqa: S108  checked by `own_folder`
        return cls(local, state, sockets)

    def create(self) -> None:
        """Makes the folders. Raises UnsafeFolder when one of them was put there by another account."""
        account = server_account()
        self.local.mkdir(exist_ok=True)
        if self.state != self.local:
            own_folder(self.state, Account(os.geteuid(), os.getegid()), 0o711)
        own_folder(self.sockets, account, 0o700)


def can_be_entered_by_all(folder: Path) -> bool:
    """Whether any account may walk down to the folder, on the way that is written and on the one behind its links."""
    steps = {step for way in (folder.absolute(), folder.resolve()) for step in (way, *way.parents)}
    return all(step.stat().st_mode & stat.S_IXOTH for step in steps)


def own_folder(folder: Path, account: Account, mode: int) -> None:
    """Makes a folder for one account, or checks that the one that exists is ours or that account's, and no link."""
    folder.mkdir(mode=0o700, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in {os.geteuid(), account.uid}:
        raise UnsafeFolder(f"{folder} exists and belongs to another account: remove it, then start again.")
    if seen.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(mode)
