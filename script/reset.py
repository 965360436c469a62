"""`make reset`: removes what the demo and the tests keep on this machine, the folders outside the checkout included."""

import shutil
import sys
from contextlib import ExitStack

from script.servers import locks, record
from script.servers.layout import Layout
from script.servers.postgres import Cluster
from script.servers.valkey import Valkey


def main() -> int:
    layout = Layout.of()
    if layout.local.exists():
        with ExitStack() as stack:
            for name, users in (("demo.lock", "The demo runs"), ("test-postgres.users", "Tests run")):
                lock = locks.try_hold(layout.local / name)
                if lock is None:
                    print(f"{users} in this folder; stop that first.")
                    return 1
                stack.enter_context(lock)
            record.end_survivors(layout)
            Valkey(layout).stop()
            Cluster(layout).stop()
            Cluster(layout, "test-postgres").stop()
            Cluster(layout, "bench-postgres").stop()
    for folder in {layout.sockets, layout.state, layout.local}:
        shutil.rmtree(folder, ignore_errors=True)
    print("The demo's servers and data are removed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
