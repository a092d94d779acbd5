#!/usr/bin/env python3
"""Measures training on several ranks, beside what the model of Documentation/MPI.md says.

Usage: ranks.py PROGRAM [--rounds N] [--workloads lenet,cnn] [--namespaces]

PROGRAM is hptrain built with MPI. Without --namespaces, two ranks of one thread are compared with one process of two
threads, in turn, the best of all rounds of each. With it (as root), two network namespaces are two hosts whose link `tc` limits, and
the time of an iteration is compared with that of one without a limit plus that of the bytes it sends, which the device counts.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bench import make_data  # noqa: E402

WORKLOADS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "workloads")
MPIRUN = ["mpirun", "--allow-run-as-root"]
HOSTS = {"10.77.0.1": "hptrain-a", "10.77.0.2": "hptrain-b"}


def train(prefix, program, workload, *arguments):
    """The start and the end of a run, as the program tells them."""
    with tempfile.TemporaryDirectory() as folder:
        command = prefix + [
            program, "train", f"{WORKLOADS}/{workload}.json", "--format", "json",
            "--output", folder + "/run", *arguments]
        result = subprocess.run(command, capture_output=True, text=True)
        events = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
        if result.returncode or not events:
            sys.exit(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
        return events[0], events[-1]


def milliseconds(start, end):
    """What an iteration takes."""
    return 1000 * start["batch_size"] / end["samples_per_second"]


def one_machine(program, workloads, rounds):
    print("| workload | 1 process, 2 threads | 2 ranks, 1 thread each | ratio |\n|---|---|---|---|")
    for workload in workloads:
        ways = {
            "threads": ([], ["--threads", "2"]),
            "ranks": (MPIRUN + ["-n", "2", "--bind-to", BINDING], ["--threads", "1"])}
        rates = {name: [] for name in ways}
        for number in range(rounds):
            for name in sorted(ways, reverse=number % 2 == 1):
                prefix, arguments = ways[name]
                rates[name].append(
                    train(prefix, program, workload, *arguments)[1]["samples_per_second"])
        # What else the machine does makes either slower only, and ranks wait for the slower one of their cores.
        threads, ranks = (max(rates[name]) for name in ("threads", "ranks"))
        print(
            f"| `{workload}` | {threads:,.0f}/s | {ranks:,.0f}/s | {ranks / threads:.2f} |",
            flush=True)


class Namespaces:
    """Two network namespaces with a link between them, each a host to Open MPI."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        for name in HOSTS.values():
            run("ip", "netns", "add", name)
        run("ip", "link", "add", "hptrain-a0", "type", "veth", "peer", "name", "hptrain-b0")
        for address, name in HOSTS.items():
            run("ip", "link", "set", name + "0", "netns", name)
            run("ip", "-n", name, "addr", "add", address + "/24", "dev", name + "0")
            for device in (name + "0", "lo"):
                run("ip", "-n", name, "link", "set", device, "up")
        # What mpirun calls instead of ssh: a shell in the namespace, with a host name of its own.
        self.agent = self.folder.name + "/agent"
        with open(self.agent, "w") as file:
            cases = " ".join(f"{address}) name={name};;" for address, name in HOSTS.items())
            file.write(
                f'#!/bin/bash\ncase $1 in {cases} esac\nshift\n'
                'exec ip netns exec $name unshare --uts bash -c "hostname $name; $*"\n')
        os.chmod(self.agent, 0o755)
        return self

    def __exit__(self, *_):
        for name in HOSTS.values():
            subprocess.run(["ip", "netns", "del", name])
        self.folder.cleanup()

    def limit(self, rate):
        for name in HOSTS.values():
            inside = ["ip", "netns", "exec", name, "tc", "qdisc"]
            subprocess.run(inside + ["del", "dev", name + "0", "root"], capture_output=True)
            if rate:
                # What was not used is lost but for a few packets: a larger bucket would let whole gradients through at once.
                run(*inside, "add", "dev", name + "0", "root", "tbf", "rate", rate,
                    "burst", "16kb", "latency", "400ms")

    def sent(self):
        """Bytes that each host has sent, the larger number."""
        return max(
            json.loads(subprocess.run(
                ["ip", "-n", name, "-s", "-j", "link", "show", "dev", name + "0"],
                capture_output=True, text=True, check=True).stdout)[0]["stats64"]["tx"]["bytes"]
            for name in HOSTS.values())

    def prefix(self):
        name = HOSTS["10.77.0.1"]
        mpirun = MPIRUN + [
            "-n", "2", "-H", ",".join(HOSTS), "--bind-to", "none", "--mca", "plm_rsh_agent",
            self.agent, "--mca", "btl", "tcp,self"]
        for layer in ("btl", "oob"):
            mpirun += ["--mca", layer + "_tcp_if_include", "10.77.0.0/24"]
        return ["ip", "netns", "exec", name, "unshare", "--uts", "bash", "-c",
                f'hostname {name}; exec "$@"', "bash"] + mpirun


def run(*command):
    subprocess.run(command, check=True)


def two_hosts(program, workloads, rounds):
    # Of a frame of 1,514 bytes TCP carries 1,448, and each frame takes 24 bytes more on an Ethernet; tc counts 1,514.
    share = 1448 / 1514
    print("| workload | sent | link | computation | measured | model | measured / model |")
    print("|---|---|---|---|---|---|---|")
    with Namespaces() as hosts:
        for workload in workloads:
            sent = bytes_of_iteration(hosts, program, workload)
            for rate, bits in ((None, None), ("1gbit", 1e9), ("100mbit", 1e8)):
                hosts.limit(rate)
                measured = min(
                    milliseconds(*train(hosts.prefix(), program, workload, *short(ITERATIONS)))
                    for _ in range(rounds))
                if not rate:
                    free = measured
                    continue
                # Without a limit the same bytes pass through the memory of one machine.
                model = free + 1000 * sent * 8 / (bits * share)
                print(f"| `{workload}` | {sent / 1e6:.2f} MB | {rate} | {free:.2f} ms "
                      f"| {measured:.2f} ms | {model:.2f} ms | {measured / model:.2f} |", flush=True)


def short(iterations):
    return ["--threads", "1", "--set", f"training.max_iterations={iterations}"]


def bytes_of_iteration(hosts, program, workload):
    """What a host sends in an iteration, without what it sends in a run."""
    hosts.limit(None)
    counts = []
    for iterations in (10, 10 + ITERATIONS):
        before = hosts.sent()
        train(hosts.prefix(), program, workload, *short(iterations))
        counts.append(hosts.sent() - before)
    return (counts[1] - counts[0]) / ITERATIONS


ITERATIONS = 60
# 'none' lets a rank leave a processor that something else is busy on.
BINDING = os.environ.get("BINDING", "core")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workloads", default="lenet,cnn,mlp")
    parser.add_argument("--namespaces", action="store_true")
    options = parser.parse_args()
    make_data()
    measure = two_hosts if options.namespaces else one_machine
    measure(os.path.abspath(options.program), options.workloads.split(","), options.rounds)
