#!/usr/bin/env python3
"""A workload in Keras on JAX, trained by its own compiled loop with all data in memory.

Prints a JSON object when the first step is done and one at the end.
"""

import argparse
import json
import os
import resource
import time
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("workload")
parser.add_argument("--data", type=Path, required=True)
parser.add_argument("--threads", type=int, default=0)
options = parser.parse_args()
os.environ["KERAS_BACKEND"] = "jax"
if options.threads:
    # The pool of XLA has a thread for each processor that the process may use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])

import keras
from keras import layers

import mnist


def convolution(filters, size, **more):
    return layers.Conv2D(filters, size, activation="relu", **more)


def dense(units):
    return layers.Dense(units, activation="relu")


NETWORKS = {
    "mlp": lambda: [layers.Flatten(), dense(512), dense(256)],
    "lenet": lambda: [
        convolution(6, 5, padding="same"), layers.MaxPool2D(), convolution(16, 5),
        layers.MaxPool2D(), layers.Flatten(), dense(120), dense(84),
    ],
    "cnn": lambda: [
        convolution(32, 3), convolution(64, 3), layers.MaxPool2D(), layers.Dropout(0.25),
        layers.Flatten(), dense(128), layers.Dropout(0.5),
    ],
    "lstm": lambda: [layers.LSTM(128)],
    "gru": lambda: [layers.GRU(128)],
}  # fmt: skip

images, labels = mnist.load(options.data, 8192)
if options.workload in ("lenet", "cnn"):
    images = images[..., None]
body = NETWORKS[options.workload]()
network = keras.Sequential([layers.Input(images.shape[1:]), *body, layers.Dense(10)])
network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
network.fit(images[:64], labels[:64], batch_size=64, verbose=0)
print(json.dumps({"event": "first"}), flush=True)
network.fit(images[:1280], labels[:1280], batch_size=64, verbose=0)
best = 0
for _ in range(3):
    start = time.perf_counter()
    network.fit(images, labels, batch_size=64, verbose=0)
    best = max(best, len(images) / (time.perf_counter() - start))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"event": "end", "samples_per_second": best, "peak_memory_bytes": memory}))
