#!/usr/bin/env python3
"""A hundred trials of a network for the digits by Optuna and PyTorch: the space of configs/tune-digits.json.

    search_digits.py [--trials N] [--threads N] [--processes N]
"""

import argparse
import gzip
import multiprocessing
import os
import resource
import tempfile
import time

START = time.perf_counter()
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
EPOCHS = 20


def digits(torch, numpy):
    """The training and validation parts: shape examples × 64, and classes."""
    def read(name, header):
        with gzip.open(os.path.join(ROOT, "datasets", name)) as file:
            return numpy.frombuffer(file.read(), numpy.uint8, offset=header)
    images = read("digits-images-idx3-ubyte.gz", 16).reshape(-1, 64).astype("float32")
    labels = read("digits-labels-idx1-ubyte.gz", 8).astype("int64")
    order = numpy.random.RandomState(0).permutation(len(images))
    images, labels = torch.tensor(images[order] / images.max()), torch.tensor(labels[order])
    split = len(images) * 4 // 5
    return (images[:split], labels[:split]), (images[split:], labels[split:])


def worker(storage, name, trials, threads, seed):
    import numpy
    import optuna
    import torch
    torch.set_num_threads(threads)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    (images, labels), (held_images, held_labels) = digits(torch, numpy)
    cross_entropy = torch.nn.functional.cross_entropy

    def objective(trial):
        rate = trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True)
        kind = trial.suggest_categorical("optimizer", ["adam", "sgd", "rmsprop"])
        batch = trial.suggest_categorical("batch_size", [16, 32, 64, 128])
        units = trial.suggest_int("units", 16, 256, log=True)
        dropout = trial.suggest_float("dropout", 0, 0.5)
        torch.manual_seed(7)
        model = torch.nn.Sequential(
            torch.nn.Linear(64, units), torch.nn.ReLU(), torch.nn.Dropout(dropout),
            torch.nn.Linear(units, 10))
        optimizers = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop}
        optimizer = optimizers[kind](model.parameters(), lr=rate)
        steps = -(-len(images) // batch) * EPOCHS
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        best = float("inf")
        for _ in range(EPOCHS):
            model.train()
            for rows in torch.randperm(len(images)).split(batch):
                optimizer.zero_grad()
                cross_entropy(model(images[rows]), labels[rows]).backward()
                optimizer.step()
                schedule.step()
            model.eval()
            with torch.no_grad():
                best = min(best, cross_entropy(model(held_images), held_labels).item())
        return best

    sampler = optuna.samplers.TPESampler(seed=seed)
    if storage is None:
        study = optuna.create_study(sampler=sampler)
    else:
        study = optuna.load_study(study_name=name, storage=storage, sampler=sampler)
    study.optimize(objective, n_trials=trials)
    return study.best_value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.processes == 1:
        best = worker(None, None, arguments.trials, arguments.threads, 1)
    else:
        import optuna
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        with tempfile.TemporaryDirectory() as folder:
            storage = f"sqlite:///{folder}/study.db"
            study = optuna.create_study(study_name="digits", storage=storage)
            shares = [arguments.trials // arguments.processes] * arguments.processes
            shares[0] += arguments.trials - sum(shares)
            workers = [multiprocessing.get_context("spawn").Process(
                target=worker, args=(storage, "digits", share, arguments.threads, seed))
                for seed, share in enumerate(shares)]
            for process in workers:
                process.start()
            for process in workers:
                process.join()
            best = study.best_value
    # Of the largest process, in KiB on Linux.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if arguments.processes > 1:
        memory += arguments.processes * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"best {best:.5f}  {time.perf_counter() - START:.2f} s  {memory / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
