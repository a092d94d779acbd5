#!/usr/bin/env python3
"""Measures what a checkpoint behind every epoch costs.

Usage: checkpoints.py PROGRAM [--epochs N] [--workload mlp] [--folder FOLDER]

On a shared machine two runs of one program differ by more than a checkpoint takes. So one run is measured that writes a
checkpoint behind every second epoch, A B A B: each interval in which one is made and written is compared with the mean of the
intervals before and behind it, in which none is. The mean of the middle three fifths of these ratios is printed, with the
deviation that it has over samples drawn from them (bootstrap).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bench import make_data  # noqa: E402

WORKLOADS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "workloads")


def epoch_ends(program, workload, epochs, folder):
    """When each epoch of a run ended that writes a checkpoint behind every second one, in seconds."""
    command = [
        program, "train", f"{WORKLOADS}/{workload}.json", "--format", "json", "--output", folder + "/run",
        "--set", f"training.epochs={epochs}", "--set", "training.max_iterations=1000000000",
        "--set", "training.checkpoint.every_epochs=2", "--set", "training.checkpoint.every_seconds=0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    ends = []
    for line in process.stdout:
        now = time.monotonic()
        if json.loads(line).get("event") == "epoch":
            ends.append(now)
    if process.wait() or len(ends) != epochs:
        sys.exit(f"{' '.join(command)}: exit {process.returncode}, {len(ends)} epochs")
    return ends


def middle_mean(values):
    values = sorted(values)
    rest = len(values) // 5
    return statistics.fmean(values[rest:len(values) - rest])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--epochs", type=int, default=1000)
    parser.add_argument("--workload", default="mlp")
    parser.add_argument("--folder", help="where the run lies: on the disk that is to be measured")
    options = parser.parse_args()
    make_data()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        ends = epoch_ends(options.program, options.workload, options.epochs, folder)
    intervals = [after - before for before, after in zip(ends, ends[1:])]
    # The epochs are counted from 1, and the one that ends the first interval is the second: its checkpoint is made in the next.
    without, with_one = intervals[0::2], intervals[1::2]
    ratios = [
        after / ((before + behind) / 2) - 1
        for before, after, behind in zip(without, with_one, without[1:])]
    draws = [middle_mean(random.choices(ratios, k=len(ratios))) for _ in range(1000)]
    print(
        f"{options.workload}: {100 * middle_mean(ratios):+.2f} ± {100 * statistics.pstdev(draws):.2f} % with a checkpoint,"
        f" {len(ratios)} pairs, median {1000 * statistics.median(without):.1f} ms an epoch without")


if __name__ == "__main__":
    main()
