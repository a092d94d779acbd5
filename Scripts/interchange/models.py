"""Small models of every kind of data, layer, activation, loss and encoding, to be trained and handed on."""

import csv
import gzip
import json
import pathlib
import random
import struct
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CONFIGS = ROOT / "configs"
TOLERANCE = 1e-5
ROWS = 1000


def run(*arguments, folder=None, codes=(0,)):
    result = subprocess.run([str(part) for part in arguments], cwd=folder, capture_output=True, text=True)
    if result.returncode not in codes:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: {result.returncode}\n{result.stderr}")
    return result.stdout


def config_path(path):
    return (CONFIGS / path).resolve()


def train(program, folder, prepare):
    """Trains a model in the folder 'run' of another; returns the configuration as it was written, and as resolved."""
    path, settings = prepare(folder)
    overrides = [part for setting in settings for part in ("--set", setting)]
    run(program, "train", path, "--output", folder / "run", "--quiet", *overrides, folder=folder)
    return json.loads(path.read_text()), json.loads(run(program, "show", folder / "run"))


def example(name, *settings):
    """One of configs/, trained for less time."""
    def prepare(folder):
        return CONFIGS / f"{name}.json", list(settings)
    return prepare


def table(layers, loss=None, target="kind", data=None, columns=None, training=None):
    """A model of the table with columns of all kinds."""
    def prepare(folder):
        write_table(folder / "train.csv", 1200, seed=1, complete=False)
        config = {
            "data": {
                "train": "train.csv", "target": target, "scaling": "standard",
                "ignore": [name for name in TARGETS if name not in np.atleast_1d(target)],
                "missing": {"tokens": ["", "NA", "?"], "strategy": "mean"},
                "unseen_categories": "zeros",
                "columns": {**COLUMNS, **(columns or {})}, **(data or {})},
            "model": {"layers": layers},
            "training": {"epochs": 3, "batch_size": 64,
                         "optimizer": {"type": "adam", "learning_rate": 0.01}, **(training or {})}}
        if loss:
            config["training"]["loss"] = loss
        path = folder / "config.json"
        path.write_text(json.dumps(config))
        return path, []
    return prepare


def images(layers, shape=(8, 8, 3), kind=8, classes=4, layout="image"):
    """A model of random images, which have classes all the same."""
    def prepare(folder):
        random_images(folder, shape, kind, classes)
        path = folder / "config.json"
        path.write_text(json.dumps({
            "data": {"format": "idx", "layout": layout,
                     "train": {"features": "images.idx", "labels": "labels.idx"},
                     "scaling": "standard"},
            "model": {"layers": layers},
            "training": {"epochs": 1, "batch_size": 50, "loss": "cross_entropy"}}))
        return path, []
    return prepare


TARGETS = ["kind", "level", "answer", "count", "price", "yes", "both"]
COLUMNS = {
    "plain": {"scaling": "none"},
    "bounded": {"scaling": "min_max"},
    "outliers": {"scaling": "robust", "clip": 2},
    "income": {"scaling": "log"},
    "skewed": {"scaling": "quantile"},
    "holes": {"missing": "median", "indicator": True},
    "steps": {"encoding": "piecewise_linear", "bins": 7, "missing": "median", "indicator": True},
    "filled": {"missing": {"strategy": "constant", "value": -3}},
    "color": {"missing": "most_frequent", "indicator": True},
    "city": {"encoding": "embedding", "dimensions": 5, "missing": "most_frequent"},
    "home": {"encoding": "embedding", "dimensions": 3, "shared": "team"},
    "guest": {"encoding": "embedding", "dimensions": 3, "shared": "team"},
    "size": {"encoding": "ordinal", "order": ["S", "M", "L", "XL"]},
    "shop": {"encoding": "frequency"},
    "street": {"encoding": "target"},
    "code": {"type": "category", "unseen_categories": "rare"},
}


def write_table(path, count, seed, complete):
    """A table with missing values; with 'complete' also categories that training has not seen."""
    chance = random.Random(seed)
    def maybe(text, missing=("", "NA", "?")):
        return chance.choice(missing) if chance.random() < 0.1 else text
    rows = []
    for index in range(count):
        new = complete and chance.random() < 0.2
        x = chance.gauss(0, 1)
        rows.append({
            "plain": f"{chance.gauss(3, 1):.4f}", "bounded": f"{chance.uniform(1900, 2030):.2f}",
            "outliers": f"{chance.gauss(0, 1) ** 3 * 100:.3f}",
            "income": f"{(chance.lognormvariate(9, 2)) * chance.choice([1, -1]):.2f}",
            "skewed": f"{chance.choice([round(chance.expovariate(1), 1), chance.gauss(0, 5)]):.3f}",
            "steps": maybe(f"{chance.gauss(0, 3):.2f}"), "holes": maybe(f"{x:.5f}"), "filled": maybe(f"{chance.randint(0, 9)}"),
            "color": maybe("violet" if new else chance.choice(["red", "green", "blue"])),
            "city": maybe("Ulm" if new else f"city {chance.randint(0, 79)}"),
            "home": f"team {chance.randint(0, 7)}", "guest": f"team {chance.randint(0, 7)}",
            "size": chance.choice(["S", "M", "L", "XL"]),
            "shop": "new shop" if new else f"shop {int(abs(chance.gauss(0, 4)))}",
            "street": "new street" if new else f"street {chance.randint(0, 59)}",
            "code": "999" if new else f"{int(chance.expovariate(0.2)):03d}",
            "kind": ["a, b", "c", 'd "e"'][index % 3 if chance.random() < 0.3 else min(2, int(abs(x) * 1.5))],
            "level": ["low", "middle", "high", "highest"][min(3, max(0, int(x * 1.3 + 2)))],
            "answer": "yes" if x > 0.2 else "no", "count": chance.randint(0, 9),
            "price": f"{20000 + 5000 * x + chance.gauss(0, 500):.1f}",
            "yes": int(x > 0), "both": int(abs(x) > 1)})
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def random_images(folder, shape, kind, classes, count=ROWS):
    chance = np.random.default_rng(3)
    labels = chance.integers(0, classes, count)
    types = {8: ("u1", 0, 255), 13: (">f4", -3, 3)}
    element, low, high = types[kind]
    values = chance.uniform(low, high, (count, *shape))
    values[..., 0] = values[..., 0] * 0.5 + (labels * (high / classes / 2)).reshape(-1, *[1] * (len(shape) - 1))
    header = bytes([0, 0, kind, len(shape) + 1]) + struct.pack(f">{len(shape) + 1}I", count, *shape)
    (folder / "images.idx").write_bytes(header + values.astype(element).tobytes())
    (folder / "labels.idx").write_bytes(bytes([0, 0, 8, 1]) + struct.pack(">I", count) + labels.astype("u1").tobytes())


DENSE = [{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense"}]
ENSEMBLE = [{"type": "periodic_embedding", "scale": 0.3}, {"type": "ensemble", "members": 4},
            {"type": "dense", "units": 16, "activation": "gelu"}, {"type": "layer_normalization"},
            {"type": "dropout", "rate": 0.1}, {"type": "dense"}]


def conv(filters=6, **more):
    return {"type": "conv2d", "filters": filters, **more}


def sequence(*layers, shape=(12, 5)):
    return images(list(layers) + [{"type": "dense"}], shape=shape, kind=13, layout="sequence")


def activations():
    names = ["linear", "relu", {"type": "leaky_relu", "negative_slope": 0.2}, {"type": "elu", "alpha": 0.7}, "selu",
             "gelu", {"type": "gelu", "approximation": "tanh"}, "sigmoid", "tanh", "softmax", "softplus", "swish",
             {"type": "swish", "beta": 2.5}]
    return [{"type": "dense", "units": 7, "activation": name} for name in names] + [{"type": "dense"}]


CASES = {
    "iris": example("iris", "training.epochs=3"),
    "wine": example("wine", "training.epochs=3"),
    "breast-cancer": example("breast-cancer", "training.epochs=3"),
    "diabetes": example("diabetes", "training.epochs=3"),
    "linear-svm": example("linear-svm", "training.epochs=3"),
    "multiclass-svm": example("multiclass-svm", "training.epochs=3"),
    "digits (MLP)": example("digits", "training.epochs=3"),
    "lenet-5": example("lenet-5", "training.epochs=1"),
    "mnist-cnn": example("mnist-cnn", "training.max_iterations=20"),
    "resnet-digits": example("resnet-digits", "training.epochs=2"),
    "mnist-lstm": example("mnist-lstm", "training.max_iterations=30"),
    "temperatures-lstm": example("temperatures-lstm", "training.epochs=2"),
    "temperatures-gru": example("temperatures-gru", "training.epochs=2"),
    "temperatures-week": example("temperatures-week", "training.epochs=2"),
    "temperatures, stateful": example(
        "temperatures-gru", "training.epochs=1", "model.layers[0].stateful=true", "training.shuffle=false",
        "data.window.stride=28"),
    "shakespeare-gpt": example("shakespeare-gpt", "training.max_iterations=60"),
    "shakespeare-lstm": example("shakespeare-lstm", "training.max_iterations=60"),
    "table, cross_entropy": table(DENSE),
    "table, two classes": table(DENSE, target="answer"),
    "table, binary_cross_entropy": table(DENSE, "binary_cross_entropy", target="answer"),
    "table, hinge": table(DENSE, {"type": "hinge", "squared": True}),
    "table, ordinal": table(DENSE, "ordinal", target="level",
                            columns={"level": {"order": ["low", "middle", "high", "highest"]}}),
    "table, yes and no": table(DENSE, "binary_cross_entropy", target=["yes", "both"],
                               data={"task": "classification"}, columns={"street": {"encoding": "frequency"}}),
    "table, mse": table(DENSE, "mse", target="price"),
    "table, poisson": table(DENSE, "poisson", target="count"),
    "table, refused rows": table(
        DENSE, data={"unseen_categories": "error"}, columns={
            "code": {"type": "category", "unseen_categories": "zeros"}, "shop": {"encoding": "one_hot"},
            "city": {"encoding": "embedding", "unseen_categories": "error", "missing": "most_frequent"}}),
    "table, several numbers": table(DENSE, "mse", target=["price", "count"]),
    "table, activations": table(activations()),
    "ensemble, cross_entropy": table(ENSEMBLE),
    "ensemble, binary_cross_entropy": table(ENSEMBLE, "binary_cross_entropy", target="answer"),
    "ensemble, ordinal": table(ENSEMBLE, "ordinal", target="level",
                               columns={"level": {"order": ["low", "middle", "high", "highest"]}}),
    "ensemble, mse": table(ENSEMBLE, "mse", target="price"),
    "ensemble, poisson": table(ENSEMBLE, "poisson", target="count"),
    "ensemble, normalized": table([
        {"type": "ensemble", "members": 4}, {"type": "dense", "units": 4},
        {"type": "residual", "layers": [{"type": "dense", "units": 4}, {"type": "batch_normalization"}]},
        {"type": "activation", "activation": "relu"}, {"type": "dropout", "rate": 0.1}, {"type": "dense"}]),
    "batch_normalization of a table": table(
        [{"type": "dense", "units": 8}, {"type": "batch_normalization"}, {"type": "dense"}]),
    "conv2d": images([
        conv(padding="same", stride=2, kernel_size=[4, 3], activation="gelu"), conv(8, padding=[2, 1], dilation=2),
        {"type": "activation", "activation": "softmax"}, conv(8, groups=2, kernel_size=1),
        {"type": "batch_normalization"}, {"type": "flatten"}, {"type": "dense"}], shape=(13, 11, 3)),
    "pools": images([
        {"type": "max_pool2d", "pool_size": 3, "stride": 2, "padding": 1},
        {"type": "average_pool2d", "pool_size": 2, "stride": 1, "padding": "same"},
        {"type": "average_pool2d", "pool_size": 3, "stride": 2, "padding": 1},
        {"type": "max_pool2d", "pool_size": 2, "padding": "same"}, {"type": "global_max_pool"}, {"type": "dense"}],
        shape=(23, 21, 4)),
    "residual": images([
        conv(6, padding="same", use_bias=False), {"type": "batch_normalization", "affine": False},
        {"type": "residual", "layers": [conv(9, padding="same", activation="relu"), {"type": "layer_normalization"}],
         "shortcut": [conv(9, kernel_size=1), {"type": "layer_normalization", "affine": False}], "activation": "relu"},
        {"type": "residual", "layers": [{"type": "layer_normalization"}, conv(9, padding="same")]},
        {"type": "global_average_pool"}, {"type": "dense"}]),
    "reshape": images([{"type": "flatten"}, {"type": "reshape", "shape": [24, 8]},
                       {"type": "conv1d", "filters": 5, "kernel_size": 3, "dilation": 2},
                       {"type": "reshape", "shape": [10, 5, 2]}, conv(3), {"type": "flatten"}, {"type": "dense"}]),
    "conv1d and pools": sequence(
        {"type": "conv1d", "filters": 6, "kernel_size": 4, "padding": "same", "stride": 2},
        {"type": "batch_normalization"}, {"type": "max_pool1d"}, {"type": "average_pool1d", "padding": 1},
        {"type": "global_average_pool"}),
    "rnn": sequence({"type": "rnn", "units": 6, "return_sequences": True, "bidirectional": True},
                    {"type": "rnn", "units": 5, "activation": "relu", "use_bias": False}),
    "lstm": sequence({"type": "lstm", "units": 6, "return_sequences": True, "bidirectional": True,
                      "recurrent_dropout": 0.2},
                     {"type": "lstm", "units": 5, "use_bias": False, "bidirectional": True}),
    "gru": sequence({"type": "gru", "units": 6, "return_sequences": True, "bidirectional": True,
                     "bias_initializer": {"type": "normal"}},
                    {"type": "gru", "units": 5, "bias_initializer": {"type": "normal"}}),
    "attention": sequence(
        {"type": "dense", "units": 12, "activation": "tanh"}, {"type": "positional_embedding", "kind": "sinusoidal"},
        {"type": "residual", "layers": [{"type": "layer_normalization"}, {"type": "self_attention", "heads": 3}]},
        {"type": "self_attention", "heads": 2, "causal": True, "use_bias": False}, {"type": "global_average_pool"}),
}


def open_any(path):
    return gzip.open(path, "rb") if str(path).endswith(".gz") else open(path, "rb")


def read_idx(path):
    with open_any(path) as file:
        data = file.read()
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4:4 + 4 * rank])
    element = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}[data[2]]
    return np.frombuffer(data, element, offset=4 + 4 * rank).reshape(shape)


def difference(found, expected):
    found, expected = np.asarray(found, "f8"), np.asarray(expected, "f8")
    assert found.shape == expected.shape, (found.shape, expected.shape)
    assert np.isfinite(found).all() and np.isfinite(expected).all()
    return float(np.max(np.abs(found - expected) / np.maximum(1, np.abs(expected))))
