"""StatsForecast's models and Holt-Winters of statsmodels, with their own prediction intervals."""

import numpy as np
from statsforecast.models import MSTL, AutoARIMA, AutoETS, DynamicOptimizedTheta
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from window import Window

SIMULATED_PATHS = 1_000
CEILING = 3


class StatsForecastPeer:
    """A model of StatsForecast with the intervals that it computes itself."""

    def __init__(self, window: Window, model):
        self.window = window
        self.model = model.fit(window.filled())

    def quantiles(self) -> np.ndarray:
        window = self.window
        # StatsForecast speaks of central intervals in per cent: the 0.95 quantile is the upper end of 90.
        widths = sorted({round(abs(2 * level - 1) * 100) for level in window.levels} - {0})
        answer = self.model.predict(window.horizon, level=widths)
        return np.array([answer[_column(level)] for level in window.levels])


def _column(level: float) -> str:
    width = round(abs(2 * level - 1) * 100)
    if width == 0:
        return "mean"
    return f"{'hi' if level > 0.5 else 'lo'}-{width}"


class HoltWintersPeer:
    """Additive damped trend, additive season of a day; quantiles of simulated paths around the point forecast."""

    def __init__(self, window: Window):
        self.window = window
        # Estimating the start of each of up to 1,440 seasonal states besides does not end in reasonable time.
        self.model = ExponentialSmoothing(
            window.filled(),
            trend="add",
            damped_trend=True,
            seasonal="add",
            seasonal_periods=window.day,
            initialization_method="heuristic",
        ).fit()

    def quantiles(self) -> np.ndarray:
        window = self.window
        point = np.asarray(self.model.forecast(window.horizon))
        paths = np.asarray(
            self.model.simulate(window.horizon, repetitions=SIMULATED_PATHS, error="add", random_state=1)
        ).reshape(window.horizon, SIMULATED_PATHS)
        return np.array([point if level == 0.5 else np.quantile(paths, level, axis=1) for level in window.levels])


class AutoEtsPeer(StatsForecastPeer):
    """Its seasons end at 24 steps: this is the non-seasonal one."""

    def __init__(self, window: Window):
        super().__init__(window, AutoETS(season_length=1))

    def quantiles(self) -> np.ndarray:
        # Where it chooses multiplicative errors, they compound: upper quantiles of 1e57 times the load were seen. Ours
        # end at three times the largest value ever seen, and no other peer comes near that.
        ceiling = CEILING * np.nanmax(np.abs(self.window.values))
        return np.minimum(super().quantiles(), ceiling)


def auto_arima(window: Window):
    # A seasonal ARIMA with a season of 144 to 720 steps does not end: this is the non-seasonal one.
    return StatsForecastPeer(window, AutoARIMA(season_length=1))


def mstl(window: Window):
    # What remains without the season is forecast by AutoETS, the default.
    return StatsForecastPeer(window, MSTL(season_length=window.day))


def mstl_auto_arima(window: Window):
    # The seasonal ARIMA that does end: the season by STL, what remains by ARIMA.
    return StatsForecastPeer(window, MSTL(season_length=window.day, trend_forecaster=AutoARIMA(season_length=1)))


def theta(window: Window):
    return StatsForecastPeer(window, DynamicOptimizedTheta(season_length=window.day))
