"""The settings of Celery and of Redis, line by line (docs/adr/0014), as the running application sees them."""

import ast
from pathlib import Path

import pytest

from config.celery import app
from notifications.models import Message

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LONGEST_DELAY = 60


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("visibility_timeout", 300),
        ("worker_prefetch_multiplier", 1),
        ("task_time_limit", 60),
        ("task_soft_time_limit", 45),
        ("worker_max_tasks_per_child", 500),
        ("worker_max_memory_per_child", 300_000),
        ("worker_soft_shutdown_timeout", 20),
        ("worker_enable_soft_shutdown_on_idle", True),
        ("worker_cancel_long_running_tasks_on_connection_loss", True),
        ("broker_connection_retry_on_startup", True),
        ("broker_connection_max_retries", None),
        ("task_ignore_result", True),
        ("task_serializer", "json"),
        ("accept_content", ["json"]),
        ("task_always_eager", False),
        ("timezone", "UTC"),
    ],
)
def test_celery_is_set_as_decided(name, value):
    assert app.conf[name] == value


def test_visibility_is_said_in_all_three_places_and_exceeds_two_tasks():
    places = [
        app.conf.visibility_timeout,
        app.conf.broker_transport_options["visibility_timeout"],
        app.conf.result_backend_transport_options["visibility_timeout"],
    ]

    assert len(set(places)) == 1
    assert places[0] > 2 * app.conf.task_time_limit * app.conf.worker_prefetch_multiplier


def test_broker_is_given_up_quickly_and_looked_at_again():
    options = app.conf.broker_transport_options

    assert (options["socket_connect_timeout"], options["socket_timeout"], options["health_check_interval"]) == (
        1,
        5,
        30,
    )


def test_lease_of_a_message_ends_before_the_broker_gives_its_task_again():
    assert Message.LEASE.total_seconds() < app.conf.visibility_timeout


def sources():
    for folder in ("core", "notifications", "accounts", "practitioners", "patients", "booking", "carnet", "portal", "config"):
        yield from (CHECKOUT / folder).rglob("*.py")


def delays(source):
    """The delays given to tasks in a source: `(line, seconds)`, seconds None when they are not a plain number."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in {"apply_async", "send_task", "signature", "retry"}:
            for keyword in node.keywords:
                if keyword.arg in {"eta", "countdown"}:
                    value = keyword.value
                    number = value.value if isinstance(value, ast.Constant) and keyword.arg == "countdown" else None
                    yield node.lineno, number


def test_no_task_is_delayed_longer_than_a_minute():
    late = [
        f"{path}:{line}"
        for path in sources()
        for line, seconds in delays(path.read_text())
        if seconds is None or seconds > LONGEST_DELAY
    ]

    assert late == []


def test_lint_of_delays_sees_them():
    given = "task.apply_async(countdown=61)\ntask.apply_async(eta=moment)\ntask.apply_async(countdown=5)\nretry(eta=1)"

    assert list(delays(given)) == [(1, 61), (2, None), (3, 5)]


def test_broker_and_cache_may_be_two_servers(settings):
    assert settings.CACHES["hot"]["LOCATION"] == settings.CACHE_REDIS_URL
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


def test_sessions_are_in_the_database_not_in_redis(settings):
    assert "cache" not in settings.SESSION_ENGINE
