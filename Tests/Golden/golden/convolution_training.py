"""Training runs of a network with two convolutions on the digits that come with the project.

The first parameters come from a generator that the tests have too, since there are too many to write
them down.
"""

import gzip

import numpy as np
import torch
from torch import nn

from .files import DIRECTORY, single, singles

BATCH_SIZE, ITERATIONS = 64, 50
TOLERANCE = 2e-4
MASK = 2**64 - 1


class SplitMix64:
    """Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014."""

    def __init__(self, seed: int):
        self.state = seed

    def next(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def symmetric(self, count: int, bound: float) -> np.ndarray:
        """Uniform in [-bound, bound): 24 bits each, scaled in float32."""
        units = np.array([self.next() >> 40 for _ in range(count)], dtype=np.float32)
        return (units * np.float32(2**-23) - np.float32(1)) * np.float32(bound)


def digits() -> tuple[torch.Tensor, torch.Tensor]:
    def read(name: str) -> np.ndarray:
        raw = gzip.decompress((DIRECTORY.parent.parent / "datasets" / name).read_bytes())
        dimensions = np.frombuffer(raw, ">u4", count=raw[3], offset=4)
        return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(dimensions)

    images = read("digits-images-idx3-ubyte.gz").astype(np.float32) / np.float32(16)
    labels = read("digits-labels-idx1-ubyte.gz").astype(np.int64)
    return torch.tensor(images)[:, None], torch.tensor(labels)


class ChannelsLast(nn.Module):
    """Flattens images as hptrain does, the channels of a pixel side by side."""

    def forward(self, values):
        return values.movedim(1, -1).flatten(1)


def make_model() -> nn.Sequential:
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        ChannelsLast(),
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )
    generator = SplitMix64(11)
    with torch.no_grad():
        for layer in model:
            if not isinstance(layer, (nn.Conv2d, nn.Linear)):
                continue
            fan_in = layer.weight[0].numel()
            # The generator counts through size x channels x filters, or inputs x outputs.
            last = layer.weight.movedim(0, -1)
            if isinstance(layer, nn.Conv2d):
                last = last.movedim(0, -2)
            values = torch.tensor(generator.symmetric(last.numel(), fan_in**-0.5))
            last.copy_(values.reshape(last.shape))
            layer.bias.copy_(torch.tensor(generator.symmetric(layer.bias.numel(), fan_in**-0.5)))
    return model


OPTIMIZERS = {
    "sgd": ({"learning_rate": 0.02, "momentum": 0.9}, lambda p: torch.optim.SGD(p, 0.02, 0.9)),
    "adam": ({"learning_rate": 0.001}, lambda p: torch.optim.Adam(p, 0.001)),
}


def train(make_optimizer, dtype) -> list[float]:
    images, labels = digits()
    model = make_model().to(dtype)
    optimizer = make_optimizer(model.parameters())
    losses = []
    for iteration in range(ITERATIONS):
        first = iteration * BATCH_SIZE % (len(images) - BATCH_SIZE)
        rows = slice(first, first + BATCH_SIZE)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images[rows].to(dtype)), labels[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def content() -> dict:
    runs = []
    for name, (options, make_optimizer) in OPTIMIZERS.items():
        losses = train(make_optimizer, torch.float32)
        exact = train(make_optimizer, torch.float64)
        deviation = max(abs(a / b - 1) for a, b in zip(losses, exact, strict=True))
        assert deviation < TOLERANCE, (name, deviation)
        runs.append(
            {
                "optimizer": {"type": name} | options,
                "losses": singles(losses),
                "float64_deviation": single(deviation),
            }
        )
    return {
        "description": "The loss of each iteration before its update, of a network with two "
        "convolutions on the digits in the order of the file. The first parameters are those of "
        "SplitMix64 with seed 11, layer by layer, kernel before bias, uniform within "
        "1 / sqrt(fan in).",
        "batch_size": BATCH_SIZE,
        "runs": runs,
    }
