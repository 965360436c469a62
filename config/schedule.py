"""What Celery beat starts, and when. Every entry may run twice without harm: two beats are allowed.

An entry reads `"name": {"task": "app.tasks.name", "schedule": timedelta(...) or crontab(...)}`.
"""

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {}
