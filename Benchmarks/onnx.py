#!/usr/bin/env python3
"""Compares 'hptrain predict' with onnxruntime on exported models: rows a second from a file, and the time of one row.

Both use one thread and take turns. The time of hptrain is that of the whole process, with its start, reading the file and
writing the answers; that of onnxruntime is given for its runs alone, with everything in memory in batches of 4096, and
with reading the file (pandas for CSV, numpy for IDX) but without writing anything.

    Benchmarks/onnx.py [PROGRAM]

Needs the Python packages onnxruntime, numpy and pandas.
"""

import gzip
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnxruntime
import pandas

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".build/release/hptrain").resolve()
BATCH = 4096
TURNS = 5


def run(*arguments):
    subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def table(folder):
    """A table of numbers without its target, as rows to predict are, and an MLP on it."""
    lines = [line.rsplit(",", 1)[0] + "\n" for line in open(ROOT / "datasets/breast_cancer.csv")]
    path = folder / "rows.csv"
    path.write_text(lines[0] + "".join(lines[1:] * 400))
    run("train", ROOT / "configs/breast-cancer.json", "--output", folder / "mlp", "--set", "training.epochs=2",
        "--set", "model.layers=[{\"type\": \"dense\", \"units\": 64, \"activation\": \"relu\"}, "
        "{\"type\": \"dense\", \"units\": 64, \"activation\": \"relu\"}, {\"type\": \"dense\"}]")

    def read():
        columns = pandas.read_csv(path)
        return {name: columns[[name]].to_numpy("f8") for name in columns}

    return folder / "mlp", path, read, 400 * (len(lines) - 1)


def images(folder):
    """The pictures of MNIST that come with the project, and a CNN on them."""
    run("train", ROOT / "configs/mnist-cnn.json", "--output", folder / "cnn", "--set", "training.max_iterations=20")
    path = ROOT / "datasets/mnist/t10k-images-idx3-ubyte.gz"

    def read():
        with gzip.open(path) as file:
            data = file.read()
        count, height, width = struct.unpack(">3I", data[4:16])
        return {"features": np.frombuffer(data, "u1", offset=16).reshape(count, height, width).astype("f4")}

    return folder / "cnn", path, read, 10000


def compare(name, model, path, read, count, folder):
    exported = folder / "model.onnx"
    run("export", model, "--output", exported)
    runtime = session(exported)
    names = {item.name for item in runtime.get_inputs()}
    feeds = {key: values for key, values in read().items() if key in names}

    def of_runtime():
        for first in range(0, count, BATCH):
            runtime.run(None, {key: values[first:first + BATCH] for key, values in feeds.items()})

    def of_runtime_with_file():
        read()
        of_runtime()

    def of_program():
        with open(os.devnull, "w") as nowhere:
            subprocess.run([PROGRAM, "predict", model, path, "--threads", "1"], check=True, stdout=nowhere,
                           stderr=nowhere)

    ways = {"hptrain predict": of_program, "onnxruntime, runs alone": of_runtime,
            "onnxruntime with the file": of_runtime_with_file}
    times = {way: [] for way in ways}
    for way in ways.values():
        way()
    for _ in range(TURNS):
        for way, call in ways.items():
            start = time.perf_counter()
            call()
            times[way].append(time.perf_counter() - start)
    best = {way: statistics.median(values) for way, values in times.items()}
    for way, seconds in best.items():
        print(f"{name}: {way}: {count / seconds:,.0f} rows/s (median of {TURNS}, best {count / min(times[way]):,.0f})")
    for way in list(ways)[1:]:
        print(f"{name}: {best[way] / best['hptrain predict']:.2f} times the rate of {way}")


def latency(model, path):
    """From a row in the pipe to its answer, seen from outside. Both ends share a core where the system lets them: waking
    one that sleeps takes ten times as long as the answer."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if cores:
        os.sched_setaffinity(0, {min(cores)})
    with open(path) as file:
        header, *rows = [next(file) for _ in range(2001)]
    process = subprocess.Popen([PROGRAM, "predict", model, "-", "--threads", "1"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
    process.stdin.write(header.encode())
    times = []
    for row in rows:
        row = row.encode()
        start = time.perf_counter()
        process.stdin.write(row)
        os.read(process.stdout.fileno(), 4096)
        times.append(time.perf_counter() - start)
    process.stdin.close()
    process.wait()
    if cores:
        os.sched_setaffinity(0, cores)
    times = sorted(times[100:])
    print(f"one row through a pipe: median {times[len(times) // 2] * 1e6:.0f} µs, "
          f"least {times[0] * 1e6:.0f} µs, 9 of 10 below {times[len(times) * 9 // 10] * 1e6:.0f} µs")


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
        mlp = table(folder)
        compare("MLP", *mlp, folder)
        latency(mlp[0], mlp[1])
        compare("CNN", *images(folder), folder)
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
