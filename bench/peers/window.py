"""One forecasting task: a history that ends at the origin, and what is asked for."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """All times in seconds. `values` holds NaN where the recording has a gap."""

    values: np.ndarray
    origin: float
    step: float
    horizon: int
    levels: tuple[float, ...]

    @property
    def day(self) -> int:
        """Steps in a day, the season that every seasonal peer is given."""
        return round(86_400 / self.step)

    @property
    def floor(self) -> float:
        """No forecast goes below 0 for a load that never did; ours do not either."""
        return -np.inf if np.nanmin(self.values) < 0 else 0.0

    def filled(self) -> np.ndarray:
        """For peers that know no gaps: straight lines across them, the last known value after the last."""
        known = np.flatnonzero(~np.isnan(self.values))
        return np.interp(np.arange(len(self.values)), known, self.values[known])


def sound(window: Window, quantiles: np.ndarray) -> np.ndarray:
    """Quantiles, one row per level, as a forecast must be: finite, in order, not below the floor.

    Raises ValueError for numbers that are not finite.
    """
    if not np.isfinite(quantiles).all():
        raise ValueError("the forecast is not finite")
    return np.maximum(np.sort(quantiles, axis=0), window.floor)
