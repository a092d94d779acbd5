"""Training runs of a small multilayer perceptron: three losses, each with several optimizers."""

import copy

import torch
from torch import nn

from .files import single, singles, tensor

BATCHES, BATCH_SIZE, FEATURES = 5, 8, 6
HIDDEN = (16, 12)
EPOCHS = 4

# Largest relative difference of a loss between the float32 and the float64 run of the same
# training. Beyond it the run would be chaotic, and no value to compare other code with.
TOLERANCE = 1e-5

SGD = {
    "name": "sgd",
    "learning_rate": 0.1,
    "momentum": 0.0,
    "dampening": 0.0,
    "nesterov": False,
    "weight_decay": 0.0,
}
ADAM = {
    "name": "adam",
    "learning_rate": 0.01,
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-8,
    "weight_decay": 0.0,
    "amsgrad": False,
}
OPTIMIZERS = [
    SGD,
    SGD | {"momentum": 0.9},
    SGD | {"momentum": 0.9, "nesterov": True},
    SGD | {"momentum": 0.9, "weight_decay": 0.01},
    ADAM,
    ADAM | {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6, "weight_decay": 0.02},
]


def make_optimizer(options: dict, parameters) -> torch.optim.Optimizer:
    if options["name"] == "sgd":
        return torch.optim.SGD(
            parameters,
            lr=options["learning_rate"],
            momentum=options["momentum"],
            dampening=options["dampening"],
            nesterov=options["nesterov"],
            weight_decay=options["weight_decay"],
        )
    return torch.optim.Adam(
        parameters,
        lr=options["learning_rate"],
        betas=(options["beta1"], options["beta2"]),
        eps=options["epsilon"],
        weight_decay=options["weight_decay"],
        amsgrad=options["amsgrad"],
    )


def make_model(outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(FEATURES, HIDDEN[0]),
        nn.ReLU(),
        nn.Linear(HIDDEN[0], HIDDEN[1]),
        nn.Tanh(),
        nn.Linear(HIDDEN[1], outputs),
    )


def make_targets(loss: str, inputs: torch.Tensor, outputs: int) -> torch.Tensor:
    """A noisy linear function of the inputs, so that there is something to learn."""
    response = inputs @ torch.randn(FEATURES, outputs)
    response += 0.3 * torch.randn(response.shape)
    if loss == "cross_entropy":
        return response.argmax(dim=-1)
    if loss == "binary_cross_entropy":
        return (response > 0).float()
    return 0.5 * response


def parameters_of(model: nn.Sequential) -> list[dict]:
    """Kernels as [inputs, outputs]: the transpose of the weight that torch keeps."""
    result = []
    for index, layer in enumerate(layer for layer in model if isinstance(layer, nn.Linear)):
        result.append({"name": f"kernel{index}", **tensor(layer.weight.T)})
        result.append({"name": f"bias{index}", **tensor(layer.bias)})
    return result


def train(model: nn.Sequential, criterion, options: dict, inputs, targets) -> list[float]:
    """Trains in place; returns the loss of each iteration's batch before its update."""
    optimizer = make_optimizer(options, model.parameters())
    losses = []
    for _ in range(EPOCHS):
        for batch, target in zip(inputs, targets, strict=True):
            optimizer.zero_grad()
            loss = criterion(model(batch), target)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def run(model: nn.Sequential, criterion, options: dict, inputs, targets) -> dict:
    trained = copy.deepcopy(model)
    losses = train(trained, criterion, options, inputs, targets)

    reference = copy.deepcopy(model).double()
    exact_targets = targets.double() if targets.is_floating_point() else targets
    exact_losses = train(reference, criterion, options, inputs.double(), exact_targets)
    deviation = max(abs(a / b - 1) for a, b in zip(losses, exact_losses, strict=True))
    assert deviation < TOLERANCE, (options, deviation)
    pairs = zip(trained.parameters(), reference.parameters(), strict=True)
    distance = max((a - b).abs().max().item() for a, b in pairs)

    return {
        "optimizer": options,
        "losses": singles(losses),
        "final_parameters": parameters_of(trained),
        "float64_deviation": {
            "loss_relative": single(deviation),
            "parameter_absolute": single(distance),
        },
    }


def runs_with(loss: str, criterion, outputs: int, seed: int) -> dict:
    torch.manual_seed(seed)
    inputs = torch.randn(BATCHES, BATCH_SIZE, FEATURES)
    targets = make_targets(loss, inputs, outputs)
    model = make_model(outputs)
    return {
        "loss": loss,
        "inputs": tensor(inputs),
        "targets": tensor(targets),
        "initial_parameters": parameters_of(model),
        "runs": [run(model, criterion, options, inputs, targets) for options in OPTIMIZERS],
    }


def content() -> dict:
    return {
        "description": (
            "Multilayer perceptron 6-16-12-outputs with relu, tanh and a linear last layer, "
            "trained in float32 on 5 batches of 8 examples, in this order, 4 times: 20 "
            "iterations. Kernels are [inputs, outputs]. Losses are means over all elements, each "
            "taken before its iteration's update. float64_deviation is the largest difference "
            "from the same run in float64."
        ),
        "features": FEATURES,
        "hidden_units": list(HIDDEN),
        "activations": ["relu", "tanh", "linear"],
        "epochs": EPOCHS,
        "problems": [
            runs_with("cross_entropy", nn.CrossEntropyLoss(), 4, seed=101),
            runs_with("binary_cross_entropy", nn.BCEWithLogitsLoss(), 1, seed=102),
            runs_with("mse", nn.MSELoss(), 2, seed=103),
        ],
    }
