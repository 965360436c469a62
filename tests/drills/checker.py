"""The independent checker: what people saw, what clients were told, what the database holds. It knows no model of the site.

It reads three records and compares them: the journal of the provider (each line an SMS that somebody received), the
journal of the clients (each line an act that the site had acknowledged) and the database, by SQL. By hand:

    python -m tests.drills.checker DATABASE_URL PROVIDER_JOURNAL CLIENT_JOURNAL
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import psycopg

OPEN_STATES = ("pending", "sending")
# A message whose sending had begun when the change was committed may still arrive; the change is told next.
IN_FLIGHT = timedelta(seconds=1)
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
_HOUR = re.compile(r"(\d{1,2})\s*h(?:\s*(\d{2}))?(?!\w)")


def read_journal(path: Path) -> list[dict[str, Any]]:
    """The lines of a journal, in order; a last line cut short by a death is left out."""
    if not path.exists():
        return []
    lines = path.read_text().split("\n")
    return [json.loads(line) for line in lines[:-1]]


def connect(url: str) -> psycopg.Connection:
    """A plain connection to the database that a DATABASE_URL names."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    return psycopg.connect(
        host=unquote(folder.removeprefix("/")) or parts.hostname,
        port=parts.port or 5432,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        dbname=unquote(name),
        autocommit=True,
    )


@dataclass
class Verdict:
    """What the comparison found; `lost` and `wrong` name what they mean, the others are numbers."""

    acknowledged: int = 0
    seen: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: int = 0
    strange: int = 0  # received, though no row of the database ever spoke of it
    unfinished: int = 0  # rows still waiting or being sent
    disputed: int = 0  # rows said to be sent that nobody received
    wrong: list[str] = field(default_factory=list)
    in_flight: int = 0
    latest: float = 0.0  # milliseconds after the change at which the last of those arrived

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.strange or self.unfinished or self.disputed or self.wrong)

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {self.seen} received; {len(self.lost)} lost, {self.doubled} seen twice, "
            f"{len(self.wrong)} wrong, {self.strange} from nowhere, {self.unfinished} unfinished, {self.disputed} disputed"
        )


def check_news(database: str, provider: Path, client: Path) -> Verdict:
    """Each piece of news that a client wrote down reached its person, once; the text of the SMS is the news."""
    told = {line["news"] for line in read_journal(client) if line["act"] == "write"}
    received = Counter(line["text"] for line in read_journal(provider))
    with connect(database) as connection:
        rows = dict(
            connection.execute(
                "SELECT subject, state FROM notifications_message WHERE kind = 'drill.news' AND channel = 'sms'"
            ).fetchall()
        )
    return Verdict(
        acknowledged=len(told),
        seen=sum(received.values()),
        lost=sorted(told - set(received)),
        doubled=sum(times - 1 for times in received.values()),
        strange=len(set(received) - set(rows)),
        unfinished=sum(state in OPEN_STATES for state in rows.values()),
        disputed=sum(state == "sent" and news not in received for news, state in rows.items()),
    )


@dataclass(frozen=True)
class Visit:
    """What the clients know of one visit: whom its SMS reach, when it starts, and what became of it."""

    number: str
    start: datetime
    committed_at: datetime | None = None
    new_start: datetime | None = None  # None with `committed_at`: cancelled

    def holds(self, at: datetime, hour: tuple[int, int], zone: ZoneInfo) -> bool:
        """Whether a reminder of that hour, received then, spoke of the visit as it stood."""
        start = self.start if self.committed_at is None or at < self.committed_at else self.new_start
        if start is None or at >= start:
            return False
        wall = start.astimezone(zone)
        return hour == (wall.hour, wall.minute)


def check_reminders(
    provider: Path, client: Path, *, zone: str = "Europe/Paris", word: str = "Rappel", by_night: bool = False
) -> Verdict:
    """No reminder of a cancelled or former time after the change, none after the start, none in the night, none twice.

    Reminders of visits that nobody touched must have arrived; of the others one may be missing, as the change decides.
    `by_night`: the drill itself runs at any hour.
    """
    visits = {visit.number: visit for visit in _visits(read_journal(client))}
    place, received, verdict = ZoneInfo(zone), Counter[tuple[str, str]](), Verdict(acknowledged=len(visits))
    for line in read_journal(provider):
        if word not in line["text"] or line["to"] not in visits:
            continue
        at, visit = datetime.fromtimestamp(line["at"], UTC), visits[line["to"]]
        verdict.seen += 1
        received[line["to"], line["text"]] += 1
        told = hours_in(line["text"])
        if not any(visit.holds(at, hour, place) for hour in told):
            before = Visit(visit.number, visit.start)
            if (
                visit.committed_at
                and at - visit.committed_at <= IN_FLIGHT
                and any(before.holds(at, hour, place) for hour in told)
            ):
                verdict.in_flight += 1
                verdict.latest = max(verdict.latest, (at - visit.committed_at).total_seconds() * 1000)
            else:
                verdict.wrong.append(f"{line['to']} {line['text']!r}")
        elif not by_night and is_night(at, place):
            verdict.wrong.append(f"{line['to']} in the night")
    people = {number for number, _ in received}
    verdict.lost = sorted(number for number, visit in visits.items() if not visit.committed_at and number not in people)
    verdict.doubled = sum(times - 1 for times in received.values())
    return verdict


def hours_in(text: str) -> list[tuple[int, int]]:
    """The hours a text names, as « 9 h 40 » or « 9 h »."""
    return [(int(hour), int(minute or 0)) for hour, minute in _HOUR.findall(text)]


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    wall = at.astimezone(zone).time()
    return wall >= QUIET_FROM or wall < QUIET_UNTIL


def _visits(lines: Iterable[dict[str, Any]]) -> Iterable[Visit]:
    known: dict[str, Visit] = {}
    for line in lines:
        if line["act"] == "visit":
            known[line["number"]] = Visit(line["number"], datetime.fromisoformat(line["start"]))
        elif line["act"] in {"cancel", "move"}:
            former = known[line["number"]]
            moved = datetime.fromisoformat(line["start"]) if line["act"] == "move" else None
            known[line["number"]] = Visit(former.number, former.start, datetime.fromtimestamp(line["at"], UTC), moved)
    return known.values()


@dataclass
class Bookings:
    """What became of the wishes of clients that tried again until they had an answer; each wish is one person's."""

    acknowledged: int
    lost: list[str]  # acknowledged, and not there
    doubled: int  # people with more visits than wishes
    overlapping: int

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged; {len(self.lost)} lost, {self.doubled} booked twice, "
            f"{self.overlapping} overlapping"
        )


def check_bookings(database: str, client: Path) -> Bookings:
    """Every acknowledged booking is there, nobody has two for one wish, no performer has two visits at one time."""
    told = {line["uid"] for line in read_journal(client) if line["act"] == "booked"}
    with connect(database) as connection:
        there = {
            str(uid) for (uid,) in connection.execute("SELECT uid FROM booking_appointment WHERE status = 'booked'")
        }
        doubled = connection.execute(
            "SELECT coalesce(sum(visits - 1), 0) FROM (SELECT count(*) AS visits FROM booking_appointment"
            " WHERE status = 'booked' GROUP BY record_id HAVING count(*) > 1) AS twice"
        ).fetchone()
        overlapping = connection.execute(
            "SELECT count(*) FROM booking_appointment AS one JOIN booking_appointment AS other"
            " ON one.performer_id = other.performer_id AND one.id < other.id"
            " AND one.start_at < other.end_at AND other.start_at < one.end_at"
            " WHERE one.status IN ('booked', 'held') AND other.status IN ('booked', 'held')"
        ).fetchone()
    return Bookings(
        len(told), sorted(told - there), int(doubled[0]) if doubled else 0, overlapping[0] if overlapping else 0
    )


def main(database: str, provider: str, client: str) -> int:
    verdict = check_news(database, Path(provider), Path(client))
    print(verdict)  # noqa: T201  a command
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
