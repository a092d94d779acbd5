#!/bin/bash
# Threads of OpenBLAS without work take processor time: for a while after loading, and again after each product.
#
# Expected: threads that wait for work sleep; loading the library costs them nothing (less than 5 ms of processor time
# within a second), nor does a second without products. openblas_set_num_threads(1) ends those that are not needed,
# and a fork leaves those of the parent alone.
# Found (OpenBLAS 0.3.34.481.3 as scipy-openblas32 has it, two processors, x86-64): each thread looks for work in a loop before it sleeps,
# 50 to 100 ms of processor time after loading, with nothing ever multiplied, and as much after a product (0.3.21 of Debian
# does so too, and calls sched_yield meanwhile). With one thread set, the others stay. A fork ends the threads of the
# parent too; the next product starts new ones, which spin anew.
#
# What follows from it: a program with threads of its own on all processors loses some percent of its first second to
# threads that it never asked for. OPENBLAS_NUM_THREADS=1 before the library is loaded spares them;
# setting the number later does not. OPENBLAS_THREAD_TIMEOUT=4 lets them sleep at once. Between products of a program
# that forks each time, threads are made anew.
#
# Output seen:
#                         threads   ms of processor time of the busiest
#   loaded                      1     0.0
#   1 s later                   1    51.2
#   2 s later                   1    51.2
#   after a product             1    56.9
#   1 s later                   1   112.6
#   1 thread set                1   112.6
#   after a fork                0     0.0
#   after a product             1     0.0
#   1 s later                   1    65.9
#   with OPENBLAS_THREAD_TIMEOUT=4:
#   loaded                      1     0.0
#   1 s later                   1     0.1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ "$(nproc)" -lt 2 ]; then
  echo "one processor: OpenBLAS starts no threads" >&2
  exit 69
fi
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scipy-openblas32==0.3.34.481.3
cat > "$folder/threads.py" <<'PYTHON'
import ctypes
import importlib.util
import os
import sys
import time


def busy():
    """Milliseconds of processor time by thread."""
    times = {}
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/schedstat") as file:
            times[thread] = int(file.read().split()[0]) / 1e6
    return times


before = set(busy())
seen = []


def show(moment):
    """Of the threads that the library started."""
    times = [time for thread, time in busy().items() if thread not in before]
    seen.append((len(times), max(times, default=0)))
    print(f"  {moment:20}{len(times):5}{seen[-1][1]:8.1f}", flush=True)


# Importing the package would load the library.
package = os.path.dirname(importlib.util.find_spec("scipy_openblas32").origin)
library = ctypes.CDLL(os.path.join(package, "lib", "libscipy_openblas.so"))
show("loaded")
time.sleep(1)
show("1 s later")
if "short" in sys.argv:
    sys.exit(0 if seen[1][1] < 5 else "idle threads take time with a short timeout too")
time.sleep(1)
show("2 s later")

size = 600
factor = (ctypes.c_float * (size * size))(*[1.0] * (size * size))
product = (ctypes.c_float * (size * size))()


def multiply():
    one, zero = ctypes.c_float(1), ctypes.c_float(0)
    library.scipy_cblas_sgemm(101, 111, 111, size, size, size, one, factor, size, factor, size, zero, product, size)


multiply()
show("after a product")
time.sleep(1)
show("1 s later")
library.scipy_openblas_set_num_threads(1)
show("1 thread set")
library.scipy_openblas_set_num_threads(2)
child = os.fork()
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
show("after a fork")
multiply()
show("after a product")
time.sleep(1)
show("1 s later")

loaded, idle, later, multiplied, rested, single, forked, again, last = seen
changes = [
    text for text, holds in [
        ("idle threads take no time after loading", idle[1] > loaded[1] + 15),
        ("they do not sleep in the end", later[1] < idle[1] + 15),
        ("they sleep at once after a product", rested[1] > multiplied[1] + 15),
        ("one thread set ends the others", single[0] == rested[0] > 0),
        ("a fork leaves threads alone", forked[0] == 0 and again[0] > 0),
        ("new threads sleep at once", last[1] > again[1] + 15),
    ] if not holds]
sys.exit("changed: " + "; ".join(changes) if changes else 0)
PYTHON
echo "                        threads   ms of processor time of the busiest"
"$folder/venv/bin/python" "$folder/threads.py"
echo "  with OPENBLAS_THREAD_TIMEOUT=4:"
OPENBLAS_THREAD_TIMEOUT=4 "$folder/venv/bin/python" "$folder/threads.py" short
