"""Activation functions and their gradients."""

import torch
from torch.nn import functional as F

from .files import tensor

ROWS, COLUMNS = 5, 7

# The last row: saturation, the neighbourhood of zero, and zero itself, where several functions
# have a kink.
EXTREMES = [-30, -12.5, -(2**-10), 0, 2**-10, 12.5, 30]

CASES = [
    ("linear", {}, lambda x: x.clone()),
    ("relu", {}, F.relu),
    ("leaky_relu", {"negative_slope": 0.01}, F.leaky_relu),
    ("leaky_relu", {"negative_slope": 0.2}, F.leaky_relu),
    ("elu", {"alpha": 1.0}, F.elu),
    ("elu", {"alpha": 0.5}, F.elu),
    ("selu", {}, F.selu),
    ("gelu", {}, F.gelu),
    ("gelu_tanh", {}, lambda x: F.gelu(x, approximate="tanh")),
    ("sigmoid", {}, torch.sigmoid),
    ("tanh", {}, torch.tanh),
    ("softmax", {}, lambda x: F.softmax(x, dim=-1)),
    ("softplus", {}, F.softplus),
    ("swish", {"beta": 1.0}, lambda x, beta: x * torch.sigmoid(beta * x)),
]


def case(name: str, parameters: dict, function, inputs, gradients) -> dict:
    inputs = inputs.double().requires_grad_()
    outputs = function(inputs, **parameters)
    outputs.backward(gradients.double())
    return {
        "name": name,
        "parameters": parameters,
        "outputs": tensor(outputs),
        "input_gradients": tensor(inputs.grad),
    }


def content() -> dict:
    torch.manual_seed(201)
    inputs = torch.rand(ROWS, COLUMNS) * 12 - 6
    inputs[-1] = torch.tensor(EXTREMES)
    gradients = torch.randn(ROWS, COLUMNS)
    return {
        "description": (
            "outputs = f(inputs), input_gradients = gradient of sum(outputs * output_gradients) "
            "with respect to inputs. Computed in float64, rounded to float32. softmax runs over "
            "the last axis. gelu is x * Phi(x) with the error function, gelu_tanh its "
            "approximation. The derivatives at 0 are those of torch: that of the negative "
            "side (relu 0, leaky_relu negative_slope, elu alpha, selu scale * alpha)."
        ),
        "inputs": tensor(inputs),
        "output_gradients": tensor(gradients),
        "cases": [
            case(name, parameters, function, inputs, gradients)
            for name, parameters, function in CASES
        ],
    }
