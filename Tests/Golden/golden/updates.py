"""What happens between losses and parameters: class weights, accumulation, penalties, clipping."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from .files import tensor

ROWS, INPUTS, UNITS = 44, 3, 6
LABELS = ["ant", "bee", "cat"]
BATCH_SIZE, EPOCHS, LEARNING_RATE = 8, 3, 0.3

# As the training section of a configuration says them.
CASES = [
    {},
    {"regularization": {"l1": 0.01}},
    {"regularization": {"l2": 0.02}},
    {"regularization": {"l1": 0.005, "l2": 0.01}},
    {"gradient_clipping": {"type": "norm", "threshold": 0.2}},
    {"gradient_clipping": {"type": "value", "threshold": 0.05}},
    {"gradient_accumulation": 2},
    {"loss": {"type": "cross_entropy", "class_weights": "balanced"}},
    {"loss": {"type": "cross_entropy", "class_weights": {"ant": 3.0, "cat": 0.25}}},
    {
        "loss": {
            "type": "cross_entropy",
            "class_weights": {"ant": 0.0, "bee": 2.0},
            "label_smoothing": 0.1,
        }
    },
    {
        "loss": {"type": "cross_entropy", "class_weights": "balanced"},
        "gradient_accumulation": 4,
        "regularization": {"l1": 0.001, "l2": 0.01},
        "gradient_clipping": {"type": "norm", "threshold": 0.3},
    },
]


def class_weights(loss: dict, classes: torch.Tensor) -> torch.Tensor | None:
    weights = loss.get("class_weights")
    if weights is None:
        return None
    if weights == "balanced":
        counts = torch.bincount(classes, minlength=len(LABELS))
        return len(classes) / (len(LABELS) * counts.double())
    return torch.tensor([weights.get(label, 1.0) for label in LABELS], dtype=torch.float64)


def train(options: dict, inputs, classes, initial) -> list:
    network = nn.Sequential(nn.Linear(INPUTS, UNITS), nn.Tanh(), nn.Linear(UNITS, len(LABELS)))
    network = network.double()
    network.load_state_dict(initial)
    parameters = list(network.parameters())
    kernels = [parameter for parameter in parameters if parameter.dim() == 2]
    optimizer = torch.optim.SGD(parameters, lr=LEARNING_RATE)
    loss_options = options.get("loss", {})
    weights = class_weights(loss_options, classes)
    penalty = options.get("regularization", {})
    clipping = options.get("gradient_clipping", {})
    # Batches that accumulate are one larger batch.
    rows = BATCH_SIZE * options.get("gradient_accumulation", 1)
    for _ in range(EPOCHS):
        for first in range(0, ROWS, rows):
            optimizer.zero_grad()
            loss = F.cross_entropy(
                network(inputs[first : first + rows]),
                classes[first : first + rows],
                weight=weights,
                label_smoothing=loss_options.get("label_smoothing", 0.0),
            )
            loss = loss + penalty.get("l1", 0) * sum(kernel.abs().sum() for kernel in kernels)
            loss = loss + penalty.get("l2", 0) * sum(kernel.square().sum() for kernel in kernels)
            loss.backward()
            if clipping.get("type") == "norm":
                assert clip_grad_norm_(parameters, clipping["threshold"]) > 0
            elif clipping.get("type") == "value":
                clip_grad_value_(parameters, clipping["threshold"])
            optimizer.step()
    return [stored(parameter) for parameter in parameters]


def stored(parameter: torch.Tensor) -> dict:
    """Kernels as inputs x units."""
    return tensor(parameter.detach().T if parameter.dim() == 2 else parameter.detach())


def content() -> dict:
    torch.manual_seed(701)
    inputs = torch.randn(ROWS, INPUTS).double()
    # The classes are not equally frequent, and no batch is like another.
    classes = torch.multinomial(torch.tensor([0.2, 0.5, 0.3]), ROWS, replacement=True)
    network = nn.Sequential(nn.Linear(INPUTS, UNITS), nn.Tanh(), nn.Linear(UNITS, len(LABELS)))
    initial = {name: value.double() for name, value in network.state_dict().items()}
    return {
        "description": (
            "Dense layers of 6 (tanh) and 3 units learn by gradient descent, in float64, on the "
            "rows in their order. parameters are those after the last epoch: kernel (inputs x "
            "units) and bias of each layer. training is what a configuration says beside the "
            "optimizer. Batches that accumulate are one larger batch; the loss with class weights "
            "is that of torch.nn.functional.cross_entropy; l1 and l2 weigh the sums of absolute "
            "values and of squares of the kernels; clipping is that of torch.nn.utils."
        ),
        "labels": LABELS,
        "inputs": tensor(inputs),
        "classes": tensor(classes),
        "batch_size": BATCH_SIZE,
        "epochs": EPOCHS,
        "learning_rate": LEARNING_RATE,
        "initial_parameters": [stored(value) for value in initial.values()],
        "cases": [
            {"training": options, "parameters": train(options, inputs, classes, initial)}
            for options in CASES
        ],
    }
