"""Dates and numbers of tables as pandas reads them, and numbers as scikit-learn scales them."""

import io

import numpy as np
import pandas as pd
from sklearn.preprocessing import (
    MultiLabelBinarizer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

DATES = [
    "1970-01-01", "2000-02-29", "2023-12-31", "2024-01-01", "2024-02-29T23:59:59", "2024-12-31 12:30",
    "1900-03-01", "2100-02-28", "0001-01-01", "9999-12-31T00:00:01",
]
NUMBERS = [
    {"decimal": ",", "thousands": ".", "texts": ["1.234,5", "-7,25", "1.000.000", "12", ",5"]},
    {"decimal": ".", "thousands": ",", "texts": ["41,068", "1,234,567.25", "-1,000", "999"]},
    {"decimal": ",", "thousands": " ", "texts": ["1 234 567,5", "7", "-12 000"]},
]


def parts(text: str) -> dict:
    # Beyond the years that nanoseconds hold.
    stamp = pd.Timestamp(text).as_unit("s") if len(text) > 0 else None
    return {
        "text": text,
        "year": stamp.year,
        "month": stamp.month,
        "day": stamp.day,
        "day_of_year": stamp.dayofyear,
        "weekday": stamp.dayofweek,
        "hour": stamp.hour,
        "minute": stamp.minute,
        "second": stamp.second,
    }


def numbers(decimal: str, thousands: str, texts: list[str]) -> dict:
    table = pd.read_csv(
        io.StringIO("x\n" + "\n".join(texts)), sep=";", decimal=decimal, thousands=thousands
    )
    return {
        "decimal": decimal,
        "thousands": thousands,
        "texts": texts,
        "values": [float(value) for value in table["x"]],
    }


def scalings() -> list[dict]:
    """Training numbers and later ones, with ties, outliers and numbers beyond the first and the last."""
    random = np.random.default_rng(7)
    skewed = np.round(np.exp(random.normal(size=60) * 2), 2)
    # 33 numbers: shares of 32nds are exact, so that no quantile is off the ties by a last bit.
    ties = np.repeat([1.0, 2.0, 5.0, 9.0], [5, 15, 5, 8])
    many = np.round(random.normal(size=1500) * 100, 1)
    later = np.array([-1e6, -3.0, 0.0, 1.0, 1.5, 2.0, 4.0, 5.0, 9.0, 20.0, 1e6])
    cases = []
    for numbers in (skewed, ties, many):
        case = {"numbers": [float(value) for value in numbers], "later": [float(value) for value in later]}
        scalers = {
            "robust": RobustScaler(),
            "quantile": QuantileTransformer(
                n_quantiles=min(1000, len(numbers)), output_distribution="normal", subsample=None
            ),
        }
        for name, scaler in scalers.items():
            scaler.fit(numbers[:, None])
            case[name] = [float(value) for value in scaler.transform(later[:, None])[:, 0]]

        def log(values):
            return np.sign(values) * np.log1p(np.abs(values))

        scaler = StandardScaler().fit(log(numbers)[:, None])
        case["log"] = [float(value) for value in scaler.transform(log(later)[:, None])[:, 0]]
        case["piecewise_linear"] = [piecewise(numbers, later, bins) for bins in (1, 4, 16, 32)]
        cases.append(case)
    return cases


def piecewise(numbers: np.ndarray, later: np.ndarray, bins: int) -> dict:
    """Equation 1 of Gorishniy et al. (2022), with the distinct quantiles as the edges of bins."""
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, bins + 1)))
    shares = (later[:, None] - edges[:-1]) / (edges[1:] - edges[:-1])
    count = len(edges) - 1
    for bin in range(count):
        low = -np.inf if bin == 0 else 0.0
        high = np.inf if bin + 1 == count else 1.0
        shares[:, bin] = np.clip(shares[:, bin], low, high)
    return {
        "bins": bins,
        "edges": [float(value) for value in edges],
        "inputs": [float(value) for value in shares.flatten()],
    }


def labels() -> dict:
    """Fields of several labels as a binarizer sees them."""
    fields = ["b|a", "c", "", "a| c|b", "a|a", "d|", "|b", "c|d", "a", "b|c"]
    sets = [{label.strip() for label in field.split("|")} - {""} for field in fields]
    binarizer = MultiLabelBinarizer()
    matrix = binarizer.fit_transform(sets)
    return {
        "fields": fields,
        "labels": [str(label) for label in binarizer.classes_],
        "matrix": [int(value) for value in matrix.flatten()],
    }


def smoothed(targets: np.ndarray, categories: np.ndarray, count: int) -> tuple[np.ndarray, float]:
    """Means by category in a model of random effects, whose variances are those of an analysis of variance."""
    groups = [targets[categories == category] for category in range(count)]
    sizes = np.array([len(group) for group in groups], dtype=float)
    means = np.array([group.mean() if len(group) else np.nan for group in groups])
    seen = sizes > 0
    within = sum(((group - group.mean()) ** 2).sum() for group in groups if len(group))
    within /= len(targets) - seen.sum()
    mean = targets.mean()
    between = (sizes[seen] * (means[seen] - mean) ** 2).sum()
    effective = len(targets) - (sizes**2).sum() / len(targets)
    variance = max(0.0, (between - (seen.sum() - 1) * within) / effective)
    if variance == 0:
        return np.full(count, mean), mean
    precision = 1 / (variance + within / sizes[seen])
    center = (precision * means[seen]).sum() / precision.sum()
    share = sizes * variance / (sizes * variance + within)
    return np.where(seen, share * np.nan_to_num(means) + (1 - share) * center, center), center


def fnv1a(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def encodings() -> dict:
    random = np.random.default_rng(11)
    means = []
    for effect, noise in [(2.0, 1.0), (0.3, 1.0), (0.0, 1.0), (1.0, 0.0)]:
        shares = 1 / np.arange(1, 13)
        categories = random.choice(12, 90, p=shares / shares.sum())
        worth = random.normal(size=12) * effect
        targets = np.round(worth[categories] + noise * random.normal(size=90), 3)
        values, unseen = smoothed(targets, categories, 12)
        means.append(
            {
                "categories": [int(value) for value in categories],
                "targets": [float(value) for value in targets],
                "means": [float(value) for value in values],
                "unseen": float(unseen),
            }
        )
    texts = ["", "a", "foobar", "Köln", "東京", "a" * 100]
    return {
        "means": means,
        "hashes": [{"text": text, "hash": str(fnv1a(text))} for text in texts],
    }


def content() -> dict:
    return {
        "description": "The parts of dates and the values of numbers in other notations, by pandas "
        + pd.__version__ + "; later numbers, scaled by what training numbers say, by scikit-learn, and in bins by numpy. "
        "Means of a target by category, smoothed as random effects; FNV-1a hashes of 64 bits.",
        "dates": [parts(text) for text in DATES],
        "numbers": [numbers(**case) for case in NUMBERS],
        "scalings": scalings(),
        "encodings": encodings(),
        "labels": labels(),
    }
