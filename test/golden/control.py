"""Residual quantiles whose levels are corrected by what they covered, written down from the definition."""

import numpy as np

LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
MEMORY = 400
STRENGTH = 2
BLOCK = 16


def quantile(sample: np.ndarray, level: float) -> float:
    return float(np.quantile(sample, min(max(level, 0.0), 1.0), method="weibull"))


def deficits_after(residuals: np.ndarray) -> np.ndarray:
    """How far each level has fallen short, judging residual by residual; all residuals are kept."""
    deficits = np.zeros(len(LEVELS))
    thresholds: list[float] = []
    ties: list[float] = []
    for i, residual in enumerate(residuals):
        for j, level in enumerate(LEVELS):
            if i > 0:
                covered = ties[j] if residual == thresholds[j] else float(residual < thresholds[j])
                deficits[j] = (1 - 1 / MEMORY) * deficits[j] + (level - covered) / MEMORY
        if i % BLOCK == 0:
            known = residuals[: i + 1]
            corrected = [level + STRENGTH * deficit for level, deficit in zip(LEVELS, deficits, strict=True)]
            thresholds = [quantile(known, level) for level in corrected]
            ties = [share_of_tie(known, level, at) for level, at in zip(corrected, thresholds, strict=True)]
    return deficits


def share_of_tie(known: np.ndarray, level: float, at: float) -> float:
    below, equal = np.mean(known < at), np.mean(known == at)
    return 1.0 if equal == 0 else float(np.clip((level - below) / equal, 0, 1))


def controlled_quantile(residuals: np.ndarray, level: float) -> float:
    corrected = np.sort(np.array(LEVELS) + STRENGTH * deficits_after(residuals))
    return quantile(residuals, float(np.interp(level, [0, *LEVELS, 1], [0, *corrected, 1])))


def control_cases(rng: np.random.Generator) -> list[dict]:
    sudden = np.concatenate([rng.normal(size=300), 3 + rng.normal(size=90)])
    discrete = rng.poisson(0.3, size=400).astype(float) - rng.poisson(0.2, size=400)
    cases = {
        "one residual": np.array([1.5]),
        "fewer than a block": rng.normal(size=11),
        "normal residuals": rng.normal(size=500),
        "residuals that become positive": sudden,
        "residuals that are 0 most of the time": discrete,
        "nothing but 0": np.zeros(50),
    }
    levels = [0.01, 0.05, 0.3, 0.5, 0.9, 0.93, 0.99, 0.999]
    return [
        {
            "title": title,
            "residuals": residuals.tolist(),
            "levels": levels,
            "quantiles": [controlled_quantile(residuals, level) for level in levels],
        }
        for title, residuals in cases.items()
    ]
