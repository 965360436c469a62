"""`make bench`: runs the benchmarks against a PostgreSQL of their own, with the durability of production.

SCALE chooses the size (`bench` explains them). When DATABASE_URL is set, that server is used and none is started.
"""

import os
import subprocess
import sys

from script.servers.layout import CHECKOUT, Layout
from script.servers.postgres import Cluster
from script.servers.supervisor import Interruption, Stopping

SETTINGS = ("max_connections=200", "shared_buffers=1GB", "random_page_cost=1.1", "jit=off", "max_wal_size=4GB")
DATABASE = "bench"


def main() -> int:
    interruption = Interruption()
    layout = Layout.of()
    layout.create()
    cluster = None if os.environ.get("DATABASE_URL") else Cluster(layout, "bench-postgres", SETTINGS, interruption.run)
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    try:
        if cluster is not None:
            cluster.start()
            cluster.ensure_database(DATABASE)
            variables["DATABASE_URL"] = cluster.url(DATABASE)
        interruption.run([sys.executable, "-m", "bench", *sys.argv[1:]], env=variables, cwd=CHECKOUT)
    except Stopping:
        return 130
    except subprocess.CalledProcessError as error:
        return error.returncode
    finally:
        if cluster is not None:
            cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
