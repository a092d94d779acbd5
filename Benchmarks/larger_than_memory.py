#!/usr/bin/env python3
"""Trains on a table that is kept on the disk, under a limit of memory, beside the same rows in memory.

    Benchmarks/larger_than_memory.py make 10e9 /var/tmp/large.csv
    Benchmarks/larger_than_memory.py compare /var/tmp/small.csv --memory 64
    Benchmarks/larger_than_memory.py train /var/tmp/large.csv --limit 1e9

`make` writes a table of so many bytes: 24 numbers, a category of 20 words, and a class of three. `compare` trains in
memory and on the disk in turn, and shows the examples per second of each. `train` trains on the disk in an address space
of so many bytes (RLIMIT_AS), which no page can escape, and shows the rate and the peak of what was resident.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.build/release/hptrain")
NUMBERS = 24
WORDS = ["alder", "ash", "aspen", "beech", "birch", "cedar", "cherry", "chestnut", "elder", "elm", "fir", "hazel",
         "holly", "larch", "lime", "maple", "oak", "pine", "rowan", "spruce"]
# Rows that are drawn; a longer table repeats them, which changes neither what is read nor what is computed.
DISTINCT_ROWS = 200_000


def make(path, size):
    draw = random.Random(1)
    header = ",".join([f"x{index}" for index in range(NUMBERS)] + ["wood", "label"]) + "\n"
    rows = []
    for _ in range(DISTINCT_ROWS):
        numbers = [draw.gauss(index, 1 + index) for index in range(NUMBERS)]
        word = draw.randrange(len(WORDS))
        score = (numbers[0] - numbers[1] + 1) + (word % 3 - 1) * 0.5 + draw.gauss(0, 0.3)
        label = "low" if score < -0.7 else "high" if score > 0.7 else "middle"
        rows.append(",".join(f"{number:.5f}" for number in numbers) + f",{WORDS[word]},{label}\n")
    block = "".join(rows).encode()
    with open(path, "wb") as file:
        written = file.write(header.encode())
        while written + len(block) <= size:
            written += file.write(block)
        rest = block[:max(0, int(size - written))]
        file.write(rest[: rest.rfind(b"\n") + 1])
    print(f"{os.path.getsize(path):,} bytes in {path}")


def configuration(path, storage, epochs, units):
    data = {"train": os.path.abspath(path), "target": "label", "scaling": "standard",
            "validation": {"fraction": 0.02, "stratify": True}}
    if storage:
        data["storage"] = storage
    return {"name": "larger", "seed": 7, "data": data,
            "model": {"layers": [{"type": "dense", "units": units, "activation": "relu"},
                                 {"type": "dense", "units": units, "activation": "relu"}, {"type": "dense"}]},
            "training": {"epochs": epochs, "batch_size": 256, "loss": "cross_entropy",
                         "optimizer": {"type": "adam", "learning_rate": 0.001}}}


def train(config, limit=None):
    """The event of the end of a run, and what standard error said."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        file = os.path.join(folder, "config.json")
        with open(file, "w") as out:
            json.dump(config, out)

        def confine():
            if limit:
                resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

        done = subprocess.run([PROGRAM, "train", file, "--output", os.path.join(folder, "run"), "--format", "json"],
                              stdout=subprocess.PIPE, preexec_fn=confine)
        if done.returncode != 0:
            sys.exit(f"hptrain ended with {done.returncode}")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return next(event for event in events if event["event"] == "end")


def show(name, end):
    print(f"{name:10} {end['samples_per_second']:12,.0f} examples/s   peak {end['peak_memory_bytes'] / 1e6:8,.0f} MB"
          f"   {end['seconds']:7.1f} s   accuracy {end['validation']['accuracy']:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["make", "compare", "train"])
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--memory", type=int, default=256, help="millions of bytes for windows")
    parser.add_argument("--limit", type=float, default=1e9, help="bytes of address space")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--units", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    if options.action == "make":
        size, path = options.arguments
        make(path, float(size))
        return
    path = options.arguments[0]
    disk = {"type": "disk", "memory_megabytes": options.memory}
    if options.action == "train":
        show("disk", train(configuration(path, disk, options.epochs, options.units), int(options.limit)))
        return
    for _ in range(options.repeats):
        show("memory", train(configuration(path, None, options.epochs, options.units)))
        show("disk", train(configuration(path, disk, options.epochs, options.units)))


if __name__ == "__main__":
    main()
