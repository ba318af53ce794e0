"""Gradient boosting on lags: direct, one model per step ahead out of a few, quantiles of errors on held-out days."""

import lightgbm
import numpy as np
import pandas as pd

from window import Window

# Steps ahead with a model of their own, as shares of the horizon; between them the forecast is interpolated.
KNOTS = (0.0, 0.05, 0.15, 0.3, 0.5, 0.75, 1.0)
# The newest part of the history, on which models of the older part are judged for the quantiles.
HELD_OUT = 0.25
DAYS_BACK = 6
ROUNDS = 100
# The median is what is scored. Small trees: there are a few thousand rows.
PARAMETERS = {
    "objective": "quantile",
    "alpha": 0.5,
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.8,
    "num_threads": 1,
    "seed": 1,
    "verbosity": -1,
}


class LightGbmPeer:
    def __init__(self, window: Window):
        self.window = window
        self.knots = sorted({1 + round(share * (window.horizon - 1)) for share in KNOTS})
        self.features = Features(window)
        self.models = []
        self.residuals = []
        origins = np.arange(window.day, len(window.values))
        for knot in self.knots:
            rows = origins[origins + knot < len(window.values)]
            rows = rows[~np.isnan(window.values[rows + knot])]
            x = self.features.rows(rows, knot)
            level = self.features.level[rows]
            # Trees cannot forecast what they never saw: they learn the change since now, on the square-root scale.
            y = root(window.values[rows + knot]) - level
            old = rows + knot < len(window.values) * (1 - HELD_OUT)
            judge = train(x[old], y[old])
            self.residuals.append(y[~old] - judge.predict(x[~old]))
            self.models.append(train(x, y))

    def quantiles(self) -> np.ndarray:
        window = self.window
        origin = np.array([len(window.values) - 1])
        level = self.features.level[origin]
        at_knots = [
            np.quantile(residuals, window.levels) + (model.predict(self.features.rows(origin, knot)) + level)[0]
            for knot, model, residuals in zip(self.knots, self.models, self.residuals)
        ]
        steps = np.arange(1, window.horizon + 1)
        return np.array([square(np.interp(steps, self.knots, row)) for row in np.array(at_knots).T])


class Features:
    """What a practitioner would give it: lags, means and spread of the last hours, the same time on earlier days, the
    time of day. Unknown values stay NaN, which trees can split on."""

    def __init__(self, window: Window):
        self.day = window.day
        self.values = root(window.values)
        hour = max(1, round(3_600 / window.step))
        self.windows = sorted({max(2, hour // 4), max(2, hour), 3 * hour})
        self.means = {width: rolling(self.values, width).mean() for width in self.windows}
        self.spread = rolling(self.values, max(2, hour)).std()
        self.smooth = rolling(self.values, max(2, hour // 2)).mean()
        self.half = max(2, hour // 2) // 2
        self.level = np.interp(
            np.arange(len(self.values)), np.flatnonzero(~np.isnan(self.values)), self.values[~np.isnan(self.values)]
        )

    def rows(self, origins: np.ndarray, ahead: int) -> np.ndarray:
        level = self.level[origins]
        targets = origins + ahead
        columns = [take(self.values, origins - lag) - level for lag in (1, 2, 3, 5, 10)]
        columns += [take(means, origins) - level for means in self.means.values()]
        columns += [level, take(self.spread, origins)]
        columns += [take(self.means[self.windows[1]], origins - self.day) - level]
        same_time = [take(self.values, targets - back * self.day) for back in range(1, DAYS_BACK + 1)]
        columns += [value - level for value in same_time]
        columns += [take(self.smooth, targets - self.day + self.half) - level, mean_known(same_time) - level]
        angle = 2 * np.pi * (targets % self.day) / self.day
        return np.column_stack([*columns, np.sin(angle), np.cos(angle)])


def train(x: np.ndarray, y: np.ndarray) -> lightgbm.Booster:
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(x, y), ROUNDS)


def take(values: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """NaN before the history begins."""
    return np.where(indices >= 0, np.asarray(values)[np.maximum(indices, 0)], np.nan)


def rolling(values: np.ndarray, width: int):
    """The last `width` values at each index, those that are known; NaN where there are none."""
    return pd.Series(values).rolling(width, min_periods=1)


def mean_known(columns: list[np.ndarray]) -> np.ndarray:
    return np.nanmean(np.array(columns), axis=0)


def root(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.sqrt(np.abs(values))


def square(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * values**2
