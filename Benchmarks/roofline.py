#!/usr/bin/env python3
"""Compares an iteration of each workload with what the machine allows (Williams, Waterman, Patterson 2009).

An iteration has to multiply and add what its products need, forward and for both gradients, and to move what passes
between layers and through the optimizer. The machine multiplies and adds so much with nothing to read, and passes over so
many bytes of memory, both measured here (`roofline/peaks.c`, over as many bytes as the iteration moves, so that what fits into
caches counts as they do). The longer of both times is what the machine allows; the table says what is reached of it.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from bench import HERE, ROOT, WORKLOADS, make_data, operations, output_lines, run_hptrain

# Arrays as long as the parameters, which the optimizer reads and writes for each.
STATES = {"sgd": 0, "momentum": 1, "nesterov": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
# What a layer keeps for backward besides its output, in outputs: queries, keys and values; gates, and the cell.
KEPT = {"self_attention": 3, "lstm": 5, "gru": 4}


def words_of_iteration(program, workload):
    """Numbers that are read and written: of each parameter forward, backward, its gradient, and the optimizer; of
    each output when it is made and read, and again backward, with its gradient."""
    path = HERE / f"workloads/{workload}.json"
    [(check, _)] = output_lines([program, "check", path, "--format", "json"])[-1:]
    optimizer = json.loads(path.read_text())["training"].get("optimizer", "adam")
    kind = optimizer if isinstance(optimizer, str) else optimizer["type"]
    values = 0
    for layer in check["layers"]:
        extents = layer["output"]
        if layer["type"] in ("lstm", "gru"):
            extents = [check["input"][0], extents[-1]]
        size = 1
        for extent in extents:
            size *= extent
        values += size * (1 + KEPT.get(layer["type"], 0))
    batch = check["batch_size"]
    return batch, check["parameters"] * (6 + 2 * STATES[kind]) + 5 * values * batch


def peaks(binary, threads, megabytes):
    output = subprocess.check_output([binary, str(threads), f"{megabytes:.3f}"], text=True).split()
    return float(output[0]) * 1e9, float(output[1]) * 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD")
    parser.add_argument("--hptrain", default=str(ROOT / ".build/release/hptrain"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    make_data()
    print("| workload | MFLOP | MB | FLOP/B | GFLOP/s at best | GB/s at best | allowed | reached | of it |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        binary = f"{folder}/peaks"
        source = HERE / "roofline/peaks.c"
        subprocess.check_call(["clang", "-O3", "-march=native", "-pthread", source, "-o", binary])
        for workload in chosen.workloads or WORKLOADS:
            batch, words = words_of_iteration(chosen.hptrain, workload)
            work, traffic = operations(chosen.hptrain, workload) * batch, 4 * words
            # In turn, so that both see the machine as it is at that moment.
            rounds = []
            for _ in range(chosen.rounds):
                compute, memory = peaks(binary, chosen.threads, traffic / 1e6)
                speed = run_hptrain(chosen.hptrain, workload, chosen.threads)["samples_per_second"]
                rounds.append((compute, memory, batch / speed))
            compute, memory, seconds = (statistics.median(part) for part in zip(*rounds))
            allowed = max(work / compute, traffic / memory)
            bound = "products" if work / compute > traffic / memory else "memory"
            print(
                f"| `{workload}` | {work / 1e6:,.1f} | {traffic / 1e6:,.1f} | {work / traffic:.0f} | "
                f"{compute / 1e9:.0f} | {memory / 1e9:.0f} | {1e3 * allowed:.3f} ms, {bound} | "
                f"{1e3 * seconds:.3f} ms | {100 * allowed / seconds:.0f} % |",
                flush=True,
            )


if __name__ == "__main__":
    main()
