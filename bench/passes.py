"""The passes of a run, in their order."""

from bench import latency

PASSES = {"latency": latency.measure}
