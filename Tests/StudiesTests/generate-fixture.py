#!/usr/bin/env python3
"""Writes optuna-5.0.0.sql: two studies as Optuna 5.0.0 stores them, in the statements that make its file again.

Needs optuna==5.0.0; the tests themselves need no Python.
"""

import math
import os
import sqlite3
import tempfile
import warnings

import optuna

assert optuna.__version__ == "5.0.0"
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
State = optuna.trial.TrialState
choices = ["relu", None, True, 3, 0.5, 'é\n"\U0001F967', 1e100, math.inf, 10**20, math.nan, 1.0, [1, "a"]]

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "study.db")
    two = optuna.create_study(storage=f"sqlite:///{path}", study_name="two é", directions=["minimize", "maximize"])
    two.set_user_attr("nested", {"a": [1, 2.5, None, math.nan, -math.inf, "\x7f\U0001F967\ud800"], "b": {}})
    two.set_metric_names(["loss", "accuracy"])
    fixed = {"float": 0.5, "log": 1e-5, "stepped": 0.3, "integer": 9, "logInteger": 3, "choice": [1, "a"]}
    two.enqueue_trial(fixed)
    trial = two.ask()
    trial.suggest_float("float", 0, 1)
    trial.suggest_float("log", 1e-5, 1e16, log=True)
    trial.suggest_float("stepped", 0, 1, step=0.3)
    trial.suggest_int("integer", 1, 10, step=4)
    trial.suggest_int("logInteger", 1, 1000, log=True)
    trial.suggest_categorical("choice", choices)
    trial.set_user_attr("floats", [1e-5, 9.5e15, 2.0**53, 2.0**54, 1e22, 5e-324, -0.0, 123456789.125])
    two._storage.set_trial_system_attr(trial._trial_id, "constraints", [0.0, -1.5])
    two.tell(trial, [math.inf, -math.inf])
    two.tell(two.ask(), state=State.FAIL)
    two.tell(two.ask(), [math.nan, 1])
    two.ask()
    two.enqueue_trial({"float": 0.25, "choice": None}, user_attrs={"by": "hand"})

    one = optuna.create_study(storage=f"sqlite:///{path}", study_name="one", direction="maximize")
    trial = one.ask()
    for step, value in enumerate([0.5, math.nan, math.inf, -math.inf, 1e308]):
        trial.report(value, step * 3)
    one.tell(trial, state=State.PRUNED)
    one.tell(one.ask(), 1.5)
    one.tell(one.ask(), 1.5)
    trial = one.ask()
    trial.report(math.nan, 7)
    one.tell(trial, state=State.PRUNED)
    trial = one.ask()
    trial.set_constraint("memory", 0.25)
    one.tell(trial, 8)

    database = sqlite3.connect(path)
    database.execute("UPDATE trials SET datetime_start = '2026-11-28 01:02:03.000045' WHERE datetime_start IS NOT NULL")
    database.execute("UPDATE trials SET datetime_complete = '2026-11-28 04:05:06.789000' WHERE datetime_complete IS NOT NULL")
    database.commit()
    text = "\n".join(database.iterdump()) + "\n"

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "optuna-5.0.0.sql"), "w") as file:
    file.write(text)
