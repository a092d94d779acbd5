"""Outputs and all gradients of recurrent layers, and a training run of an LSTM.

The kernels are those of PyTorch, transposed. Where hptrain has one bias for two of PyTorch, all of it
is that of the input; the recurrent bias of a gru's candidate is the last third of PyTorch's.
"""

import torch
from torch import nn

from .convolution_training import SplitMix64, digits
from .files import single, singles, tensor

ROWS = 3
KINDS = [
    ("rnn", {}),
    ("rnn", {"activation": "relu"}),
    ("lstm", {}),
    ("gru", {}),
]
# Steps, features and units; return_sequences and bidirectional; whether there are biases.
CASES = [
    (1, 3, 4, False, False, True),
    (2, 5, 3, True, False, True),
    (7, 3, 5, False, True, True),
    (7, 2, 17, True, True, True),
    (28, 4, 3, True, False, True),
    (5, 1, 16, False, False, False),
    (1, 2, 3, True, True, True),
    (2, 4, 33, False, True, False),
    (28, 3, 6, False, True, True),
]


def make_module(kind, settings, features, units, bidirectional, bias, layers=1) -> nn.Module:
    options = {"bidirectional": bidirectional, "bias": bias, "num_layers": layers}
    if kind == "rnn":
        options["nonlinearity"] = settings.get("activation", "tanh")
    make = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[kind]
    module = make(features, units, batch_first=True, **options)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.normal_(0, 0.5 if "bias" in name else parameter.shape[1] ** -0.5)
            if name.startswith("bias_hh"):
                # Only what hptrain has a parameter for.
                parameter[: 2 * units if kind == "gru" else None] = 0
    return module


def named(kind, units, values: dict, layer: int) -> dict:
    """What belongs to a PyTorch parameter, its values or gradient, by the names of hptrain."""
    result = {}
    for suffix, prefix in [("", ""), ("_reverse", "backward_")]:
        end = f"_l{layer}{suffix}"
        if f"weight_ih{end}" not in values:
            continue
        result[prefix + "kernel"] = values[f"weight_ih{end}"].T
        result[prefix + "recurrent_kernel"] = values[f"weight_hh{end}"].T
        if f"bias_ih{end}" in values:
            result[prefix + "bias"] = values[f"bias_ih{end}"]
            if kind == "gru":
                result[prefix + "recurrent_bias"] = values[f"bias_hh{end}"][2 * units :]
    return {name: tensor(value.contiguous()) for name, value in result.items()}


def apply(module, inputs, returns_sequences, bidirectional) -> torch.Tensor:
    outputs, states = module(inputs)
    if returns_sequences:
        return outputs
    last = states[0] if isinstance(states, tuple) else states
    return torch.cat([last[-2], last[-1]], 1) if bidirectional else last[-1]


def case(kind, settings, steps, features, units, returns_sequences, bidirectional, bias, layers=1):
    module = make_module(kind, settings, features, units, bidirectional, bias, layers)
    inputs = torch.randn(ROWS, steps, features, requires_grad=True)
    outputs = apply(module, inputs, returns_sequences, bidirectional)
    output_gradient = torch.randn_like(outputs)
    outputs.backward(output_gradient)
    values = dict(module.named_parameters())
    gradients = {name: parameter.grad for name, parameter in values.items()}
    configs = [{"type": kind, "units": units} | settings for _ in range(layers)]
    for index, config in enumerate(configs):
        if returns_sequences or index < layers - 1:
            config["return_sequences"] = True
        if bidirectional:
            config["bidirectional"] = True
        if not bias:
            config["use_bias"] = False
    result = {
        "input": tensor(inputs),
        "output": tensor(outputs),
        "output_gradient": tensor(output_gradient),
        "input_gradient": tensor(inputs.grad),
    }
    parameters = [named(kind, units, values, layer) for layer in range(layers)]
    parameter_gradients = [named(kind, units, gradients, layer) for layer in range(layers)]
    return result | {
        "layers": configs,
        "parameters": parameters,
        "parameter_gradients": parameter_gradients,
    }


# Rows of windows that follow each other; the first rows go on where there are fewer.
WINDOWS = [4, 4, 3]


def last_outputs(outputs, returns_sequences):
    return outputs if returns_sequences else outputs[:, -1]


def stateful_case(kind, settings, steps, features, units, returns_sequences, layers):
    """Windows each of which begins with the detached states that the one before ended with."""
    module = make_module(kind, settings, features, units, False, True, layers)
    values = dict(module.named_parameters())
    states = None
    windows = []
    for rows in WINDOWS:
        inputs = torch.randn(rows, steps, features, requires_grad=True)
        if states is not None:
            states = tuple(state.detach()[:, :rows].contiguous() for state in states)
        before = None if states is None else states if kind == "lstm" else states[0]
        outputs, after = module(inputs, before)
        states = after if isinstance(after, tuple) else (after,)
        outputs = last_outputs(outputs, returns_sequences)
        output_gradient = torch.randn_like(outputs)
        module.zero_grad()
        outputs.backward(output_gradient)
        gradients = {name: parameter.grad for name, parameter in values.items()}
        windows.append(
            {
                "input": tensor(inputs),
                "output": tensor(outputs),
                "output_gradient": tensor(output_gradient),
                "input_gradient": tensor(inputs.grad),
                "parameter_gradients": [
                    named(kind, units, gradients, layer) for layer in range(layers)
                ],
            }
        )
    configs = [{"type": kind, "units": units, "stateful": True} | settings for _ in range(layers)]
    for index, config in enumerate(configs):
        if returns_sequences or index < layers - 1:
            config["return_sequences"] = True
    return {
        "layers": configs,
        "parameters": [named(kind, units, values, layer) for layer in range(layers)],
        "windows": windows,
    }


BATCH_SIZE, ITERATIONS, UNITS = 64, 50, 32
OPTIMIZERS = {
    "sgd": ({"learning_rate": 0.1, "momentum": 0.9}, lambda p: torch.optim.SGD(p, 0.1, 0.9)),
    "adam": ({"learning_rate": 0.005}, lambda p: torch.optim.Adam(p, 0.005)),
}


class Classifier(nn.Module):
    """An image as the sequence of its rows."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, 10)
        generator = SplitMix64(13)
        bound = UNITS**-0.5
        with torch.no_grad():
            for parameter in [
                self.lstm.weight_ih_l0.T,
                self.lstm.weight_hh_l0.T,
                self.lstm.bias_ih_l0,
                self.dense.weight.T,
                self.dense.bias,
            ]:
                values = torch.tensor(generator.symmetric(parameter.numel(), bound))
                parameter.copy_(values.reshape(parameter.shape))
            self.lstm.bias_hh_l0.zero_()
        # Two biases with the same gradient would learn twice as fast as one.
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, images):
        return self.dense(self.lstm(images)[1][0][-1])


def train(make_optimizer, dtype) -> list[float]:
    images, labels = digits()
    model = Classifier().to(dtype)
    optimizer = make_optimizer([p for p in model.parameters() if p.requires_grad])
    losses = []
    for iteration in range(ITERATIONS):
        first = iteration * BATCH_SIZE % (len(images) - BATCH_SIZE)
        rows = slice(first, first + BATCH_SIZE)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images[rows, 0].to(dtype)), labels[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def runs() -> list[dict]:
    result = []
    for name, (options, make_optimizer) in OPTIMIZERS.items():
        losses = train(make_optimizer, torch.float32)
        exact = train(make_optimizer, torch.float64)
        deviation = max(abs(a / b - 1) for a, b in zip(losses, exact, strict=True))
        assert deviation < 2e-4, (name, deviation)
        result.append(
            {
                "optimizer": {"type": name} | options,
                "losses": singles(losses),
                "float64_deviation": single(deviation),
            }
        )
    return result


def content() -> dict:
    torch.manual_seed(33)
    cases = [case(*kind, *geometry) for kind in KINDS for geometry in CASES]
    for kind in KINDS:
        cases.append(case(*kind, 7, 3, 5, False, False, True, layers=2))
        cases.append(case(*kind, 5, 3, 4, True, True, True, layers=2))
    stateful = []
    for kind in KINDS:
        stateful.append(stateful_case(*kind, 1, 3, 4, False, 1))
        stateful.append(stateful_case(*kind, 5, 3, 17, True, 1))
        stateful.append(stateful_case(*kind, 4, 2, 6, False, 2))
    return {
        "description": "Outputs and gradients of recurrent layers, one or two of them: inputs are "
        "rows x steps x features, kernels inputs x gates. The gradients belong to "
        "sum(output * output_gradient). The windows of the stateful cases follow each other, and no "
        "gradient passes from one to the one before. The runs are of an LSTM with 32 units that reads the rows "
        "of the digits in the order of the file, and a dense layer; the first parameters are those "
        "of SplitMix64 with seed 13, layer by layer, kernel before recurrent kernel before bias, "
        "uniform within 1 / sqrt(32).",
        "cases": cases,
        "stateful": stateful,
        "batch_size": BATCH_SIZE,
        "runs": runs(),
    }
