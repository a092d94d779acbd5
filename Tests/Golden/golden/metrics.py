"""Metrics of classification and regression, by scikit-learn."""

import math

import numpy as np
from sklearn import metrics

from .files import singles, tensor

CLASSES = 3


def round_to_single(values: np.ndarray) -> np.ndarray:
    """The metrics have to be those of the numbers in the file."""
    return values.astype(np.float32).astype(np.float64)


def softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def finite(value) -> float | None:
    """JSON has no word for a metric that is undefined."""
    return float(value) if math.isfinite(value) else None


def metric(name: str, value, **parameters) -> dict:
    return {"type": name, "parameters": parameters, "value": finite(value)}


def scores(targets, predictions, averages: list[str], weights=None) -> list[dict]:
    """Precision, recall and F1; a quotient 0 / 0 counts as 0."""
    cases = []
    for average in averages:
        values = metrics.precision_recall_fscore_support(
            targets, predictions, zero_division=0, average=average, sample_weight=weights
        )
        for name, value in zip(["precision", "recall", "f1"], values):
            cases.append(metric(name, value, average=average))
    return cases


def per_label(targets, predictions, labels, weights=None) -> dict:
    values = metrics.precision_recall_fscore_support(
        targets, predictions, zero_division=0, average=None, labels=labels, sample_weight=weights
    )
    return dict(zip(["precision", "recall", "f1", "support"], (v.tolist() for v in values)))


def multiclass_area(targets, probabilities, labels, weights=None) -> float:
    if set(targets) != set(labels):
        return math.nan
    return metrics.roc_auc_score(
        targets, probabilities, multi_class="ovr", average="macro", sample_weight=weights
    )


def weighted(sample: dict, weights) -> dict:
    """A sample with the weights of its rows, where they have some."""
    return sample if weights is None else {**sample, "weights": tensor(weights)}


def classification(name: str, targets: np.ndarray, probabilities: np.ndarray, weights=None) -> dict:
    labels = list(range(probabilities.shape[1]))
    predictions = probabilities.argmax(axis=1)
    # Rounded to single precision they add up to one only almost.
    shares = probabilities / probabilities.sum(axis=1, keepdims=True)
    entropy = metrics.log_loss(targets, shares, labels=labels, sample_weight=weights)
    cases = [
        metric("accuracy", metrics.accuracy_score(targets, predictions, sample_weight=weights)),
        *scores(targets, predictions, ["macro", "micro", "weighted"], weights),
        metric("roc_auc", multiclass_area(targets, probabilities, labels, weights)),
        metric("perplexity", math.exp(entropy)),
        metric(
            "rank_error",
            metrics.mean_absolute_error(targets, predictions, sample_weight=weights),
        ),
        metric(
            "quadratic_kappa",
            metrics.cohen_kappa_score(
                targets, predictions, weights="quadratic", sample_weight=weights
            ),
        ),
        metric("bits_per_character", entropy / math.log(2)),
    ]
    if len(np.unique(probabilities)) == probabilities.size:
        # Ties would make the metric ambiguous.
        cases += [
            metric(
                "top_k_accuracy",
                metrics.top_k_accuracy_score(targets, probabilities, k=k, labels=labels, sample_weight=weights),
                k=k,
            )
            for k in range(1, len(labels))
        ]
    sample = {
        "name": name,
        "targets": [int(target) for target in targets],
        "probabilities": tensor(probabilities),
        "metrics": cases,
        "per_label": per_label(targets, predictions, labels, weights),
        "confusion_matrix": tensor(
            metrics.confusion_matrix(targets, predictions, labels=labels, sample_weight=weights)
        ),
    }
    return weighted(sample, weights)


def binary(name: str, targets: np.ndarray, probabilities: np.ndarray, weights=None) -> dict:
    assert 0.5 not in probabilities, "a threshold of 0.5 would be ambiguous"
    predictions = (probabilities > 0.5).astype(int)
    has_both = len(set(targets)) == 2
    area = math.nan
    if has_both:
        area = metrics.roc_auc_score(targets, probabilities, sample_weight=weights)
    sample = {
        "name": name,
        "targets": [int(target) for target in targets],
        "probabilities": tensor(probabilities),
        "metrics": [
            metric("accuracy", metrics.accuracy_score(targets, predictions, sample_weight=weights)),
            *scores(targets, predictions, ["binary", "macro", "micro", "weighted"], weights),
            metric("roc_auc", area),
        ],
        "per_label": per_label(targets, predictions, [0, 1], weights),
        "confusion_matrix": tensor(
            metrics.confusion_matrix(targets, predictions, labels=[0, 1], sample_weight=weights)
        ),
    }
    return weighted(sample, weights)


def multilabel(name: str, targets: np.ndarray, probabilities: np.ndarray, weights=None) -> dict:
    assert 0.5 not in probabilities, "a threshold of 0.5 would be ambiguous"
    predictions = (probabilities > 0.5).astype(int)
    varies = all(len(set(column)) == 2 for column in targets.T)
    area = math.nan
    if varies:
        area = metrics.roc_auc_score(
            targets, probabilities, average="macro", sample_weight=weights
        )
    sample = {
        "name": name,
        "targets": tensor(targets),
        "probabilities": tensor(probabilities),
        "metrics": [
            # The share of all answers, not of the rows without a wrong one.
            metric(
                "accuracy",
                np.average(
                    (targets == predictions).ravel(),
                    weights=None if weights is None else np.repeat(weights, targets.shape[1]),
                ),
            ),
            # Of labels scikit-learn's accuracy is that of whole rows.
            metric(
                "exact_match", metrics.accuracy_score(targets, predictions, sample_weight=weights)
            ),
            metric(
                "jaccard",
                metrics.jaccard_score(
                    targets, predictions, average="samples", zero_division=1, sample_weight=weights
                ),
            ),
            *scores(targets, predictions, ["macro", "micro", "weighted"], weights),
            metric("roc_auc", area),
        ],
        "per_label": per_label(targets, predictions, None, weights),
    }
    return weighted(sample, weights)


def regression(targets: np.ndarray, predictions: np.ndarray, weights=None) -> dict:
    squared = metrics.mean_squared_error(
        targets, predictions, multioutput="raw_values", sample_weight=weights
    )
    absolute = metrics.mean_absolute_error(
        targets, predictions, multioutput="raw_values", sample_weight=weights
    )
    r2 = metrics.r2_score(
        targets, predictions, multioutput="raw_values", sample_weight=weights
    )
    mse = metrics.mean_squared_error(targets, predictions, sample_weight=weights)
    sample = {
        "targets": tensor(targets),
        "predictions": tensor(predictions),
        "mse": float(mse),
        "rmse": math.sqrt(mse),
        # scikit-learn averages the roots; that is not the root of the average above.
        "rmse_uniform_average": float(
            metrics.root_mean_squared_error(targets, predictions, sample_weight=weights)
        ),
        "mae": float(absolute.mean()),
        "r2": float(r2.mean()),
        "mse_per_output": squared.tolist(),
        "mae_per_output": absolute.tolist(),
        "r2_per_output": r2.tolist(),
    }
    return weighted(sample, weights)


def content() -> dict:
    random = np.random.default_rng(601)
    targets = random.integers(0, CLASSES, 60)
    logits = random.normal(size=(60, CLASSES))
    logits[np.arange(60), targets] += 1.0
    # A class that is never predicted makes its precision 0 / 0.
    shunned = logits[:20] - np.array([0, 0, 10])

    bits = random.integers(0, 2, 60)
    scores = 1 / (1 + np.exp(-random.normal(size=60) - 1.5 * (bits - 0.5)))
    # Equal scores in both classes count half in the area under the curve.
    tied = (np.floor(scores * 8) + 0.25) / 8

    values = random.normal(size=(40, 2)) * [1, 3] + [0, 5]
    predictions = values + random.normal(size=(40, 2)) * [0.5, 1]

    # A fourth class that the examples lack; that is predicted now and then; and not at all.
    more = np.hstack([logits, random.normal(size=(60, 1))])
    never = more - np.array([0, 0, 0, 20])
    # Few probabilities, so that many are equal, also within a row.
    coarse = (random.multinomial(4, [1 / CLASSES] * CLASSES, size=60) + 1) / (4 + CLASSES)

    flags = random.integers(0, 2, (50, CLASSES))
    chances = 1 / (1 + np.exp(-random.normal(size=(50, CLASSES)) - 1.2 * (flags - 0.5)))
    doubtful = np.column_stack([chances[:, :2], 0.4 * chances[:, 2]])

    # Quarters, which single precision holds; some rows weigh nothing.
    weights = np.random.default_rng(602).integers(0, 9, 60) / 4
    return {
        "description": (
            "Targets and probabilities are float32, results float64. Rows of the confusion matrix "
            "are the targets' classes, columns the predicted ones. Predictions are the most "
            "probable class, or 1 where a probability of yes exceeds 0.5. Macro values are means "
            "over the classes that occur among targets or predictions, f1 that of the f1 values; "
            "0 / 0 counts as 0. roc_auc is that of the second of two classes, else the mean of each "
            "against the rest, null where a class is missing. The regression values are means over "
            "rows and outputs, rmse the root of mse, r2 the mean of the outputs' r2; "
            "rmse_uniform_average is the mean of the outputs' rmse. Where a sample has weights, they are "
            "scikit-learn's sample_weight."
        ),
        "classification": [
            classification("three_classes", targets, round_to_single(softmax(logits))),
            classification(
                "class_never_predicted", targets[:20], round_to_single(softmax(shunned))
            ),
            classification("class_without_examples", targets, round_to_single(softmax(more))),
            classification("class_not_there", targets, round_to_single(softmax(never))),
            classification("tied_probabilities", targets, round_to_single(coarse)),
            classification("weighted", targets, round_to_single(softmax(logits)), weights),
            classification("weighted_ties", targets, round_to_single(coarse), weights),
        ],
        "binary": [
            binary("distinct_scores", bits, round_to_single(scores)),
            binary("tied_scores", bits, tied),
            binary("one_class_only", np.ones(12, dtype=int), round_to_single(scores[:12])),
            binary("never_predicted", bits[:15], round_to_single(0.4 * scores[:15])),
            binary("weighted", bits, round_to_single(scores), weights),
            binary("weighted_ties", bits, tied, weights),
        ],
        "multilabel": [
            multilabel("three_targets", flags, round_to_single(chances)),
            multilabel("target_never_predicted", flags, round_to_single(doubtful)),
            multilabel("target_never_true", flags * [1, 1, 0], round_to_single(chances)),
            multilabel("weighted", flags, round_to_single(chances), weights[:50]),
        ],
        "regression": regression(round_to_single(values), round_to_single(predictions)),
        "weighted_regression": regression(
            round_to_single(values), round_to_single(predictions), weights[:40]
        ),
    }
