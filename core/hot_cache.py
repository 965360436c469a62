"""The `hot` cache: Redis when it is there, nothing when it is not. Nobody waits for it and nothing depends on it."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

# After a failure Redis is left alone for this long: a dead one costs one short time-out, not one per call.
REST = 5.0


class FailOpenRedisCache(RedisCache):
    """Answers as an empty cache while Redis cannot be reached, and never raises because of it."""

    _resting_until = 0.0

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(super().add, False, *args, **kwargs))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(super().get, default, key, default, version=version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._try(super().set, None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(super().touch, False, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(super().delete, False, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._try(super().get_many, {}, *args, **kwargs)
        return found

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(super().has_key, False, *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """The new value; 0 when nobody counts. Raises ValueError for an unknown key, as every cache does."""
        return int(self._try(super().incr, 0, *args, **kwargs))

    def set_many(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> list[str]:
        failed: list[str] = self._try(super().set_many, list(data), data, *args, **kwargs)
        return failed

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._try(super().delete_many, None, *args, **kwargs)

    def clear(self) -> None:
        self._try(super().clear, None)

    def _try(self, call: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < FailOpenRedisCache._resting_until:
            return otherwise
        try:
            return call(*args, **kwargs)
        except (RedisError, OSError) as error:
            # Shared by the threads of this process: Django makes one cache object per thread.
            FailOpenRedisCache._resting_until = time.monotonic() + REST
            logger.warning("hot_cache_unreachable", error=type(error).__name__)
            return otherwise
