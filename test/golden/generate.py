"""Writes the golden numbers in test/golden/data from implementations that are not ours.

    python3 -m venv venv && venv/bin/pip install -r test/golden/requirements.txt
    venv/bin/python test/golden/generate.py && npx prettier --write test/golden/data

All inputs are drawn from a seeded generator; the numbers are written with all their digits.
"""

import json
import platform
from pathlib import Path

import classical
import control
import numpy as np
import scipy
import sklearn
import statsmodels
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

SEED = 20260101
DATA = Path(__file__).parent / "data"
LEVELS = [0.001, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]


def main() -> None:
    DATA.mkdir(exist_ok=True)
    rng = np.random.default_rng(SEED)
    write("cholesky.json", "numpy.linalg.solve", [linear_system(rng, *case) for case in SYSTEMS])
    write("quantiles.json", "numpy.quantile(method='weibull')", quantile_cases(rng))
    write("ridge.json", "sklearn.linear_model.Ridge on sklearn.preprocessing.StandardScaler", ridge_cases(rng))
    # A generator of their own, so that neither these nor those above change when one of the others does.
    rng = np.random.default_rng(SEED + 1)
    write("holt-winters.json", "statsmodels ExponentialSmoothing; scipy Nelder-Mead", classical.holt_winters_cases(rng))
    write("harmonic.json", "statsmodels OLS and SARIMAX", classical.harmonic_cases(rng))
    write("yule-walker.json", "statsmodels acovf and levinson_durbin", classical.yule_walker_cases(rng))
    write("fourier.json", "numpy.fft", classical.fourier_cases(rng))
    write("profile.json", "numpy, from the definition", classical.profile_cases(rng))
    rng = np.random.default_rng(SEED + 2)
    write("control.json", "numpy, from the definition", control.control_cases(rng))


SYSTEMS = [
    ("one equation", 1, 1.0),
    ("two equations", 2, 1.0),
    ("five equations", 5, 1.0),
    ("twenty equations", 20, 1.0),
    ("eight equations, condition number about 1e6", 8, 1e-6),
]


def linear_system(rng: np.random.Generator, title: str, size: int, smallest: float) -> dict:
    """A random symmetric positive definite system whose eigenvalues go down to `smallest`."""
    directions, _ = np.linalg.qr(rng.normal(size=(size, size)))
    eigenvalues = np.geomspace(1.0, smallest, size) * rng.uniform(1.0, 2.0, size)
    matrix = directions @ np.diag(eigenvalues) @ directions.T
    matrix = (matrix + matrix.T) / 2
    right = rng.normal(size=size)
    solution = np.linalg.solve(matrix, right)
    return {"title": title, "matrix": matrix.ravel().tolist(), "right": right.tolist(), "solution": solution.tolist()}


def quantile_cases(rng: np.random.Generator) -> list[dict]:
    samples = {
        "one number": rng.normal(size=1),
        "two numbers": rng.normal(size=2),
        "seven numbers": rng.normal(size=7),
        "twenty numbers, the fewest of a band": rng.normal(size=20),
        "101 numbers, skewed": rng.exponential(size=101),
        "fifty whole numbers with many ties": rng.integers(0, 6, size=50).astype(float),
    }
    return [
        {
            "title": title,
            "numbers": numbers.tolist(),
            "levels": LEVELS,
            "quantiles": [float(np.quantile(numbers, level, method="weibull")) for level in LEVELS],
        }
        for title, numbers in samples.items()
    ]


def ridge_cases(rng: np.random.Generator) -> list[dict]:
    plain = rng.normal(size=(40, 4))
    target = plain @ [1.0, -2.0, 0.5, 0.0] + 3.0 + rng.normal(size=40)
    collinear = np.column_stack([plain[:, 0], plain[:, 0] + 1e-4 * plain[:, 1], plain[:, 2]])
    units = plain * [1e-3, 1.0, 50.0, 1e4] + [0.0, 5.0, -200.0, 1e5]
    constant = np.column_stack([plain[:, :2], np.full(40, 7.0)])
    few = rng.normal(size=(5, 8))
    weights = rng.uniform(0.05, 1.0, size=40)
    return [
        ridge_case("hardly any penalty", plain, target, 1e-9),
        ridge_case("a small penalty", plain, target, 1e-3),
        ridge_case("a large penalty", plain, target, 2.0),
        ridge_case("rows of different weight", plain, target, 1e-3, weights),
        ridge_case("regressors of very different units and offsets", units, target, 1e-2, weights),
        ridge_case("two regressors that are nearly the same", collinear, target, 1e-3),
        ridge_case("a regressor that does not vary", constant, target, 1e-3, weights),
        ridge_case("more regressors than rows", few, few[:, 0] + rng.normal(size=5), 1e-2),
    ]


def ridge_case(title: str, rows: np.ndarray, target: np.ndarray, penalty: float, weights=None) -> dict:
    """Mean squared error plus penalty: scikit-learn sums the squares, so that its alpha is penalty times weight."""
    weights = np.ones(len(target)) if weights is None else weights
    scaler = StandardScaler().fit(rows, sample_weight=weights)
    model = Ridge(alpha=penalty * weights.sum(), solver="cholesky")
    model.fit(scaler.transform(rows), target, sample_weight=weights)
    slopes = model.coef_ / scaler.scale_
    constant = model.intercept_ - slopes @ scaler.mean_
    return {
        "title": title,
        "rows": rows.tolist(),
        "target": target.tolist(),
        "weights": weights.tolist(),
        "penalty": penalty,
        "coefficients": [float(constant), *slopes.tolist()],
    }


def write(name: str, source: str, cases: list[dict]) -> None:
    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "statsmodels": statsmodels.__version__,
    }
    golden = {"source": source, "versions": versions, "seed": SEED, "cases": cases}
    (DATA / name).write_text(json.dumps(golden, indent=1) + "\n")


main()
