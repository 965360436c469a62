"""The passes of a run, in their order: first what writes little."""

from bench import (
    carnet,
    desk,
    freshness,
    invoices,
    latency,
    prevention,
    races,
    register,
    statements,
    throughput,
    transactions,
)

PASSES = {
    "statements": statements.measure,
    "desk": desk.measure,
    "latency": latency.measure,
    "carnet": carnet.measure,
    "prevention": prevention.measure,
    "invoices": invoices.measure,
    "register": register.measure,
    "race_time": races.measure_time,
    "throughput": throughput.measure,
    "freshness": freshness.measure,
    "transactions": transactions.measure,
    "races": races.measure,
}
