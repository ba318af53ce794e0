"""Prophet as it comes: linear trend with change points, daily seasonality, quantiles of its simulated futures."""

import logging

import numpy as np
import pandas as pd
from prophet import Prophet

from window import Window

logging.getLogger("cmdstanpy").disabled = True
logging.getLogger("prophet").setLevel(logging.ERROR)


class ProphetPeer:
    def __init__(self, window: Window):
        self.window = window
        length = len(window.values)
        times = window.origin + window.step * np.arange(-length + 1, 1)
        # Rows without a value are left out by Prophet itself. Seeded: its futures are random.
        np.random.seed(1)
        self.model = Prophet().fit(pd.DataFrame({"ds": pd.to_datetime(times, unit="s"), "y": window.values}))

    def quantiles(self) -> np.ndarray:
        window = self.window
        times = window.origin + window.step * np.arange(1, window.horizon + 1)
        future = pd.DataFrame({"ds": pd.to_datetime(times, unit="s")})
        futures = self.model.predictive_samples(future)["yhat"]
        self.model.uncertainty_samples = 0  # The point forecast needs none.
        point = self.model.predict(future)["yhat"]
        return np.array([point if level == 0.5 else np.quantile(futures, level, axis=1) for level in window.levels])
