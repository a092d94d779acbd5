#!/usr/bin/env python3
"""Measures hptrain beside PyTorch and Keras on the workloads of `workloads/`, in turn, on this machine.

Needs nothing but Python for hptrain alone. Where the folder of a virtual environment with the packages of
`peers/requirements.txt` is given or lies in `.venv`, the peers run too, alternating: A B C A B C …; the
best of all rounds counts for each. Prints a table, and writes everything as JSON if asked to.
"""

import argparse
import gzip
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DATA = HERE / "data"
WORKLOADS = [
    "mlp", "mlp_small", "wide_mlp", "lenet", "cnn", "five_convolutions", "lstm", "gru", "gpt",
]  # fmt: skip
PEERS = {
    "torch": ["torch_peer.py"],
    "torch-compile": ["torch_peer.py", "--compile"],
    "torch-channels-last": ["torch_peer.py", "--channels-last"],
    "keras-jax": ["keras_peer.py"],
}
IMAGES = {"lenet", "cnn", "five_convolutions"}
IN_KERAS = {"mlp", "lenet", "cnn", "lstm", "gru"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=", ".join(WORKLOADS))
    parser.add_argument("--hptrain", default=str(ROOT / ".build/release/hptrain"))
    parser.add_argument("--venv", default=os.environ.get("VENV", str(HERE / ".venv")))
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated; '' for none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", metavar="FILE", help="write the results there too")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.workloads if name not in WORKLOADS]
    unknown += [name for name in chosen.peers.split(",") if name and name not in PEERS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    return chosen


# --- Data -----------------------------------------------------------------------------------------


def write_if_absent(path, write):
    if path.exists():
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        write(file)
    os.replace(file.name, path)


def make_data():
    """The first images of MNIST in several numbers, and a table of random numbers."""
    DATA.mkdir(exist_ok=True)
    for kind, size in [("images-idx3", 784), ("labels-idx1", 1)]:
        raw = gzip.open(ROOT / f"datasets/mnist/t10k-{kind}-ubyte.gz").read()
        header = 4 + 4 * raw[3]
        stem, suffix = kind.split("-")
        for count in (64, 1024, 8192):
            start = raw[:4] + struct.pack(">I", count) + raw[8:header]
            write_if_absent(
                DATA / f"{stem}-{count}-{suffix}-ubyte",
                lambda file: file.write(start + raw[header : header + count * size]),
            )

    def table(count):
        def write(file):
            numbers = random.Random(0)
            file.write((",".join([f"x{i}" for i in range(13)] + ["y"]) + "\n").encode())
            for _ in range(count):
                x = [numbers.gauss(0, 1) for _ in range(13)]
                file.write((",".join(f"{v:.6f}" for v in x + [x[0] / 2]) + "\n").encode())

        return write

    write_if_absent(DATA / "small.csv", table(16384))
    write_if_absent(DATA / "small-64.csv", table(64))
    text = gzip.open(ROOT / "datasets/shakespeare.txt.gz").read()
    write_if_absent(DATA / "shakespeare.txt", lambda file: file.write(text))
    write_if_absent(DATA / "shakespeare-64.txt", lambda file: file.write(text[: 65 * 64]))


# --- Running --------------------------------------------------------------------------------------


def output_lines(command):
    """The JSON lines of a program, with the seconds since its start."""
    start = time.perf_counter()
    # Which kernels the BLAS takes is part of what is measured.
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    lines = [(json.loads(line), time.perf_counter() - start) for line in process.stdout if line[0] == "{"]
    errors = process.stderr.read()
    if process.wait() != 0 or not lines:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{errors[-2000:]}")
    return lines


def run_hptrain(program, workload, threads, *more):
    config = HERE / f"workloads/{workload}.json"
    with tempfile.TemporaryDirectory() as folder:
        lines = output_lines(
            [program, "train", config, "--format", "json", "--threads", str(threads)]
            + ["--output", f"{folder}/run", *more]
        )
        end, seconds = lines[-1]
    return {
        "samples_per_second": end["samples_per_second"],
        "peak_memory_bytes": end["peak_memory_bytes"],
        "seconds": seconds,
    }


def first_result_of_hptrain(program, workload, threads):
    """Seconds of a whole run of one iteration: reading, training, evaluating and saving."""
    text = (HERE / f"workloads/{workload}.json").read_text()
    data = json.loads(text)["data"]["train"]
    if isinstance(data, dict):
        overrides = [
            f"data.train.{key}=../data/{stem}-64-{suffix}-ubyte"
            for key, stem, suffix in [("features", "images", "idx3"), ("labels", "labels", "idx1")]
        ]
    else:
        overrides = [
            "data.train=../data/" + ("small-64.csv" if "small" in data else "shakespeare-64.txt")
        ]
    more = [part for override in overrides for part in ("--set", override)]
    return run_hptrain(
        program, workload, threads, "--set", "training.max_iterations=1", *more
    )["seconds"]


def run_peer(python, peer, workload, threads):
    script, *options = PEERS[peer]
    lines = output_lines(
        [python, HERE / "peers" / script, workload, "--data", DATA, "--threads", str(threads)]
        + options
    )
    first = next(seconds for line, seconds in lines if line["event"] == "first")
    return lines[-1][0] | {"first_result_seconds": first}


# --- Arithmetic -----------------------------------------------------------------------------------


def operations(program, workload):
    """Floating-point operations of one example in training: three times those of the products of the
    forward pass (a multiply-add is two), which are all that a processor has to do for them."""
    [(check, _)] = output_lines(
        [program, "check", HERE / f"workloads/{workload}.json", "--format", "json"]
    )[-1:]
    total = 0
    for layer in check["layers"]:
        shape = layer["output"]
        if layer["type"] in ("dense", "conv2d", "self_attention"):
            positions = 1
            for extent in shape[:-1]:
                positions *= extent
            total += 2 * layer["parameters"] * positions
            if layer["type"] == "self_attention":
                # Scores and weighted values of a causal layer: half of steps × steps each.
                total += 2 * positions * positions * shape[-1]
        elif layer["type"] in ("lstm", "gru"):
            total += 2 * layer["parameters"] * check["input"][0]
    return 3 * total


def main():
    chosen = arguments()
    make_data()
    python = Path(chosen.venv) / "bin/python"
    peers = [name for name in chosen.peers.split(",") if name] if python.exists() else []
    if not python.exists():
        print(f"no peers: {python} does not exist (see {HERE.name}/README.md)", file=sys.stderr)
    info = output_lines(
        [chosen.hptrain, "info", "--measure", "--format", "json", "--threads", str(chosen.threads)]
    )[-1][0]
    peak = info["product_gflops"] * 1e9
    results = {"threads": chosen.threads, "product_gflops": info["product_gflops"], "workloads": {}}
    head = ["workload", "program", "samples/s", "ratio", "GFLOP/s", "of peak", "first result", "memory"]
    row = "{:<18} {:<20} {:>10} {:>7} {:>8} {:>8} {:>13} {:>9}"
    print(f"product of 2048 × 2048: {peak / 1e9:.0f} GFLOP/s on {chosen.threads} threads, {info['blas_core']}")
    print(row.format(*head))
    for workload in chosen.workloads or WORKLOADS:
        work = operations(chosen.hptrain, workload)
        found = {}
        for _ in range(chosen.rounds):
            keep(found, "hptrain", run_hptrain(chosen.hptrain, workload, chosen.threads))
            for peer in peers:
                if peer == "torch-channels-last" and workload not in IMAGES:
                    continue
                if peer == "keras-jax" and workload not in IN_KERAS:
                    continue
                keep(found, peer, run_peer(python, peer, workload, chosen.threads))
        found["hptrain"]["first_result_seconds"] = min(
            first_result_of_hptrain(chosen.hptrain, workload, chosen.threads)
            for _ in range(chosen.rounds)
        )
        others = [run["samples_per_second"] for name, run in found.items() if name != "hptrain"]
        for name, run in found.items():
            speed = run["samples_per_second"]
            run["gflops"] = speed * work / 1e9
            ratio = f"{speed / max(others):.2f}×" if name == "hptrain" and others else ""
            print(
                row.format(
                    workload, name, f"{speed:,.0f}", ratio, f"{speed * work / 1e9:.0f}",
                    f"{100 * speed * work / peak:.0f} %", f"{run['first_result_seconds']:.2f} s",
                    f"{run['peak_memory_bytes'] / 2**20:.0f} MiB",
                ),
                flush=True,
            )  # fmt: skip
        results["workloads"][workload] = {"flop_per_sample": work, "programs": found}
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(results, indent=2) + "\n")


def keep(found, name, run):
    """Keeps the best speed and the smallest of the rest over the rounds."""
    best = found.setdefault(name, run)
    best["samples_per_second"] = max(best["samples_per_second"], run["samples_per_second"])
    for figure in ("peak_memory_bytes", "first_result_seconds"):
        if figure in run:
            best[figure] = min(best[figure], run[figure])


if __name__ == "__main__":
    main()
