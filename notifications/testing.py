"""What tests of every app use to see what people would receive."""

from notifications.inline import deliver_all, run_due_jobs

__all__ = ["deliver_all", "run_due_jobs"]
