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


def averages(targets, predictions, **options) -> list:
    """Precision, recall and F1; a quotient 0 / 0 counts as 0."""
    scores = metrics.precision_recall_fscore_support(
        targets, predictions, zero_division=0, **options
    )
    return list(scores[:3])


def classification(name: str, targets: np.ndarray, probabilities: np.ndarray) -> dict:
    assert len(np.unique(probabilities)) == probabilities.size, "ties would make top-k ambiguous"
    labels = list(range(CLASSES))
    predictions = probabilities.argmax(axis=1)
    macro = averages(targets, predictions, labels=labels, average="macro")
    per_class = averages(targets, predictions, labels=labels, average=None)
    return {
        "name": name,
        "targets": [int(target) for target in targets],
        "probabilities": tensor(probabilities),
        "accuracy": float(metrics.accuracy_score(targets, predictions)),
        "top_2_accuracy": float(
            metrics.top_k_accuracy_score(targets, probabilities, k=2, labels=labels)
        ),
        "precision_macro": float(macro[0]),
        "recall_macro": float(macro[1]),
        "f1_macro": float(macro[2]),
        "precision_per_class": per_class[0].tolist(),
        "recall_per_class": per_class[1].tolist(),
        "f1_per_class": per_class[2].tolist(),
        "confusion_matrix": tensor(metrics.confusion_matrix(targets, predictions, labels=labels)),
        "roc_auc_one_vs_rest_macro": float(
            metrics.roc_auc_score(targets, probabilities, multi_class="ovr", average="macro")
        ),
    }


def binary(name: str, targets: np.ndarray, probabilities: np.ndarray) -> dict:
    assert 0.5 not in probabilities, "a threshold of 0.5 would be ambiguous"
    predictions = (probabilities > 0.5).astype(int)
    precision, recall, f1 = averages(targets, predictions, average="binary")
    return {
        "name": name,
        "targets": [int(target) for target in targets],
        "probabilities": singles(probabilities),
        "accuracy": float(metrics.accuracy_score(targets, predictions)),
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
        "confusion_matrix": tensor(metrics.confusion_matrix(targets, predictions)),
        "roc_auc": float(metrics.roc_auc_score(targets, probabilities)),
    }


def regression(targets: np.ndarray, predictions: np.ndarray) -> dict:
    squared = metrics.mean_squared_error(targets, predictions, multioutput="raw_values")
    absolute = metrics.mean_absolute_error(targets, predictions, multioutput="raw_values")
    r2 = metrics.r2_score(targets, predictions, multioutput="raw_values")
    mse = metrics.mean_squared_error(targets, predictions)
    return {
        "targets": tensor(targets),
        "predictions": tensor(predictions),
        "mse": float(mse),
        "rmse": math.sqrt(mse),
        # scikit-learn averages the roots; that is not the root of the average above.
        "rmse_uniform_average": float(metrics.root_mean_squared_error(targets, predictions)),
        "mae": float(metrics.mean_absolute_error(targets, predictions)),
        "r2": float(metrics.r2_score(targets, predictions, multioutput="uniform_average")),
        "mse_per_output": squared.tolist(),
        "mae_per_output": absolute.tolist(),
        "r2_per_output": r2.tolist(),
    }


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
    return {
        "description": (
            "Targets and probabilities are float32, results float64. Rows of the confusion matrix "
            "are the targets' classes, columns the predicted ones. Predictions are the most "
            "probable class, or 1 where a binary probability exceeds 0.5. Macro values are means "
            "over the classes, f1_macro that of the f1 values; 0 / 0 counts as 0. The regression "
            "values are means over rows and outputs, rmse the root of mse, r2 the mean of the "
            "outputs' r2; rmse_uniform_average is the mean of the outputs' rmse."
        ),
        "classification": [
            classification("three_classes", targets, round_to_single(softmax(logits))),
            classification(
                "class_never_predicted", targets[:20], round_to_single(softmax(shunned))
            ),
        ],
        "binary": [
            binary("distinct_scores", bits, round_to_single(scores)),
            binary("tied_scores", bits, tied),
        ],
        "regression": regression(round_to_single(values), round_to_single(predictions)),
    }
