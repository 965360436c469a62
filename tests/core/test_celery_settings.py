"""The settings of Celery and of Redis, line by line (docs/adr/0014), as the running application sees them."""

import ast
import inspect
import runpy
import shutil
import tempfile
from pathlib import Path

import pytest
import redis
from celery.app.routes import Router, prepare
from django.conf import settings

from config.celery import app
from config.schedule import BEAT_SCHEDULE
from core import jobs
from core.tasks import LONGEST
from core.watchdog import CANARY_UNSEEN
from notifications.models import Message
from script.servers.layout import Layout
from script.servers.supervisor import read_procfile
from script.servers.valkey import Valkey

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LONGEST_DELAY = 60


def test_messages_and_long_jobs_go_where_the_operator_says(monkeypatch):
    monkeypatch.setenv("MESSAGES_QUEUE", "messages")
    monkeypatch.setenv("LONG_JOBS_QUEUE", "long")
    chosen = runpy.run_path(str(CHECKOUT / "config" / "settings" / "_tasks.py"))["CELERY_TASK_ROUTES"]
    router = Router(prepare(chosen), app.amqp.queues, create_missing=True, app=app)
    routed = {name: getattr(router.route({}, name).get("queue"), "name", "") for name in app.tasks}

    assert {name for name, queue in routed.items() if queue == "messages"} == {
        "notifications.send_message",
        "notifications.send_messages",
    }
    assert [name for name, queue in routed.items() if queue == "long"] == ["core.run_long_job"]
    assert {queue["queue"] for queue in settings.CELERY_TASK_ROUTES.values()} == {"celery"}


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
    for folder in (
        "core",
        "notifications",
        "accounts",
        "practitioners",
        "patients",
        "booking",
        "carnet",
        "custody",
        "portal",
        "config",
    ):
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


def own_tasks():
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_tasks_carry_ids_and_names_alone():
    """Nothing secret and nothing about anybody is ever in Redis."""
    allowed = {int: "a row's number", list[int]: "rows' numbers", str: "a kind of job"}
    given = {
        (name, parameter.name): parameter.annotation
        for name, task in own_tasks().items()
        for parameter in inspect.signature(task.run).parameters.values()
    }

    assert {key: kind for key, kind in given.items() if kind not in list(allowed)} == {}
    assert {key[0] for key, kind in given.items() if kind is str} == {"core.tick"}
    assert len(given) >= 3


def test_no_task_changes_what_is_set_for_all():
    """A task's own `acks_late=False` or `ignore_result=False` would undo the settings in silence. One alone has more time:
    that of the jobs which say that they last, and whose lease is as long.
    """
    usual = (app.conf.task_time_limit, app.conf.task_soft_time_limit)
    for name, task in own_tasks().items():
        assert (task.acks_late, task.reject_on_worker_lost, task.ignore_result) == (True, True, True), name
        expected = (LONGEST, LONGEST - 60) if name == "core.run_long_job" else usual
        assert (task.time_limit, task.soft_time_limit) == expected, name
    assert all(lasts.total_seconds() < LONGEST for lasts in jobs._lasting.values())


def test_beat_forgets_what_nobody_heard_before_the_next_beat():
    """Ticks do not pile up while workers are away: each expires, at the latest when the next one does the same."""
    for name, entry in BEAT_SCHEDULE.items():
        expires = entry["options"]["expires"]
        assert 0 < expires <= app.conf.visibility_timeout * 2, name
        if entry["task"] != "core.tick":
            assert expires <= entry["schedule"].total_seconds(), name


def test_there_is_one_beat_and_its_death_is_seen():
    processes = read_procfile(CHECKOUT / "Procfile")

    assert [name for name, command in processes.items() if " beat " in f"{command} "] == ["beat"]
    assert BEAT_SCHEDULE["give-back-lost-rows"]["task"] == "core.sweep"
    assert BEAT_SCHEDULE["give-back-lost-rows"]["schedule"].total_seconds() <= 30
    assert BEAT_SCHEDULE["show-that-workers-live"]["schedule"].total_seconds() * 2 < CANARY_UNSEEN.total_seconds()


def test_worker_is_started_as_decided():
    worker = read_procfile(CHECKOUT / "Procfile")["worker"]

    assert "--without-gossip" in worker
    assert "--without-mingle" in worker
    for undone in ("--pool", "--autoscale", "--prefetch-multiplier", "--time-limit", "--max-tasks-per-child"):
        assert undone not in worker


def test_eager_tasks_and_memory_broker_are_for_tests_alone():
    """Production and the demo speak to a real broker."""
    written = {path.name: path.read_text() for path in (CHECKOUT / "config" / "settings").glob("*.py")}

    assert not [name for name, text in written.items() if "ALWAYS_EAGER" in text]
    assert [name for name, text in written.items() if "memory://" in text.replace("memorymail://", "")] == ["test.py"]


def test_demo_s_broker_appends_each_second_and_evicts_nothing():
    top = Path(tempfile.mkdtemp(prefix="celery", dir="/tmp"))  # a socket's path is short
    server = Valkey(Layout(local=top, state=top, sockets=top), "broker")
    try:
        server.start()
        with redis.Redis.from_url(server.url, decode_responses=True) as client:
            told = {name: client.config_get(name)[name] for name in ("appendonly", "appendfsync", "maxmemory-policy")}
    finally:
        server.stop()
        shutil.rmtree(top)

    assert told == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}
