#!/usr/bin/env python3
"""Compares the search algorithms of hptrain with those of Optuna on functions whose minimum is known.

Both get the same space and as many trials; what counts is the median over seeds of the best value, beside the
quartiles of Optuna's. hptrain is driven through 'tune ask --loop', as any program can.

    python3 -m venv .build/optuna
    .build/optuna/bin/pip install optuna==5.0.0 cmaes scipy "torch==2.13.0+cpu"
    .build/optuna/bin/python Benchmarks/search.py --algorithms tpe evolutionary
    .build/optuna/bin/python Benchmarks/search.py --time
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

HPTRAIN = os.path.join(os.path.dirname(__file__), "..", ".build", "release", "hptrain")
PEERS = {"random": "RandomSampler", "tpe": "TPESampler", "gaussian_process": "GPSampler",
         "evolutionary": "CmaEsSampler", "zoom": None, "sobol": "QMCSampler"}


def uniform(low, high):
    return {"type": "uniform", "low": low, "high": high}


def branin(s):
    a, b = s["x"], s["y"]
    return ((b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6) ** 2
            + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10)


# Dixon and Szegö, Towards Global Optimization 2 (1978).
HARTMANN = list(zip(
    [1.0, 1.2, 3.0, 3.2],
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
     [17, 8, 0.05, 10, 0.1, 14]],
    [[0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
     [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381]]))


def hartmann6(s):
    x = [s[f"x{i}"] for i in range(6)]
    return -sum(w * math.exp(-sum(a * (v - p) ** 2 for a, p, v in zip(steep, place, x)))
                for w, steep, place in HARTMANN)


def rosenbrock10(s):
    x = [s[f"x{i}"] for i in range(10)]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def mixed(s):
    """An optimizer with settings of its own, a rate and a depth that depend on each other."""
    rate = math.log10(s["rate"]) + 2.5
    depth = s["depth"] - 5
    value = rate * rate + 0.15 * depth * depth + 0.1 * rate * depth
    if s["kind"] == "a":
        return value + 1 + 0.1 * (s["momentum"] - 1) ** 2
    if s["kind"] == "b":
        return value + 0.2 + 4 * (s["share"] - 0.3) ** 2 + ((s["units"] - 96) / 64) ** 2
    return value + 0.5 + (math.log10(s["decay"]) + 1) ** 2


def when(kind, space):
    return {"type": "conditional", "on": "kind", "equals": [kind], "range": space}


FUNCTIONS = {
    "branin": (branin, {"x": uniform(-5, 10), "y": uniform(0, 15)}),
    "hartmann6": (hartmann6, {f"x{i}": uniform(0, 1) for i in range(6)}),
    "rosenbrock10": (rosenbrock10, {f"x{i}": uniform(-5, 10) for i in range(10)}),
    "mixed": (mixed, {
        "kind": {"type": "choice", "values": ["a", "b", "c"]},
        "rate": {"type": "log_uniform", "low": 1e-5, "high": 1},
        "depth": {"type": "integer", "low": 1, "high": 8},
        "momentum": when("a", uniform(-5, 5)),
        "share": when("b", uniform(0, 1)),
        "units": when("b", {"type": "integer", "low": 16, "high": 256, "step": 16}),
        "decay": when("c", {"type": "log_uniform", "low": 1e-4, "high": 10})}),
}


def hptrain(algorithm, function, space, seed, trials):
    """The best value, and the seconds that a proposal took at the end."""
    with tempfile.TemporaryDirectory() as folder:
        study = os.path.join(folder, "study.db")
        section = {"space": space, "algorithm": algorithm, "trials": trials}
        subprocess.run([HPTRAIN, "tune", "create", study, "-", "--seed", str(seed)],
                       input=json.dumps(section), text=True, check=True, stdout=subprocess.DEVNULL)
        process = subprocess.Popen(
            [HPTRAIN, "tune", "ask", study, "--loop", "--trials", str(trials)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        best, moments = math.inf, []
        for _ in range(trials):
            settings = json.loads(process.stdout.readline())["settings"]
            moments.append(time.perf_counter())
            value = function(settings)
            best = min(best, value)
            process.stdin.write(f"{value!r}\n")
            process.stdin.flush()
        process.communicate()
        return best, statistics.median(b - a for a, b in zip(moments[-21:], moments[-20:]))


def suggest(trial, space):
    settings = {}
    for name, value in space.items():
        if value["type"] == "conditional":
            if settings[value["on"]] not in value["equals"]:
                continue
            value = value["range"]
        if value["type"] == "choice":
            settings[name] = trial.suggest_categorical(name, value["values"])
        elif value["type"] == "integer":
            settings[name] = trial.suggest_int(name, value["low"], value["high"], step=value.get("step", 1))
        else:
            settings[name] = trial.suggest_float(
                name, value["low"], value["high"], log=value["type"] == "log_uniform")
    return settings


def optuna(algorithm, function, space, seed, trials):
    import optuna
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = getattr(optuna.samplers, PEERS[algorithm])(seed=seed)
    study = optuna.create_study(sampler=sampler)
    moments = []

    def objective(trial):
        settings = suggest(trial, space)
        moments.append(time.perf_counter())
        return function(settings)

    study.optimize(objective, n_trials=trials)
    return study.best_value, statistics.median(b - a for a, b in zip(moments[-21:], moments[-20:]))


def quartiles(values):
    return statistics.quantiles(values, n=4)


def compare(arguments):
    known = json.load(open(arguments.cache)) if arguments.cache and os.path.exists(arguments.cache) else {}
    print(f"{'function':14}{'algorithm':18}{'hptrain':>12}{'Optuna':>12}{'its upper quartile':>20}")
    failed = False
    for name in arguments.functions:
        function, space = FUNCTIONS[name]
        for algorithm in arguments.algorithms:
            ours = [hptrain(algorithm, function, space, seed, arguments.trials)[0]
                    for seed in range(arguments.seeds)]
            if PEERS[algorithm] is None:
                print(f"{name:14}{algorithm:18}{statistics.median(ours):12.4g}")
                continue
            key = f"{name} {algorithm} {arguments.trials} {arguments.seeds}"
            if key not in known:
                known[key] = [optuna(algorithm, function, space, seed, arguments.trials)[0]
                              for seed in range(arguments.seeds)]
                if arguments.cache:
                    json.dump(known, open(arguments.cache, "w"))
            _, median, upper = quartiles(known[key])
            # Of two random searches one is luckier: they are the yardstick, and not compared.
            worse = algorithm != "random" and statistics.median(ours) > upper
            failed |= worse
            print(f"{name:14}{algorithm:18}{statistics.median(ours):12.4g}{median:12.4g}{upper:20.4g}"
                  f"{'  WORSE' if worse else ''}", flush=True)
    return failed


def measure(arguments):
    """What a proposal takes at the end of a thousand trials of ten numbers."""
    function, space = FUNCTIONS["rosenbrock10"]
    for _ in range(3):
        ours = hptrain("tpe", function, space, 0, 1000)[1]
        theirs = optuna("tpe", function, space, 0, 1000)[1]
        print(f"tpe at 1,000 trials: hptrain {1e3 * ours:.2f} ms, Optuna {1e3 * theirs:.1f} ms, "
              f"{theirs / ours:.0f} times", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--algorithms", nargs="+", choices=PEERS, default=["random", "tpe", "evolutionary"])
    parser.add_argument("--functions", nargs="+", choices=FUNCTIONS, default=list(FUNCTIONS))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--cache", help="keep Optuna's values in this file")
    parser.add_argument("--time", action="store_true", help="measure proposals instead")
    arguments = parser.parse_args()
    if arguments.time:
        return measure(arguments)
    sys.exit(1 if compare(arguments) else 0)


if __name__ == "__main__":
    main()
