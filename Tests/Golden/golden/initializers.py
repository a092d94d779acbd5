"""Widths of the distributions that kernels are initialized from."""

import math

import torch
from torch.nn import init

INPUTS, OUTPUTS = 200, 100
GAIN = {"xavier": init.calculate_gain("linear"), "he": init.calculate_gain("relu"), "lecun": 1.0}


def variance(family: str, fan_in: int, fan_out: int) -> float:
    fan = (fan_in + fan_out) / 2 if family == "xavier" else fan_in
    return GAIN[family] ** 2 / fan


def check(name: str, bound: float | None, deviation: float, weight: torch.Tensor) -> None:
    """Compares with a sample by torch, which has no initializer of LeCun's."""
    fill = {
        "xavier_uniform": init.xavier_uniform_,
        "xavier_normal": init.xavier_normal_,
        "he_uniform": lambda w: init.kaiming_uniform_(w, mode="fan_in", nonlinearity="relu"),
        "he_normal": lambda w: init.kaiming_normal_(w, mode="fan_in", nonlinearity="relu"),
        "lecun_uniform": lambda w: init.kaiming_uniform_(w, mode="fan_in", nonlinearity="linear"),
        "lecun_normal": lambda w: init.kaiming_normal_(w, mode="fan_in", nonlinearity="linear"),
    }
    sample = fill[name](weight)
    # 20000 numbers: the standard error of the deviation is at most 0.5 %.
    assert abs(sample.std().item() / deviation - 1) < 0.02
    if bound is not None:
        assert 0.99 * bound < sample.abs().max().item() <= bound * (1 + 1e-6)


def case(family: str, distribution: str) -> dict:
    # torch stores the transpose, [outputs, inputs].
    weight = torch.empty(OUTPUTS, INPUTS)
    fan_in, fan_out = init._calculate_fan_in_and_fan_out(weight)
    assert (fan_in, fan_out) == (INPUTS, OUTPUTS)
    deviation = math.sqrt(variance(family, fan_in, fan_out))
    bound = math.sqrt(3) * deviation if distribution == "uniform" else None
    name = f"{family}_{distribution}"
    check(name, bound, deviation, weight)
    return {
        "name": name,
        "distribution": distribution,
        "gain": float(GAIN[family]),
        "bound": bound,
        "standard_deviation": deviation,
    }


def content() -> dict:
    torch.manual_seed(401)
    return {
        "description": (
            "For a kernel of shape [inputs, outputs] (torch's weight is its transpose, "
            "[outputs, inputs]): a uniform distribution spans -bound to bound, its standard "
            "deviation is bound / sqrt(3); bound is null for normal distributions, which are not "
            "truncated. Variance: xavier 2 / (fan_in + fan_out), he 2 / fan_in, lecun 1 / fan_in. "
            "Numbers are float64."
        ),
        "shape": [INPUTS, OUTPUTS],
        "fan_in": INPUTS,
        "fan_out": OUTPUTS,
        "cases": [
            case(family, distribution)
            for family in ("xavier", "he", "lecun")
            for distribution in ("uniform", "normal")
        ],
    }
