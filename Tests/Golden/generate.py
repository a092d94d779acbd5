"""Writes the golden values of the tests: one JSON file per topic, next to this script.

    python3 -m venv .venv
    .venv/bin/pip install "torch==2.13.0+cpu" numpy scikit-learn==1.9.1 pandas==2.3.3
    .venv/bin/python generate.py [topic ...]

The files were made with Python 3.11.7, PyTorch 2.13.0, numpy 2.4.6, scikit-learn 1.9.1 and pandas 2.3.3; each of
them repeats its versions under "versions". All random numbers are seeded and only one thread
computes, yet a processor with other vector instructions may round the last bit of a float32
differently.
"""

import sys

# The modules below live in a source tree that should not collect __pycache__ directories.
sys.dont_write_bytecode = True

import torch  # noqa: E402

from golden import (  # noqa: E402
    activations,
    augmentation,
    classical,
    convolution_training,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    recurrent,
    schedules,
    tables,
    training,
    transformer,
    updates,
)
from golden.files import write  # noqa: E402

TOPICS = {
    "mlp-training": training.content,
    "convolution-training": convolution_training.content,
    "activations": activations.content,
    "layers": layers.content,
    "recurrent": recurrent.content,
    "transformer": transformer.content,
    "losses": losses.content,
    "initializers": initializers.content,
    "optimizers": optimizers.content,
    "schedules": schedules.content,
    "metrics": metrics.content,
    "updates": updates.content,
    "augmentation": augmentation.content,
    "classical-models": classical.content,
    "tables": tables.content,
}


def main(topics: list[str]) -> None:
    # The order of summation depends on the number of threads.
    torch.set_num_threads(1)
    for topic in topics or TOPICS:
        write(topic, TOPICS[topic]())


if __name__ == "__main__":
    main(sys.argv[1:])
