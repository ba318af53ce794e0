"""Golden numbers of the classical forecasters: Holt-Winters, harmonic regression, Fourier transform, seasonal profile."""

import warnings

import numpy as np
import statsmodels.api as sm
from control import controlled_quantile
from scipy.optimize import minimize
from statsmodels.tsa.deterministic import Fourier
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.stattools import acovf, levinson_durbin

HORIZON = 8
LEVELS = [0.05, 0.25, 0.5, 0.9, 0.99]
DEPTH = 7
DEVIATION_MINUTES = 7.0


def seasonal_walk(rng: np.random.Generator, seasons: int, season: int, walk: float, noise: float) -> np.ndarray:
    """A season that repeats itself, on a level that wanders, with noise."""
    shape = 6 * np.sin(2 * np.pi * np.arange(season) / season) + rng.normal(size=season)
    level = 100 + np.cumsum(walk * rng.normal(size=seasons * season))
    return level + np.tile(shape, seasons) + noise * rng.normal(size=seasons * season)


def holt_winters_cases(rng: np.random.Generator) -> list[dict]:
    given = [(0.3, 0.1, 0.2, 0.9), (0.9, 0.5, 0.05, 0.98), (0.05, 0.01, 0.6, 0.8)]
    loads = [("a season of 5", seasonal_walk(rng, 14, 5, 0.5, 1.0), 5), ("a season of 12", seasonal_walk(rng, 9, 12, 0.2, 2.0), 12)]
    return [holt_winters_case(title, values, season, given) for title, values, season in loads]


def holt_winters_case(title: str, values: np.ndarray, season: int, given: list[tuple]) -> dict:
    first = values[:season]
    initial = {"initial_level": first.mean(), "initial_trend": 0.0, "initial_seasonal": first - first.mean()}
    model = ExponentialSmoothing(
        values[season:], trend="add", damped_trend=True, seasonal="add", seasonal_periods=season,
        initialization_method="known", **initial,
    )
    with_parameters = []
    for alpha, beta, gamma, phi in given:
        fitted = model.fit(
            smoothing_level=alpha, smoothing_trend=beta, smoothing_seasonal=gamma, damping_trend=phi, optimized=False
        )
        with_parameters.append({
            "parameters": {"alpha": alpha, "beta": beta, "gamma": gamma, "phi": phi},
            "fitted": np.asarray(fitted.fittedvalues).tolist(),
            # Less than a season: exactly one season ahead, statsmodels 0.15 takes the seasonal term before its last update.
            "forecast": np.asarray(fitted.forecast(season - 1)).tolist(),
        })
    # The first residual is of the initial state alone, and is not counted.
    best = model.fit()
    return {
        "title": title,
        "values": values.tolist(),
        "season": season,
        "given": with_parameters,
        "leastSquares": mean_square(best.resid[1:]),
        "leastCriterion": least_criterion(values, season, [1, 3, HORIZON]),
        "leads": [1, 3, HORIZON],
    }


def mean_square(errors: np.ndarray) -> float:
    return float(np.mean(np.asarray(errors) ** 2))


def least_criterion(values: np.ndarray, season: int, leads: list[int]) -> float:
    """Least mean logarithm of the squared errors at the leads: the textbook's recursion, searched from many starts."""

    def criterion(point: np.ndarray) -> float:
        alpha, beta, gamma, phi, rho = 1 / (1 + np.exp(-np.clip(point, -30, 30)))
        return mean_log_error(values, season, leads, (alpha, beta, gamma * (1 - alpha), 0.7 + 0.299 * phi, rho))

    starts = [np.array([a, b, 0.0, 1.0, r]) for a in (-3.0, 0.0, 3.0) for b in (-5.0, 0.0) for r in (-2.0, 2.0)]
    options = {"maxiter": 3000, "xatol": 1e-6, "fatol": 1e-9}
    return float(min(minimize(criterion, start, method="Nelder-Mead", options=options).fun for start in starts))


def mean_log_error(values: np.ndarray, season: int, leads: list[int], parameters: tuple) -> float:
    alpha, beta, gamma, phi, rho = parameters
    level, trend = values[:season].mean(), 0.0
    seasonal = list(values[:season] - level)
    squares: dict[int, list[float]] = {lead: [] for lead in leads}
    for t in range(season, len(values)):
        before, usual = level + phi * trend, seasonal[t - season]
        error = values[t] - before - usual
        previous = level
        level = alpha * (values[t] - usual) + (1 - alpha) * before
        trend = beta * (level - previous) + (1 - beta) * phi * trend
        seasonal.append(gamma * (values[t] - before) + (1 - gamma) * usual)
        for lead in leads:
            if t + lead < len(values):
                damped = sum(phi**i for i in range(1, lead + 1)) * trend
                phase = t + lead - season * int(np.ceil(lead / season))
                ahead = level + damped + seasonal[phase] + rho**lead * error
                squares[lead].append((values[t + lead] - ahead) ** 2)
    return float(np.mean([np.log(np.mean(squares[lead])) for lead in leads]))


def harmonic_cases(rng: np.random.Generator) -> list[dict]:
    return [
        harmonic_case(rng, "one sine, AR(1)", 24, 1, [0.8]),
        harmonic_case(rng, "three harmonics, AR(3)", 30, 3, [0.5, 0.2, -0.3]),
        harmonic_case(rng, "a season of an odd number of steps, AR(2) that oscillates", 25, 2, [1.2, -0.7]),
    ]


def harmonic_case(rng: np.random.Generator, title: str, season: int, harmonics: int, ar: list[float]) -> dict:
    """The curve by ordinary least squares; the forecast by the Kalman filter with the curve and these errors given."""
    length = 6 * season + 7
    terms = Fourier(season, harmonics)
    steps = np.arange(length)
    # statsmodels has sine before cosine.
    swap = [i + 1 if i % 2 == 0 else i - 1 for i in range(2 * harmonics)]
    rows = np.column_stack([np.ones(length), terms.in_sample(steps).to_numpy()[:, swap]])
    later = np.column_stack([np.ones(HORIZON), terms.out_of_sample(HORIZON, steps).to_numpy()[:, swap]])
    noise = sm.tsa.arma_generate_sample(np.r_[1, -np.array(ar)], [1], length, distrvs=rng.standard_normal, burnin=200)
    values = rows @ np.r_[50, rng.normal(scale=5, size=2 * harmonics)] + noise
    curve = sm.OLS(values, rows).fit().params
    model = SARIMAX(values, exog=rows, order=(len(ar), 0, 0), concentrate_scale=True)
    forecast = model.smooth(np.r_[curve, ar]).forecast(HORIZON, exog=later)
    return {
        "title": title,
        "season": season,
        "harmonics": harmonics,
        "values": values.tolist(),
        "curve": curve.tolist(),
        "ar": ar,
        "forecast": np.asarray(forecast).tolist(),
    }


def yule_walker_cases(rng: np.random.Generator) -> list[dict]:
    processes = {
        "AR(1)": ([0.9], 400),
        "AR(3)": ([0.4, 0.3, -0.4], 600),
        "AR(2) that oscillates": ([1.3, -0.8], 300),
        "white noise": ([], 200),
    }
    cases = []
    for title, (ar, length) in processes.items():
        values = sm.tsa.arma_generate_sample(np.r_[1, -np.array(ar)], [1], length, distrvs=rng.standard_normal, burnin=200)
        autocovariance = acovf(values, adjusted=False, demean=False, nlag=10, fft=False)
        solved = [levinson_durbin(autocovariance, nlags=order, isacov=True) for order in range(1, 11)]
        criteria = [length * np.log(autocovariance[0])]
        criteria += [length * np.log(sigma) + 2 * order for order, (sigma, *_) in enumerate(solved, start=1)]
        order = int(np.argmin(criteria))
        coefficients = [] if order == 0 else solved[order - 1][1].tolist()
        cases.append({
            "title": title,
            "values": values.tolist(),
            "autocovariance": autocovariance.tolist(),
            "coefficients": coefficients,
        })
    return cases


def fourier_cases(rng: np.random.Generator) -> list[dict]:
    cases = []
    for length in [1, 2, 3, 64, 97, 360]:
        values = rng.normal(size=length) + 3 * np.sin(np.arange(length) / 3)
        spectrum = np.fft.fft(values)
        half = np.fft.rfft(values)
        strongest = np.argsort(-np.abs(half[1:]))[:4] + 1
        kept = np.zeros_like(half)
        kept[0] = half[0]
        kept[strongest] = half[strongest]
        cases.append({
            "title": f"{length} values",
            "values": values.tolist(),
            "re": spectrum.real.tolist(),
            "im": spectrum.imag.tolist(),
            "keep": 4,
            "waves": np.fft.irfft(kept, length).tolist() if length > 1 else values.tolist(),
        })
    return cases


def profile_cases(rng: np.random.Generator) -> list[dict]:
    season, seasons, step_minutes = 12, 12, 5.0
    usual = 200 + 150 * np.sin(2 * np.pi * np.arange(season) / season)
    plain = np.tile(usual, seasons) * np.exp(0.1 * rng.normal(size=season * seasons))
    drifting = np.tile(usual, seasons) * np.exp(np.cumsum(0.05 * rng.normal(size=season * seasons)))
    gaps = drifting.copy()
    gaps[rng.choice(np.arange(1, len(gaps)), 25, replace=False)] = np.nan
    gaps[40:47] = np.nan
    return [
        profile_case("noise around a profile", plain, season, 6, step_minutes),
        profile_case("a level that wanders", drifting, season, 6, step_minutes),
        profile_case("a level that wanders, with gaps", gaps, season, 6, step_minutes),
    ]


def profile_case(title: str, values: np.ndarray, season: int, horizon: int, step_minutes: float) -> dict:
    """The definition, evaluated anew at each origin; nothing is updated."""
    roots = np.sqrt(values)
    gain = 1 - np.exp(-step_minutes / DEVIATION_MINUTES)

    def usual(target: int, before: int) -> float:
        """Median of the samples at the phase of `target`, of those before index `before`."""
        same = roots[target % season : before : season]
        known = same[~np.isnan(same)]
        return float(np.median(known[-DEPTH:])) if len(known) > 0 else np.nan

    deviations, measured = [], []
    for t in range(len(roots)):
        measured.append(roots[t] - usual(t, t))
        before = deviations[-1] if deviations else 0.0
        if np.isnan(measured[t]):
            deviations.append(before * share(measured, deviations, 1))
        else:
            deviations.append(before + gain * (measured[t] - before))

    def path(origin: int) -> list[float]:
        shares = [share(measured[: origin + 1], deviations, h) for h in range(1, horizon + 1)]
        centre, last = [], next(u for u in (usual(origin - i, origin + 1) for i in range(season)) if not np.isnan(u))
        for h in range(1, horizon + 1):
            here = usual(origin + h, origin + 1)
            last = last if np.isnan(here) else here
            centre.append(last + shares[h - 1] * deviations[origin])
        return centre

    paths = {origin: path(origin) for origin in range(season - 1, len(roots))}
    final = paths[len(roots) - 1]
    quantiles = []
    for level in LEVELS:
        row = []
        for h in range(1, horizon + 1):
            residuals = np.array([roots[o + h] - paths[o][h - 1] for o in paths if o + h < len(roots)])
            residuals = residuals[~np.isnan(residuals)]
            row.append(float(max(0.0, final[h - 1] + controlled_quantile(residuals, level)) ** 2))
        quantiles.append(row)
    return {
        "title": title,
        "stepMinutes": step_minutes,
        "season": season,
        "horizon": horizon,
        "values": [None if np.isnan(value) else float(value) for value in values],
        "levels": LEVELS,
        "quantiles": quantiles,
    }


def share(measured: list[float], deviations: list[float], h: int) -> float:
    """Slope through the origin of the measured deviation on the smoothed one h steps before, held in [0, 1]."""
    pairs = [(deviations[t - h], measured[t]) for t in range(h, len(measured)) if not np.isnan(measured[t])]
    square = sum(x * x for x, _ in pairs)
    return float(np.clip(sum(x * y for x, y in pairs) / square, 0, 1)) if square > 0 else 0.0


warnings.filterwarnings("ignore", category=UserWarning, module="statsmodels")
