"""Lets the peers forecast windows. Started by peers.ts, which speaks to it over stdin and stdout.

First line out: the versions and the names of the peers, as JSON. Then for each line in,
`{"windows": FILE, "forecasts": FILE, "peers": [NAME, ...]}`, it reads the one file, writes the other and answers with
an empty line. The peers run one after the other on one core.
"""

import json
import platform
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np

import statistical
from lightgbm_peer import LightGbmPeer
from prophet_peer import ProphetPeer
from window import Window, sound

PEERS = {
    "auto-ets": statistical.AutoEtsPeer,
    "auto-arima": statistical.auto_arima,
    "mstl": statistical.mstl,
    "mstl-auto-arima": statistical.mstl_auto_arima,
    "dynamic-optimized-theta": statistical.theta,
    "holt-winters": statistical.HoltWintersPeer,
    "prophet": ProphetPeer,
    "lightgbm": LightGbmPeer,
}
PACKAGES = ("statsforecast", "statsmodels", "prophet", "lightgbm", "numpy", "pandas")


def forecast(peer, window: Window) -> dict:
    """The quantiles and the times taken, or why there are none: a peer that fails must not end the run."""
    try:
        started = time.perf_counter()
        model = peer(window)
        fitted = time.perf_counter()
        quantiles = sound(window, model.quantiles())
        done = time.perf_counter()
    except Exception as error:  # Whatever a library raises is its result.
        return {"problem": f"{type(error).__name__}: {error}"}
    return {
        "fitMs": (fitted - started) * 1_000,
        "forecastMs": (done - fitted) * 1_000,
        "quantiles": quantiles.tolist(),
    }


def read_windows(path: str) -> list[Window]:
    with open(path) as file:
        task = json.load(file)
    return [
        Window(
            values=np.array(window["values"], dtype=float),  # null becomes NaN
            origin=window["originMs"] / 1_000,
            step=task["stepMs"] / 1_000,
            horizon=task["horizonSteps"],
            levels=tuple(task["levels"]),
        )
        for window in task["windows"]
    ]


def main() -> None:
    warnings.simplefilter("ignore")
    versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    print(json.dumps({"versions": versions, "peers": list(PEERS)}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        windows = read_windows(request["windows"])
        answer = {name: [forecast(PEERS[name], window) for window in windows] for name in request["peers"]}
        with open(request["forecasts"], "w") as file:
            json.dump(answer, file)
        print(flush=True)


if __name__ == "__main__":
    main()
