"""Optimizers on a quadratic function."""

import functools

import torch
from torch import optim

from .files import single, tensor

DIMENSIONS, STEPS = 12, 10

# Largest difference of a parameter between the float32 and the float64 run.
TOLERANCE = 1e-5


class Lion(optim.Optimizer):
    """Algorithm 2 of Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms"."""

    def __init__(self, parameters, lr, betas, weight_decay):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                gradient = parameter.grad
                state = self.state[parameter]
                average = state.setdefault("average", torch.zeros_like(parameter))
                direction = beta1 * average + (1 - beta1) * gradient
                # Near zero, rounding would decide about the sign.
                assert direction.abs().min() > 1e-4
                update = direction.sign() + group["weight_decay"] * parameter
                parameter -= group["lr"] * update
                state["average"] = beta2 * average + (1 - beta2) * gradient


SGD = {
    "learning_rate": 0.05,
    "momentum": 0.0,
    "dampening": 0.0,
    "nesterov": False,
    "weight_decay": 0.0,
}
ADAM = {
    "learning_rate": 0.05,
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-8,
    "weight_decay": 0.0,
}
RMSPROP = {
    "learning_rate": 0.01,
    "rho": 0.99,
    "epsilon": 1e-8,
    "momentum": 0.0,
    "centered": False,
    "weight_decay": 0.0,
}
ADAGRAD = {
    "learning_rate": 0.1,
    "learning_rate_decay": 0.0,
    "initial_accumulator": 0.0,
    "epsilon": 1e-10,
    "weight_decay": 0.0,
}
ADADELTA = {"learning_rate": 1.0, "rho": 0.9, "epsilon": 1e-6, "weight_decay": 0.0}
LION = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0}

CASES = [
    ("sgd", SGD),
    ("sgd", SGD | {"weight_decay": 0.1}),
    ("sgd", SGD | {"momentum": 0.9}),
    ("sgd", SGD | {"momentum": 0.9, "dampening": 0.5}),
    ("sgd", SGD | {"momentum": 0.9, "nesterov": True}),
    ("sgd", SGD | {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
    ("adam", ADAM | {"amsgrad": False}),
    ("adam", ADAM | {"beta1": 0.8, "beta2": 0.95, "weight_decay": 0.1, "amsgrad": False}),
    ("amsgrad", ADAM),
    ("amsgrad", ADAM | {"beta2": 0.9, "weight_decay": 0.1}),
    ("adamw", ADAM | {"weight_decay": 0.01, "amsgrad": False}),
    ("adamw", ADAM | {"beta1": 0.8, "weight_decay": 0.1, "amsgrad": False}),
    ("nadam", ADAM | {"momentum_decay": 0.004}),
    ("nadam", ADAM | {"momentum_decay": 0.1, "weight_decay": 0.1}),
    ("adamax", ADAM),
    ("adamax", ADAM | {"beta1": 0.8, "weight_decay": 0.1}),
    ("rmsprop", RMSPROP),
    ("rmsprop", RMSPROP | {"centered": True}),
    ("rmsprop", RMSPROP | {"momentum": 0.9, "rho": 0.9}),
    ("adagrad", ADAGRAD),
    ("adagrad", ADAGRAD | {"learning_rate_decay": 0.1, "initial_accumulator": 0.1}),
    ("adadelta", ADADELTA),
    ("adadelta", ADADELTA | {"epsilon": 1e-3, "weight_decay": 0.1}),
    ("lion", LION),
    ("lion", LION | {"weight_decay": 0.1}),
]
CLASSES = {
    "sgd": optim.SGD,
    "adam": optim.Adam,
    "amsgrad": functools.partial(optim.Adam, amsgrad=True),
    "adamw": optim.AdamW,
    "nadam": optim.NAdam,
    "adamax": optim.Adamax,
    "rmsprop": optim.RMSprop,
    "adagrad": optim.Adagrad,
    "adadelta": optim.Adadelta,
    "lion": Lion,
}


def torch_arguments(name: str, options: dict) -> dict:
    """The options under the names that torch gives them."""
    names = {
        "learning_rate": "lr",
        "epsilon": "eps",
        "learning_rate_decay": "lr_decay",
        "initial_accumulator": "initial_accumulator_value",
    }
    if name == "rmsprop":
        names["rho"] = "alpha"
    arguments = {names.get(key, key): value for key, value in options.items()}
    if "beta1" in arguments:
        arguments["betas"] = (arguments.pop("beta1"), arguments.pop("beta2"))
    return arguments


def minimize(name: str, options: dict, matrix, vector, start) -> torch.Tensor:
    """The parameters after each step, one row per step."""
    parameters = start.clone().requires_grad_()
    optimizer = CLASSES[name]([parameters], **torch_arguments(name, options))
    rows = []
    for _ in range(STEPS):
        parameters.grad = matrix @ parameters.detach() - vector
        optimizer.step()
        rows.append(parameters.detach().clone())
    return torch.stack(rows)


def case(name: str, options: dict, matrix, vector, start) -> dict:
    rows = minimize(name, options, matrix, vector, start)
    exact = minimize(name, options, matrix.double(), vector.double(), start.double())
    deviation = (rows - exact).abs().max().item()
    assert deviation < TOLERANCE, (name, options, deviation)
    return {
        "name": name,
        "options": options,
        "parameters": tensor(rows),
        "float64_deviation": single(deviation),
    }


def content() -> dict:
    torch.manual_seed(501)
    basis, _ = torch.linalg.qr(torch.randn(DIMENSIONS, DIMENSIONS, dtype=torch.float64))
    matrix = (basis @ torch.diag(torch.linspace(0.5, 5, DIMENSIONS).double()) @ basis.T).float()
    matrix = torch.triu(matrix) + torch.triu(matrix, 1).T
    assert torch.linalg.eigvalsh(matrix).min() > 0.4
    vector = torch.randn(DIMENSIONS)
    start = 2 * torch.randn(DIMENSIONS)
    return {
        "description": (
            "10 steps of minimizing f(x) = x^T matrix x / 2 - vector^T x from x = start, in "
            "float32; the gradient at x is matrix x - vector (matrix symmetric and positive "
            "definite, row-major). Row i of parameters is x after step i + 1. float64_deviation "
            "is the largest absolute difference from the same run in float64. Lion follows the "
            "paper, the others are torch.optim's; rho of rmsprop is alpha there."
        ),
        "matrix": tensor(matrix),
        "vector": tensor(vector),
        "start": tensor(start),
        "cases": [case(name, options, matrix, vector, start) for name, options in CASES],
    }
