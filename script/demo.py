"""`make demo`: the servers, the database, the demo's people, then the processes of the Procfile, until Ctrl-C."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config import environment
from script.demo_address import Address, DemoFailed
from script.demo_sms import WITHOUT, SmsDouble
from script.demo_stripe import StripeDoubleProcess
from script.demo_vies import ViesDoubleProcess
from script.servers import locks, processes, record
from script.servers.binaries import ServerMissing
from script.servers.layout import CHECKOUT, Layout, UnsafeFolder
from script.servers.postgres import Cluster, PostgresFailed
from script.servers.supervisor import Interruption, Stopping, Supervisor, read_procfile
from script.servers.valkey import Valkey, ValkeyFailed

READY_SECONDS = 90.0
DATABASE = "prendsoin"
# A first database is filled under this name: a killed attempt leaves nothing half-migrated in the way.
UNFINISHED = "prendsoin_new"
PEOPLE = """\
  alice@prendsoin.example      patient, with a child and a father
  bob@prendsoin.example        her relative
  charlie@prendsoin.example    a stranger to both
  dr.martin@prendsoin.example  general practitioner, owner of the practice in Les Lilas
  dr.diallo@prendsoin.example  dermatologist in Saint-Denis, Réunion
  sophie@prendsoin.example     secretary in Les Lilas
  boris@prendsoin.example      billing staff
  admin@prendsoin.example      platform staff
  nadia@prendsoin.example      platform staff, for the second opinion on a claim
  password demo-Prendsoin-2026, second factor JBSWY3DPEHPK3PXP"""


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Shows what is being done, then how long it took."""
    began = time.monotonic()
    print(f"  {what} …", end=" ", flush=True)
    yield
    say(f"{time.monotonic() - began:.1f} s")


class Demo:
    """One run of the demo."""

    def __init__(self, layout: Layout, address: Address, interruption: Interruption) -> None:
        self.layout, self.address, self.interruption = layout, address, interruption
        self.cluster = None if os.environ.get("DATABASE_URL") else Cluster(layout, run=interruption.run)
        self.valkey = None if os.environ.get("REDIS_URL") else Valkey(layout)
        self.sms = SmsDouble.unless_named()
        self.stripe = StripeDoubleProcess.unless_named()
        self.vies = ViesDoubleProcess.unless_named()
        self.pids: dict[str, int] = {}
        self.variables: dict[str, str] = {}

    def run(self) -> None:
        """Starts everything and stays until Stopping is raised; whatever was started is then stopped, in reverse."""
        with ExitStack() as stack:
            self._start_servers(stack)
            self._prepare()
            supervisor = self._supervisor()
            stack.callback(record.write_processes, self.layout, {})
            stack.callback(supervisor.stop)
            ours = (("an SMS provider", self.sms), ("Stripe", self.stripe), ("VIES", self.vies))
            doubles = [name for name, there in ours if there]
            with step("Web, worker, beat, relay" + (f", doubles of {', '.join(doubles)}" if doubles else "")):
                self._start_processes(supervisor)
            self._announce(supervisor)
            stack.callback(say, "\nStopping …")
            self._watch(supervisor)

    def _start_servers(self, stack: ExitStack) -> None:
        if self.cluster is not None:
            with step("PostgreSQL"):
                stack.callback(self.cluster.stop)
                self.pids["PostgreSQL"] = self.cluster.start()
            self.interruption.check()
        if self.valkey is not None:
            with step("Valkey"):
                stack.callback(self.valkey.stop)
                self.pids["Valkey"] = self.valkey.start()
            self.interruption.check()
        self.variables = {
            "DATABASE_URL": self.cluster.url(DATABASE) if self.cluster else os.environ["DATABASE_URL"],
            "REDIS_URL": self.valkey.url if self.valkey else os.environ["REDIS_URL"],
            "SITE_URL": os.environ.get("SITE_URL") or self.address.url,
            **(self.sms.variables if self.sms else {}),
            **(self.stripe.variables if self.stripe else {}),
            **(self.vies.variables if self.vies else {}),
        }
        record.write_addresses(self.layout, self.variables)
        stack.callback(record.forget_addresses, self.layout)

    def _prepare(self) -> None:
        say("  Database, reference data and demo people:")
        if self.cluster is None or self.cluster.has_database(DATABASE):
            self._fill(self.variables["DATABASE_URL"])
            return
        self.cluster.new_database(UNFINISHED)
        self._fill(self.cluster.url(UNFINISHED))
        self.cluster.rename_database(UNFINISHED, DATABASE)

    def _fill(self, database: str) -> None:
        variables = self._environment() | {"DATABASE_URL": database} | (WITHOUT if self.sms else {})
        self.interruption.run([sys.executable, "-m", "script.prepare"], env=variables, cwd=CHECKOUT)

    def _environment(self) -> dict[str, str]:
        hosts = "*" if self.address.is_every_interface else f"localhost,127.0.0.1,[::1],{self.address.host}"
        return {
            "ALLOWED_HOSTS": hosts,
            **os.environ,
            **self.variables,
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "BIND": self.address.bound,
            "PORT": str(self.address.port),
            "BEAT_SCHEDULE": str(self.layout.local / "celerybeat-schedule"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
        }

    def _supervisor(self) -> Supervisor:
        logs = self.layout.local / "log"
        logs.mkdir(exist_ok=True)
        commands = read_procfile(CHECKOUT / "Procfile")
        if self.sms:
            commands["sms"] = self.sms.command(f"http://{self.address.reached}:{self.address.port}")
        if self.stripe:
            commands["stripe"] = self.stripe.command(f"http://{self.address.reached}:{self.address.port}")
        if self.vies:
            commands["vies"] = self.vies.command
        return Supervisor(commands, env=self._environment(), cwd=CHECKOUT, logs=logs, say=say)

    def _start_processes(self, supervisor: Supervisor) -> None:
        supervisor.start()
        record.write_processes(self.layout, supervisor.running)
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if supervisor.died("web") or time.monotonic() > deadline:
                log = supervisor.log_of("web")
                raise DemoFailed(f"The site does not answer. The end of {log}:\n{_tail(log)}")
            self.interruption.pause(0.1)

    def _answers(self) -> bool:
        request = urllib.request.Request(f"http://{self.address.reached}:{self.address.port}/sante")
        request.add_header("Host", f"localhost:{self.address.port}")
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310  our own address
                return True
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    def _announce(self, supervisor: Supervisor) -> None:
        url = self.address.url
        say(f"\nPrendsoin is at {url}\n\nDemo people ({url}/demo/ signs in with one click):\n{PEOPLE}")
        say(f"\nLogs are in {supervisor.logs}. Press Ctrl-C to stop.")

    def _watch(self, supervisor: Supervisor) -> None:
        while True:
            self.interruption.pause(0.5)
            for name, server in (("PostgreSQL", self.cluster), ("Valkey", self.valkey)):
                if server is not None and not processes.is_alive(self.pids[name]):
                    say(f"{name} is gone and is started again.")
                    self.pids[name] = server.start()
            if supervisor.revive():
                record.write_processes(self.layout, supervisor.running)


def _tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def main() -> int:
    interruption = Interruption()
    began = time.monotonic()
    layout = Layout.of()
    environment.read_file(CHECKOUT / ".env")
    try:
        layout.create()
        lock = locks.try_hold(layout.local / "demo.lock")
        if lock is None:
            raise DemoFailed("The demo of this folder runs already; stop it first with Ctrl-C in its terminal.")
        with lock:
            if left := record.end_survivors(layout):
                say(f"  Ended what the last run left: {', '.join(left)}.")
            address = Address.from_environment()
            address.check_free()
            Demo(layout, address, interruption).run()
    except Stopping:
        say(f"Stopped after {time.monotonic() - began:.0f} s.")
        return 0
    except (DemoFailed, PostgresFailed, ValkeyFailed, ServerMissing, UnsafeFolder) as error:
        say(f"\n{error}")
        return 1
    except subprocess.CalledProcessError as error:
        say(f"\n{' '.join(map(str, error.cmd))} failed with code {error.returncode}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
