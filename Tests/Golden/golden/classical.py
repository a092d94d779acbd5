"""Classical models of scikit-learn on the data sets of the project."""

import csv

import numpy as np
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from .files import DIRECTORY

DATASETS = DIRECTORY.parent.parent / "datasets"
PRECISE = {"tol": 1e-12, "max_iter": 1_000_000}


def read(name: str, target: str) -> tuple[list[str], np.ndarray, list[str]]:
    with (DATASETS / f"{name}.csv").open(encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    features = [column for column in rows[0] if column != target]
    values = [[float(row[feature]) for feature in features] for row in rows]
    return features, np.array(values), [row[target] for row in rows]


def regression(name: str, model) -> dict:
    """Standardized coefficients: of features and target with mean 0 and standard deviation 1."""
    features, raw, target = read("diabetes", "progression")
    targets = np.array([float(value) for value in target])
    scaler = StandardScaler().fit(raw)
    inputs = scaler.transform(raw)
    scaled = (targets - targets.mean()) / targets.std()
    model.fit(inputs, scaled)
    coefficients = model.coef_ * targets.std() / scaler.scale_
    predictions = raw @ coefficients + targets.mean() - scaler.mean_ @ coefficients
    residuals = targets - predictions
    return {
        "name": name,
        "features": features,
        "outputs": ["progression"],
        "standardized_coefficients": [model.coef_.tolist()],
        "units": (targets.std() / scaler.scale_).tolist(),
        "coefficients": [coefficients.tolist()],
        "intercepts": [float(targets.mean() - scaler.mean_ @ coefficients)],
        "r2": float(1 - (residuals @ residuals) / ((targets - targets.mean()) ** 2).sum()),
    }


def classification(name: str, dataset: str, target: str, model) -> dict:
    features, raw, labels = read(dataset, target)
    scaler = StandardScaler().fit(raw)
    model.fit(scaler.transform(raw), labels)
    coefficients = model.coef_ / scaler.scale_
    classes = [str(label) for label in model.classes_]
    return {
        "name": name,
        "features": features,
        "outputs": classes if len(classes) > 2 else classes[1:],
        "standardized_coefficients": model.coef_.tolist(),
        "units": (1 / scaler.scale_).tolist(),
        "coefficients": coefficients.tolist(),
        "intercepts": (model.intercept_ - coefficients @ scaler.mean_).tolist(),
        "accuracy": float(model.score(scaler.transform(raw), labels)),
    }


def content() -> dict:
    least_squares = regression("linear-regression", LinearRegression())
    _, raw, target = read("diabetes", "progression")
    plain = LinearRegression().fit(raw, [float(value) for value in target])
    # Scaling makes no difference without a penalty.
    assert np.allclose(plain.coef_, least_squares["coefficients"][0], rtol=1e-9)
    return {
        "description": (
            "Models fitted to whole data sets, with features (and the target of a regression) "
            "standardized by the population standard deviation, so that penalties mean the same "
            "for all of them. One row of coefficients for each output; coefficients and intercepts "
            "are those of the units of the file, standardized_coefficients those of the scaled "
            "numbers; units are the quotients of both. Ridge with alpha 10, Lasso with alpha 0.1, LogisticRegression and LinearSVC "
            "(squared hinge) with C 1. LinearSVC penalizes the intercept, which a large "
            "intercept_scaling makes negligible."
        ),
        "models": [
            least_squares,
            regression("ridge-regression", Ridge(alpha=10)),
            regression("lasso-regression", Lasso(alpha=0.1, **PRECISE)),
            classification(
                "logistic-regression", "breast_cancer", "diagnosis",
                LogisticRegression(C=1, **PRECISE),
            ),
            classification(
                "softmax-regression", "wine", "cultivar", LogisticRegression(C=1, **PRECISE)
            ),
            classification(
                "linear-svm", "breast_cancer", "diagnosis",
                LinearSVC(C=1, intercept_scaling=100, random_state=1, tol=1e-9, max_iter=10_000_000),
            ),
            classification(
                "multiclass-svm", "wine", "cultivar",
                LinearSVC(C=1, intercept_scaling=100, random_state=1, tol=1e-9, max_iter=10_000_000),
            ),
        ],
    }
