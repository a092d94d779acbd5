"""Outputs and all gradients of layers, in channels-last layout, over many geometries."""

import torch
from torch import nn
from torch.nn import functional as F

from .files import tensor

ROWS = 2

# What hptrain is told, and what arrives: (settings, input shape without the batch).
CONVOLUTIONS_2D = [
    ({"filters": 4, "kernel_size": 3}, (7, 7, 1)),
    ({"filters": 5, "kernel_size": [3, 3]}, (8, 6, 3)),
    ({"filters": 3, "kernel_size": 1}, (5, 4, 6)),
    ({"filters": 17, "kernel_size": 1}, (4, 4, 16)),
    ({"filters": 4, "kernel_size": [1, 5]}, (6, 9, 2)),
    ({"filters": 4, "kernel_size": [5, 2]}, (9, 5, 3)),
    ({"filters": 6, "kernel_size": 5, "padding": 2}, (14, 14, 1)),
    ({"filters": 16, "kernel_size": 5}, (14, 14, 6)),
    ({"filters": 3, "kernel_size": 3, "padding": "same"}, (7, 5, 2)),
    ({"filters": 3, "kernel_size": 4, "padding": "same"}, (6, 7, 2)),
    ({"filters": 3, "kernel_size": [2, 5], "padding": "same"}, (5, 8, 3)),
    ({"filters": 4, "kernel_size": 3, "stride": 2}, (9, 9, 2)),
    ({"filters": 4, "kernel_size": 3, "stride": 2}, (10, 8, 3)),
    ({"filters": 2, "kernel_size": 2, "stride": [3, 2]}, (11, 10, 2)),
    ({"filters": 4, "kernel_size": 3, "stride": 2, "padding": 1}, (8, 11, 3)),
    ({"filters": 3, "kernel_size": 5, "stride": 3, "padding": [2, 1]}, (11, 13, 2)),
    ({"filters": 3, "kernel_size": 1, "stride": 2}, (7, 6, 5)),
    ({"filters": 3, "kernel_size": 2, "padding": 3}, (4, 3, 2)),
    ({"filters": 3, "kernel_size": 3, "dilation": 2}, (9, 8, 2)),
    ({"filters": 3, "kernel_size": 3, "dilation": [1, 3], "padding": [1, 3]}, (6, 9, 3)),
    ({"filters": 4, "kernel_size": 3, "dilation": 2, "padding": "same"}, (7, 9, 2)),
    ({"filters": 6, "kernel_size": 3, "groups": 2}, (7, 6, 4)),
    ({"filters": 8, "kernel_size": 3, "groups": 4, "padding": 1}, (5, 6, 4)),
    ({"filters": 6, "kernel_size": 3, "groups": 3, "stride": 2, "dilation": 2}, (11, 9, 6)),
    ({"filters": 5, "kernel_size": 3, "groups": 5, "padding": "same"}, (6, 6, 5)),
    ({"filters": 4, "kernel_size": 3, "use_bias": False}, (6, 6, 3)),
    ({"filters": 3, "kernel_size": [6, 5]}, (6, 5, 2)),
    ({"filters": 18, "kernel_size": 3, "padding": 1}, (4, 4, 17)),
]
CONVOLUTIONS_1D = [
    ({"filters": 4, "kernel_size": 3}, (12, 1)),
    ({"filters": 5, "kernel_size": 1}, (9, 3)),
    ({"filters": 3, "kernel_size": 5, "stride": 2}, (16, 4)),
    ({"filters": 3, "kernel_size": 4, "padding": "same"}, (11, 2)),
    ({"filters": 3, "kernel_size": 3, "padding": 2, "stride": 3}, (13, 2)),
    ({"filters": 4, "kernel_size": 2, "dilation": 4}, (15, 3)),
    ({"filters": 6, "kernel_size": 3, "groups": 3}, (10, 3)),
    ({"filters": 5, "kernel_size": 7, "padding": "same", "use_bias": False}, (20, 17)),
]
POOLINGS_2D = [
    ({}, (8, 8, 1)),
    ({}, (7, 9, 3)),
    ({"pool_size": 3}, (9, 9, 2)),
    ({"pool_size": [2, 3]}, (8, 10, 5)),
    ({"pool_size": 3, "stride": 2}, (9, 8, 4)),
    ({"pool_size": 3, "stride": 1}, (6, 7, 2)),
    ({"pool_size": 3, "stride": 2, "padding": 1}, (9, 10, 3)),
    ({"pool_size": [3, 2], "stride": [1, 2], "padding": [1, 0]}, (7, 8, 2)),
    ({"pool_size": 2, "stride": 3}, (11, 8, 17)),
    ({"pool_size": [6, 5]}, (6, 5, 3)),
    ({"pool_size": 5, "stride": 4, "padding": 2}, (13, 11, 2)),
    ({"pool_size": 1, "stride": 2}, (5, 6, 2)),
]
POOLINGS_1D = [
    ({}, (12, 3)),
    ({"pool_size": 3}, (11, 1)),
    ({"pool_size": 4, "stride": 2}, (13, 5)),
    ({"pool_size": 3, "stride": 2, "padding": 1}, (10, 16)),
    ({"pool_size": 5, "stride": 1, "padding": 2}, (9, 2)),
]
PERIODIC_EMBEDDINGS = [
    ({}, (3,)),
    ({"frequencies": 5, "dimensions": 2}, (4,)),
    ({"frequencies": 33, "dimensions": 7}, (2,)),
    ({"frequencies": 1, "dimensions": 1}, (6, 3)),
]
ENSEMBLES = [({"members": 2}, (1,)), ({"members": 5}, (17,)), ({}, (33,))]
NORMALIZATIONS = [
    ({}, (16,)),
    ({"epsilon": 0.01}, (33,)),
    ({"affine": False}, (7, 5)),
    ({}, (4, 3, 18)),
]


def channels_first(values: torch.Tensor) -> torch.Tensor:
    return values.movedim(-1, 1)


def channels_last(values: torch.Tensor) -> torch.Tensor:
    return values.movedim(1, -1)


def pair(value, dimensions: int) -> tuple:
    return tuple(value) if isinstance(value, list) else (value,) * dimensions


def same_padding(extents, size, stride, dilation) -> list[int]:
    """For F.pad, which counts from the last dimension; an odd rest goes to the end."""
    amounts = []
    for extent, k, s, d in zip(extents, size, stride, dilation, strict=True):
        total = max(0, (-(-extent // s) - 1) * s + d * (k - 1) + 1 - extent)
        amounts = [total // 2, total - total // 2] + amounts
    return amounts


def convolution(inputs, kernel, bias, settings, dimensions: int) -> torch.Tensor:
    """`kernel` as hptrain keeps it: size, channels of a group, filters."""
    size = pair(settings["kernel_size"], dimensions)
    stride = pair(settings.get("stride", 1), dimensions)
    dilation = pair(settings.get("dilation", 1), dimensions)
    padding = settings.get("padding", 0)
    values = channels_first(inputs)
    if padding == "same":
        values = F.pad(values, same_padding(values.shape[2:], size, stride, dilation))
        padding = 0
    function = F.conv1d if dimensions == 1 else F.conv2d
    weight = kernel.movedim(-1, 0).movedim(-1, 1)
    padding = pair(padding, dimensions)
    groups = settings.get("groups", 1)
    return channels_last(function(values, weight, bias, stride, padding, dilation, groups))


def record(kind, settings, inputs, parameters, outputs) -> dict:
    output_gradient = torch.randn_like(outputs)
    names = list(parameters)
    gradients = torch.autograd.grad(
        outputs, [inputs] + [parameters[name] for name in names], output_gradient
    )
    return {
        "layer": {"type": kind} | settings,
        "input": tensor(inputs),
        "parameters": {name: tensor(parameters[name]) for name in names},
        "output": tensor(outputs),
        "output_gradient": tensor(output_gradient),
        "input_gradient": tensor(gradients[0]),
        "parameter_gradients": {
            name: tensor(gradient) for name, gradient in zip(names, gradients[1:], strict=True)
        },
    }


def convolution_case(kind, settings, shape) -> dict:
    dimensions = len(shape) - 1
    size = pair(settings["kernel_size"], dimensions)
    channels = shape[-1] // settings.get("groups", 1)
    inputs = torch.randn(ROWS, *shape, requires_grad=True)
    scale = (channels * torch.tensor(size).prod().item()) ** -0.5
    kernel = (scale * torch.randn(*size, channels, settings["filters"])).requires_grad_()
    parameters = {"kernel": kernel}
    if settings.get("use_bias", True):
        parameters["bias"] = torch.randn(settings["filters"], requires_grad=True)
    outputs = convolution(inputs, kernel, parameters.get("bias"), settings, dimensions)
    return record(kind, settings, inputs, parameters, outputs)


def pooling_case(kind, settings, shape) -> dict:
    dimensions = len(shape) - 1
    functions = {
        "max_pool1d": F.max_pool1d,
        "max_pool2d": F.max_pool2d,
        "average_pool1d": F.avg_pool1d,
        "average_pool2d": F.avg_pool2d,
    }
    inputs = torch.randn(ROWS, *shape, requires_grad=True)
    size = pair(settings.get("pool_size", 2), dimensions)
    stride = pair(settings.get("stride", list(size)), dimensions)
    padding = pair(settings.get("padding", 0), dimensions)
    options = {}
    if "include_padding" in settings:
        options["count_include_pad"] = settings["include_padding"]
    outputs = functions[kind](channels_first(inputs), size, stride, padding, **options)
    return record(kind, settings, inputs, {}, channels_last(outputs))


def global_case(kind, shape) -> dict:
    inputs = torch.randn(ROWS, *shape, requires_grad=True)
    pixels = inputs.reshape(ROWS, -1, shape[-1])
    outputs = pixels.mean(1) if kind == "global_average_pool" else pixels.amax(1)
    return record(kind, {}, inputs, {}, outputs)


def layer_normalization_case(settings, shape) -> dict:
    inputs = torch.randn(ROWS, *shape, requires_grad=True)
    parameters = {}
    if settings.get("affine", True):
        for name in ("gamma", "beta"):
            parameters[name] = torch.randn(shape[-1], requires_grad=True)
    outputs = F.layer_norm(
        inputs,
        shape[-1:],
        parameters.get("gamma"),
        parameters.get("beta"),
        settings.get("epsilon", 1e-5),
    )
    return record("layer_normalization", settings, inputs, parameters, outputs)


def periodic_embedding_case(settings, shape) -> dict:
    """The numbers as they are, and behind them what is put together from waves of each."""
    waves, dimensions = settings.get("frequencies", 16), settings.get("dimensions", 3)
    inputs = torch.randn(ROWS, *shape, requires_grad=True)
    parameters = {
        "frequencies": torch.randn(shape[-1], waves, requires_grad=True),
        "phases": torch.rand(shape[-1], waves, requires_grad=True),
        "kernel": torch.randn(shape[-1], dimensions, waves, requires_grad=True),
        "bias": torch.randn(shape[-1], dimensions, requires_grad=True),
    }
    angles = 2 * torch.pi * (inputs[..., None] * parameters["frequencies"] + parameters["phases"])
    embeddings = torch.einsum("...nw,ndw->...nd", torch.cos(angles), parameters["kernel"])
    embeddings = (embeddings + parameters["bias"]).flatten(-2)
    outputs = torch.cat([inputs, embeddings], -1)
    return record("periodic_embedding", settings, inputs, parameters, outputs)


def ensemble_case(settings, shape) -> dict:
    inputs = torch.randn(ROWS, *shape, requires_grad=True)
    factors = torch.randn(settings.get("members", 16), *shape, requires_grad=True)
    outputs = inputs[:, None] * factors
    return record("ensemble", settings, inputs, {"factors": factors}, outputs)


def residual_cases() -> list[dict]:
    """One block around a convolution, and one with a projection on the shortcut."""
    cases = []
    inner = {"filters": 4, "kernel_size": 3, "padding": "same"}
    projection = {"filters": 6, "kernel_size": 1, "stride": 2, "use_bias": False}
    strided = {"filters": 6, "kernel_size": 3, "stride": 2, "padding": 1}
    for layers, shortcut in [([inner, inner], None), ([strided], projection)]:
        inputs = torch.randn(ROWS, 6, 5, 4, requires_grad=True)
        parameters = {}

        def apply(values, settings, name):
            size = pair(settings["kernel_size"], 2)
            parameters[f"{name}.kernel"] = (
                0.2 * torch.randn(*size, values.shape[-1], settings["filters"])
            ).requires_grad_()
            if settings.get("use_bias", True):
                parameters[f"{name}.bias"] = torch.randn(settings["filters"], requires_grad=True)
            return convolution(
                values, parameters[f"{name}.kernel"], parameters.get(f"{name}.bias"), settings, 2
            )

        values = inputs
        for index, settings in enumerate(layers):
            values = apply(values, settings, f"layers.{index}")
        settings = {"layers": [{"type": "conv2d"} | layer for layer in layers]}
        if shortcut is not None:
            settings["shortcut"] = [{"type": "conv2d"} | shortcut]
        side = inputs if shortcut is None else apply(inputs, shortcut, "shortcut.0")
        settings["activation"] = "relu"
        cases.append(record("residual", settings, inputs, parameters, F.relu(values + side)))
    return cases


def batch_normalization_case(settings, shape, rows) -> dict:
    """Steps with batches of different sizes, then evaluation by the running statistics."""
    channels = shape[-1]
    module = nn.BatchNorm1d(
        channels, eps=settings.get("epsilon", 1e-5), momentum=settings.get("momentum", 0.1)
    )
    with torch.no_grad():
        module.weight.normal_()
        module.bias.normal_()
    result = {
        "layer": {"type": "batch_normalization"} | settings,
        "gamma": tensor(module.weight),
        "beta": tensor(module.bias),
        "steps": [],
    }
    for count in rows:
        inputs = (1.5 * torch.randn(count, *shape) + 0.7).requires_grad_()
        outputs = module(inputs.reshape(-1, channels)).reshape(inputs.shape)
        step = record("", {}, inputs, {"gamma": module.weight, "beta": module.bias}, outputs)
        step["running_mean"] = tensor(module.running_mean)
        step["running_variance"] = tensor(module.running_var)
        result["steps"].append({k: v for k, v in step.items() if k not in ("layer", "parameters")})
    module.eval()
    inputs = torch.randn(4, *shape)
    outputs = module(inputs.reshape(-1, channels)).reshape(inputs.shape)
    return result | {"evaluation": {"input": tensor(inputs), "output": tensor(outputs)}}


def content() -> dict:
    torch.manual_seed(31)
    cases = [convolution_case("conv1d", *case) for case in CONVOLUTIONS_1D]
    cases += [convolution_case("conv2d", *case) for case in CONVOLUTIONS_2D]
    for name, geometries in [("pool1d", POOLINGS_1D), ("pool2d", POOLINGS_2D)]:
        cases += [pooling_case(f"max_{name}", *case) for case in geometries]
        cases += [pooling_case(f"average_{name}", *case) for case in geometries]
    excluded = {"pool_size": 3, "stride": 2, "padding": 1, "include_padding": False}
    cases.append(pooling_case("average_pool1d", excluded, (10, 3)))
    cases.append(pooling_case("average_pool2d", excluded, (9, 10, 3)))
    for kind in ("global_average_pool", "global_max_pool"):
        cases += [global_case(kind, shape) for shape in [(7, 3), (5, 6, 2), (1, 4, 17)]]
    cases += [layer_normalization_case(*case) for case in NORMALIZATIONS]
    cases += residual_cases()
    torch.manual_seed(33)
    cases += [periodic_embedding_case(*case) for case in PERIODIC_EMBEDDINGS]
    cases += [ensemble_case(*case) for case in ENSEMBLES]
    torch.manual_seed(32)
    normalizations = [
        batch_normalization_case({}, (5,), [8, 8, 8, 8, 3]),
        batch_normalization_case({"momentum": 0.3, "epsilon": 0.01}, (4, 3, 18), [4, 4, 4, 4, 1]),
        batch_normalization_case({"momentum": 0.01}, (6, 2), [8, 8, 2, 8, 5]),
    ]
    return {
        "description": "Outputs and gradients of layers in training mode: inputs are rows x shape "
        "with the channels last, kernels size x channels x filters. The gradients belong to "
        "sum(output * output_gradient). batch_normalization has steps that follow each other.",
        "cases": cases,
        "batch_normalization": normalizations,
    }
