#!/usr/bin/env python3
"""A workload in PyTorch: single precision, fused Adam, all data in memory, no data loader.

Prints a JSON object when the first step is done and one at the end.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import mnist

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("workload")
parser.add_argument("--data", type=Path, required=True)
parser.add_argument("--threads", type=int, default=0)
parser.add_argument("--compile", action="store_true")
parser.add_argument("--channels-last", action="store_true")
options = parser.parse_args()
torch.manual_seed(0)
if options.threads:
    torch.set_num_threads(options.threads)


class LastStep(nn.Module):
    """A recurrent layer whose last output is classified."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.head = nn.Linear(layer.hidden_size, 10)

    def forward(self, sequence):
        outputs, _ = self.layer(sequence)
        return self.head(outputs[:, -1])


class TransformerBlock(nn.Module):
    """Causal attention and two dense layers, each normalized before and added to what came in."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.dense = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x):
        rows, steps, width = x.shape
        split = (rows, steps, 3, self.heads, width // self.heads)
        q, k, v = self.qkv(self.before_attention(x)).view(split).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.projection(attended.transpose(1, 2).reshape(rows, steps, width))
        return x + self.dense(x)


class GPT(nn.Module):
    def __init__(self, vocabulary, steps=64, width=128, heads=4, blocks=4):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.zeros(steps, width))
        self.blocks = nn.Sequential(*[TransformerBlock(width, heads) for _ in range(blocks)])
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False))

    def forward(self, tokens):
        return self.head(self.blocks(self.tokens(tokens) + self.positions)).flatten(0, 1)


def perceptron(*sizes):
    layers = []
    for inputs, units in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, units), nn.ReLU()]
    return layers[:-1]


def convolution(channels, filters, size, **more):
    return [nn.Conv2d(channels, filters, size, **more), nn.ReLU()]


def five_convolutions():
    def same(channels):
        return convolution(channels, 128, 3, padding=1)

    pool = [nn.MaxPool2d(2)]
    body = same(1) + same(128) + pool + same(128) + same(128) + pool + same(128)
    return body + [nn.Dropout(0.3), nn.Flatten(), nn.Linear(128 * 7 * 7, 10)]


NETWORKS = {
    "mlp": lambda: nn.Sequential(nn.Flatten(), *perceptron(784, 512, 256, 10)),
    "wide_mlp": lambda: nn.Sequential(nn.Flatten(), *perceptron(784, 2048, 2048, 2048, 10)),
    "mlp_small": lambda: nn.Sequential(*perceptron(13, 64, 64, 1)),
    "lenet": lambda: nn.Sequential(
        *convolution(1, 6, 5, padding=2), nn.MaxPool2d(2), *convolution(6, 16, 5), nn.MaxPool2d(2),
        nn.Flatten(), *perceptron(400, 120, 84, 10),
    ),
    "cnn": lambda: nn.Sequential(
        *convolution(1, 32, 3), *convolution(32, 64, 3), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    ),
    "five_convolutions": lambda: nn.Sequential(*five_convolutions()),
    "lstm": lambda: LastStep(nn.LSTM(28, 128, batch_first=True)),
    "gru": lambda: LastStep(nn.GRU(28, 128, batch_first=True)),
}  # fmt: skip
STEPS = {
    "mlp": 640, "wide_mlp": 32, "mlp_small": 4000, "lenet": 256, "cnn": 128, "five_convolutions": 16,
    "lstm": 128, "gru": 128, "gpt": 200,
}  # fmt: skip


def random_batches(inputs, targets, size):
    """Batches of an epoch in random order, for ever."""
    while True:
        for rows in torch.randperm(len(inputs)).split(size):
            if len(rows) == size:
                yield inputs[rows], targets[rows]


def windows(tokens, steps, size):
    while True:
        starts = torch.randint(len(tokens) - steps, (size, 1)) + torch.arange(steps)
        yield tokens[starts], tokens[starts + 1].flatten()


def prepare(workload):
    """The network, its batches, the size of a batch and the loss."""
    if workload == "gpt":
        text = np.frombuffer((options.data / "shakespeare.txt").read_bytes(), np.uint8)
        vocabulary, tokens = np.unique(text, return_inverse=True)
        return GPT(len(vocabulary)), windows(torch.tensor(tokens), 64, 12), 12, F.cross_entropy
    network = NETWORKS[workload]()
    if workload == "mlp_small":
        table = np.loadtxt(options.data / "small.csv", np.float32, delimiter=",", skiprows=1)
        table = torch.tensor(table)
        return network, random_batches(table[:, :13], table[:, 13:], 32), 32, F.mse_loss
    images, labels = mnist.load(options.data, 1024 if workload == "five_convolutions" else 8192)
    images = torch.tensor(images)
    if workload in ("lenet", "cnn", "five_convolutions"):
        images = images[:, None]
        if options.channels_last:
            network = network.to(memory_format=torch.channels_last)
            images = images.contiguous(memory_format=torch.channels_last)
    size = 256 if workload == "wide_mlp" else 64
    return network, random_batches(images, torch.tensor(labels), size), size, F.cross_entropy


network, batches, size, criterion = prepare(options.workload)
optimizer = torch.optim.Adam(network.parameters(), 1e-3, fused=True)
forward = torch.compile(network) if options.compile else network


def step():
    inputs, targets = next(batches)
    loss = criterion(forward(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


step().item()
print(json.dumps({"event": "first"}), flush=True)
steps = STEPS[options.workload]
for _ in range(max(3, steps // 20)):
    step()
best = 0
for _ in range(3):
    start = time.perf_counter()
    for _ in range(steps):
        loss = step()
    loss.item()
    best = max(best, steps * size / (time.perf_counter() - start))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"event": "end", "samples_per_second": best, "peak_memory_bytes": memory}))
