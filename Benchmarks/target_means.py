"""How far smoothed means of a target by category are from the true ones: scikit-learn's TargetEncoder beside the rule of
the encoding "target", over simulated tables. Prints the rows of the table in Documentation/Data.md.

    python3 Benchmarks/target_means.py    # numpy and scikit-learn
"""

import pathlib
import sys

import numpy as np
from sklearn.preprocessing import TargetEncoder

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Golden"))
from golden.tables import smoothed  # noqa: E402

# Categories, rows, the deviation of the true means, that of rows, whether the target is yes or no.
TABLES = [
    ("20, 500", 20, 500, 1.0, 1.0, False),
    ("400, 2,000", 400, 2000, 1.0, 1.0, False),
    ("400, 2,000, of little effect", 400, 2000, 0.3, 1.0, False),
    ("200, 1,000, of no effect", 200, 1000, 0.0, 1.0, False),
    ("300, 2,000, yes or no", 300, 2000, 1.0, 0.0, True),
]
SEEDS = 40


def errors(random, count, rows, effect, noise, is_binary) -> tuple[float, float]:
    """Mean squared errors, weighted by how often categories come again."""
    shares = 1 / np.arange(1, count + 1) ** 0.8
    shares /= shares.sum()
    categories = random.choice(count, rows, p=shares)
    worth = effect * random.normal(size=count)
    if is_binary:
        worth = 1 / (1 + np.exp(1 - worth))
        targets = (random.random(rows) < worth[categories]).astype(float)
    else:
        targets = worth[categories] + noise * random.normal(size=rows)
    encoder = TargetEncoder(
        categories=[np.arange(count)], smooth="auto", target_type="continuous"
    ).fit(categories[:, None], targets)
    theirs = encoder.encodings_[0]
    ours, _ = smoothed(targets, categories, count)
    return ((shares * (theirs - worth) ** 2).sum(), (shares * (ours - worth) ** 2).sum())


def main() -> None:
    random = np.random.default_rng(1)
    for name, *table in TABLES:
        theirs, ours = np.mean([errors(random, *table) for _ in range(SEEDS)], axis=0)
        print(f"| {name} | {theirs:.3f} | {ours:.3f} |")


if __name__ == "__main__":
    main()
