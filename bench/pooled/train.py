"""Learns from many loads what forecasts are wrong by: gradient-boosted trees, one set per quantile level.

    python train.py ROWS OUT [--without-fold N | --licensed] [--golden FILE]

ROWS is what `export.ts` wrote. Every family of series has the same weight in total, whatever its number of rows; so has every
series within its family. OUT is JSON as `src/forecast/pooled/boosted-trees.ts` reads it.
"""

import argparse
import csv
import json
import pathlib

import lightgbm
import numpy as np

LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
TREES = 80
# Small trees, slow learning, many rows a leaf: what holds for other families is coarse.
PARAMETERS = {
    "objective": "quantile",
    "num_leaves": 16,
    "learning_rate": 0.12,
    "min_data_in_leaf": 300,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "use_missing": False,
    "deterministic": True,
    "seed": 1,
    "num_threads": 1,
    "verbosity": -1,
}
# An error this many times the usual one teaches no more than one of this size.
MOST = 20.0
# Series whose sources state a licence that lets what is learnt from them be given away.
LICENSED = {"azure-fleet", "azure-vm", "cluster-pool", "crane", "google2019", "llm-small", "mscm-mongodb", "nab-aws",
            "nab-tweets", "worldcup98"}


# Of the files of rows, and of what they are rows of.
NAMES = {"path": "path", "window": "windowMaximum"}


def read(rows: pathlib.Path, kind: str, chosen) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    index = json.loads((rows / "index.json").read_text())
    name = NAMES[kind]
    traces = [trace for trace in index if chosen(trace) and trace[name]["rows"]]
    members = {}
    for trace in traces:
        members[trace["family"]] = members.get(trace["family"], 0) + 1
    parts, weights = [], []
    for trace in traces:
        shape = trace[name]
        series = trace["file"].removesuffix(".csv")
        part = np.fromfile(rows / f"{series}.{kind}.f32", dtype="<f4").reshape(shape["rows"], shape["columns"])
        parts.append(part)
        # Between all series alike and all families alike.
        weights.append(np.full(len(part), 1 / (len(part) * members[trace["family"]] ** 0.5)))
    table = np.concatenate(parts).astype(np.float64)
    weight = np.concatenate(weights)
    return table[:, 1:], np.clip(table[:, 0], -MOST, MOST), weight / weight.mean()


def append_tree(node: dict, flat: dict) -> int:
    """Appends a tree in preorder and names its root: an inner node by its index >= 0, a leaf by -1 - its index."""
    if "split_index" not in node:
        flat["leaf"].append(float(f"{node['leaf_value']:.5g}"))
        return -len(flat["leaf"])
    here = len(flat["feature"])
    flat["feature"].append(node["split_feature"])
    flat["threshold"].append(float(f"{node['threshold']:.6g}"))
    flat["left"].append(0)
    flat["right"].append(0)
    flat["left"][here] = append_tree(node["left_child"], flat)
    flat["right"][here] = append_tree(node["right_child"], flat)
    return here


def train(features: np.ndarray, errors: np.ndarray, weight: np.ndarray) -> tuple[list[dict], dict]:
    """Returns what `boosted-trees.ts` reads, and what LightGBM itself makes of some made-up situations."""
    models = []
    made_up = np.round(np.random.default_rng(1).normal(0, 3, (20, features.shape[1])), 3)
    golden = {"features": made_up.tolist(), "expected": {}}
    for level in LEVELS:
        data = lightgbm.Dataset(features, errors, weight=weight, free_raw_data=False)
        booster = lightgbm.train({**PARAMETERS, "alpha": level}, data, TREES)
        flat = {"roots": [], "feature": [], "threshold": [], "left": [], "right": [], "leaf": []}
        for info in booster.dump_model()["tree_info"]:
            flat["roots"].append(append_tree(info["tree_structure"], flat))
        models.append({"level": level, **flat})
        golden["expected"][str(level)] = booster.predict(made_up).tolist()
    return models, golden


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--traces", type=pathlib.Path, default=pathlib.Path(__file__).parents[3] / "shared/traces")
    parser.add_argument("--golden", type=pathlib.Path, help="where to write what LightGBM makes of made-up situations")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--without-fold", type=int)
    which.add_argument("--licensed", action="store_true")
    arguments = parser.parse_args()
    with open(arguments.traces / "INDEX.csv", encoding="utf-8") as file:
        folds = {row["file"]: int(row["fold"]) for row in csv.DictReader(file)}

    def chosen(trace: dict) -> bool:
        if arguments.licensed:
            return trace["family"] in LICENSED
        return folds[trace["file"]] != arguments.without_fold

    result, golden = {"format": 1}, {}
    for kind, name in NAMES.items():
        features, errors, weight = read(arguments.rows, kind, chosen)
        levels, golden[name] = train(features, errors, weight)
        result[name] = {"features": features.shape[1], "levels": levels}
    if arguments.golden is not None:
        arguments.golden.write_text(json.dumps({"lightgbm": lightgbm.__version__, **golden}) + "\n")
    arguments.out.write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
