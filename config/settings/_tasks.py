"""Settings of the task queue and of the caches.

PostgreSQL holds the cache that sign-in limits and booking rely on, so they live without Redis; Redis carries tasks
and the `hot` cache, which may be lost at any time. What must be done is in the outbox, never in Redis alone.
"""

from config import environment

REDIS_URL = environment.redis("REDIS_URL")
# The broker must not evict (`noeviction`), a cache should: each may have its own server. One serves both by default, as
# nothing that matters is in either.
CACHE_REDIS_URL = environment.text("CACHE_REDIS_URL", REDIS_URL)

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TIMEZONE = "UTC"
# Messages and long jobs may have workers of their own: a queue that no worker reads leaves the work to the relay.
CELERY_TASK_ROUTES = {
    "notifications.*": {"queue": environment.text("MESSAGES_QUEUE", "celery")},
    "core.run_long_job": {"queue": environment.text("LONG_JOBS_QUEUE", "celery")},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# A task is given back when its process or its worker dies, so every task may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 45
# How long the broker waits before it gives an unacknowledged task to another worker. The three places of Celery's
# documentation agree; no task is given a countdown beyond a minute, which would be run several times.
_VISIBILITY = 300
CELERY_VISIBILITY_TIMEOUT = _VISIBILITY
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": _VISIBILITY,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "health_check_interval": 30,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": _VISIBILITY}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# A stopping worker gives back what it has not done, rather than leave it until the visibility time-out.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "hot": {
        "BACKEND": "core.hot_cache.FailOpenRedisCache",
        "LOCATION": CACHE_REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    },
}
