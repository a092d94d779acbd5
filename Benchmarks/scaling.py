#!/usr/bin/env python3
"""How the time of an iteration grows with the batch, the threads and the width, and time and memory of a
run with the data. Prints the tables of Documentation/Performance.md."""

import argparse
import random
import tempfile
from pathlib import Path

from bench import DATA, HERE, ROOT, make_data, output_lines

BATCHES = [1, 4, 16, 64, 256, 1024]
WIDTHS = [64, 128, 256, 512, 1024, 2048]
ROWS = [10_000, 100_000, 1_000_000]


def train(program, config, threads, *overrides):
    with tempfile.TemporaryDirectory() as folder:
        more = [part for override in overrides for part in ("--set", override)]
        lines = output_lines(
            [program, "train", config, "--format", "json", "--threads", str(threads)]
            + ["--output", f"{folder}/run", *more]
        )
    end, seconds = lines[-1]
    return end | {"wall_seconds": seconds}


def best(runs):
    return max(runs, key=lambda run: run["samples_per_second"])


def milliseconds(run, batch):
    return f"{1000 * batch / run['samples_per_second']:.3f}"


def batches(program, threads, rounds):
    config = HERE / "workloads/mlp.json"
    counts = sorted({1, threads})
    print("| batch | " + " | ".join(f"ms, {n} thread{'s' * (n > 1)} | samples/s" for n in counts) + " |")
    print("|---" * (1 + 2 * len(counts)) + "|")
    for batch in BATCHES:
        iterations = max(8, min(2000, 20_000 // batch))
        cells = []
        for count in counts:
            overrides = [f"training.batch_size={batch}", f"training.max_iterations={iterations}"]
            run = best([train(program, config, count, *overrides) for _ in range(rounds)])
            cells += [milliseconds(run, batch), f"{run['samples_per_second']:,.0f}"]
        print(f"| {batch} | " + " | ".join(cells) + " |", flush=True)


def widths(program, threads, rounds, peak):
    config = HERE / "workloads/mlp.json"
    print("\n| width | ms | GFLOP/s | of peak |\n|---|---|---|---|")
    for width in WIDTHS:
        overrides = [f"model.layers[{i}].units={width}" for i in (0, 1)]
        overrides.append(f"training.max_iterations={max(32, 40_000 // width)}")
        run = best([train(program, config, threads, *overrides) for _ in range(rounds)])
        work = 3 * 2 * (784 * width + width * width + 10 * width) * run["samples_per_second"]
        print(
            f"| {width} | {milliseconds(run, 64)} | {work / 1e9:.0f} | {work / (peak * 1e9) * 100:.0f} % |",
            flush=True,
        )


def table(rows):
    path = DATA / f"rows-{rows}.csv"
    if not path.exists():
        numbers = random.Random(0)
        with open(path, "w") as file:
            file.write(",".join([f"x{i}" for i in range(20)] + ["y"]) + "\n")
            for _ in range(rows):
                file.write(",".join(f"{numbers.gauss(0, 1):.6f}" for _ in range(21)) + "\n")
    return path


def sizes(program, threads):
    config = HERE / "workloads/mlp_small.json"
    print("\n| rows of 21 columns | file | whole run of one epoch | peak memory |\n|---|---|---|---|")
    for rows in ROWS:
        path = table(rows)
        overrides = [f"data.train={path}", "training.epochs=1", "training.max_iterations=1000000"]
        run = train(program, config, threads, "training.batch_size=256", *overrides)
        print(
            f"| {rows:,} | {path.stat().st_size / 1e6:.0f} MB | {run['wall_seconds']:.2f} s "
            f"| {run['peak_memory_bytes'] / 1e6:.0f} MB |",
            flush=True,
        )
        path.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hptrain", default=str(ROOT / ".build/release/hptrain"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    make_data()
    info = output_lines(
        [chosen.hptrain, "info", "--measure", "--format", "json", "--threads", str(chosen.threads)]
    )[-1][0]
    batches(chosen.hptrain, chosen.threads, chosen.rounds)
    widths(chosen.hptrain, chosen.threads, chosen.rounds, info["product_gflops"])
    sizes(chosen.hptrain, chosen.threads)


if __name__ == "__main__":
    main()
