"""Settings of a replica of the database, from which public pages may be read. Without an address there is none."""

from typing import Any

from config import environment

# How many seconds the replica may be behind before pages are read from the primary again.
REPLICA_MAX_LAG = environment.number("DATABASE_REPLICA_MAX_LAG", 5, minimum=2)
# Whoever has just written reads from the primary for longer than the replica may be behind.
REPLICA_OWN_WRITES = REPLICA_MAX_LAG + 5
# What declared pages (`core.replica.from_replica`) may read there: the directory, and when people work. No patient, no
# account, no session: these are always read from the primary.
REPLICA_MODELS = frozenset(
    {
        "practitioners.Place",
        "practitioners.Specialty",
        "practitioners.ReasonKind",
        "practitioners.VisitReason",
        "practitioners.VisitQuestion",
        "practitioners.AgendaReason",
        "practitioners.Practitioner",
        "practitioners.Practice",
        "practitioners.Location",
        "practitioners.Agenda",
        "practitioners.RegisterSite",
        "practitioners.RegisterSnapshot",
        "practitioners.ListingWish",
        "booking.Listing",
        "booking.ListedWord",
        "booking.ListedName",
        "booking.OpeningHours",
        "booking.Absence",
    }
)
REPLICA_ROUTERS = ["core.replica.ReplicaRouter"]
REPLICA_MIDDLEWARE = ["core.middleware.WritesMiddleware"]
# A replica that does not answer is given up soon: the primary is there.
_IMPATIENT = {
    "connect_timeout": 2,
    "tcp_user_timeout": 2000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}


def has_replica() -> bool:
    return bool(environment.text("DATABASE_REPLICA_URL", ""))


def replica_of(primary: dict[str, Any], address: dict[str, Any]) -> dict[str, Any]:
    """The settings of the replica at this address: those of the primary, with less patience."""
    options = {**primary.get("OPTIONS", {}), **address.get("OPTIONS", {}), **_IMPATIENT}
    if "pool" in options:
        options["pool"] = {**options["pool"], "min_size": 0, "timeout": 1}
    return {**primary, **address, "ENGINE": primary["ENGINE"], "OPTIONS": options}
