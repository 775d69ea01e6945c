"""When to ask the same model again and how long to wait before: full jitter, and the vendor's Retry-After honoured."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from sparklabs.models.errors import ModelError


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """Waits are drawn from 0 to base x 2^n; a vendor's wish beyond `max_wait_seconds` moves on to the next model."""

    max_attempts: int = 3
    base_seconds: float = 0.5
    cap_seconds: float = 8
    max_wait_seconds: float = 20
    draw: Callable[[float, float], float] = random.uniform

    def find_wait(self, error: ModelError, *, attempt: int, remaining_seconds: float) -> float | None:
        """Seconds to wait before attempt number `attempt` + 1, or None when this model is not to be asked again."""
        if not error.retryable or attempt >= self.max_attempts:
            return None
        jitter = self.draw(0, min(self.cap_seconds, self.base_seconds * 2 ** (attempt - 1)))
        asked = error.retry_after_seconds
        # The jitter comes on top of the vendor's wish, or all who were told the same would return together.
        wait = jitter if asked is None else asked + min(jitter, 1.0)
        return wait if wait <= min(self.max_wait_seconds, remaining_seconds) else None
