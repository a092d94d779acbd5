"""Outputs and all gradients of the layers of transformers, and of whole small transformers.

Top-level layers have names, which their parameters begin with. Computed in float64 from numbers that
float32 holds.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .files import tensor

ROWS = 2

# Steps, dimensions and heads: one step, whole vectors of 16, blocks of 32 queries, and what lies beside.
ATTENTIONS = [
    (1, 4, 2),
    (2, 6, 1),
    (7, 8, 4),
    (16, 4, 1),
    (17, 12, 2),
    (32, 8, 2),
    (33, 8, 4),
    (70, 6, 1),
]


def exact(*shape, scale=1.0) -> torch.Tensor:
    return (scale * torch.randn(*shape)).double().requires_grad_()


def record(layers, inputs, parameters: dict, outputs, gradients=None, **others) -> dict:
    """`gradients` leads from a gradient of PyTorch to that of our parameter, where they differ."""
    output_gradient = torch.randn_like(outputs, dtype=torch.float32).double()
    outputs.backward(output_gradient)
    result = others | {
        "layers": layers,
        "input": tensor(inputs),
        "parameters": {name: tensor(value.detach()) for name, value in parameters.items()},
        "output": tensor(outputs),
        "output_gradient": tensor(output_gradient),
        "parameter_gradients": {
            name: tensor(value.grad if gradients is None else gradients[name]())
            for name, value in parameters.items()
        },
    }
    if inputs.is_floating_point():
        result["input_gradient"] = tensor(inputs.grad)
    return result


def randomize(module: nn.Module) -> nn.Module:
    with torch.no_grad():
        for parameter in module.parameters():
            scale = parameter.shape[1] ** -0.5 if parameter.dim() > 1 else 0.5
            parameter.copy_(scale * torch.randn(parameter.shape))
    return module.double()


class Names:
    """Parameters of PyTorch modules by our names: matrices are transposed."""

    def __init__(self):
        self.values, self.gradients = {}, {}

    def add(self, name: str, parameter: nn.Parameter | None, transposed=False) -> None:
        if parameter is None:
            return

        def view(values):
            return values.T.contiguous() if transposed else values

        self.values[name] = view(parameter)
        self.gradients[name] = lambda: view(parameter.grad)

    def linear(self, name: str, module: nn.Linear) -> None:
        self.add(f"{name}.kernel", module.weight, True)
        self.add(f"{name}.bias", module.bias)

    def normalization(self, name: str, module: nn.LayerNorm) -> None:
        self.add(f"{name}.gamma", module.weight)
        self.add(f"{name}.beta", module.bias)

    def attention(self, name: str, module: nn.MultiheadAttention) -> None:
        self.add(f"{name}.kernel", module.in_proj_weight, True)
        self.add(f"{name}.bias", module.in_proj_bias)
        self.add(f"{name}.output_kernel", module.out_proj.weight, True)
        self.add(f"{name}.output_bias", module.out_proj.bias)

    def block(self, first: str, second: str, module: nn.TransformerEncoderLayer) -> None:
        self.normalization(f"{first}.layers.0", module.norm1)
        self.attention(f"{first}.layers.1", module.self_attn)
        self.normalization(f"{second}.layers.0", module.norm2)
        self.linear(f"{second}.layers.1", module.linear1)
        self.linear(f"{second}.layers.2", module.linear2)


def causal_mask(steps: int) -> torch.Tensor:
    """True where a step must not look."""
    return torch.ones(steps, steps).triu(1).bool()


def embedding_case(steps, vocabulary, dimensions) -> dict:
    tokens = torch.randint(vocabulary, (ROWS, steps))
    kernel = exact(vocabulary, dimensions)
    layer = {"type": "embedding", "dimensions": dimensions, "name": "tokens"}
    return record(
        [layer], tokens, {"tokens.kernel": kernel}, F.embedding(tokens, kernel),
        vocabulary_size=vocabulary,
    )


def sinusoid(steps, dimensions) -> torch.Tensor:
    return torch.tensor(
        [
            [
                (math.cos if i % 2 else math.sin)(t / 10000 ** ((i - i % 2) / dimensions))
                for i in range(dimensions)
            ]
            for t in range(steps)
        ],
        dtype=torch.float64,
    )


def position_case(kind, steps, dimensions) -> dict:
    inputs = exact(ROWS, steps, dimensions)
    layer = {"type": "positional_embedding", "kind": kind, "name": "positions"}
    parameters = {}
    if kind == "learned":
        vectors = parameters["positions.kernel"] = exact(steps, dimensions)
    else:
        vectors = sinusoid(steps, dimensions)
    return record([layer], inputs, parameters, inputs + vectors)


def dense_case(steps, features, units, activation, function, use_bias=True) -> dict:
    inputs = exact(ROWS, steps, features)
    names = Names()
    module = randomize(nn.Linear(features, units, bias=use_bias))
    names.linear("dense", module)
    layer = {"type": "dense", "units": units, "name": "dense", "activation": activation}
    if not use_bias:
        layer["use_bias"] = False
    return record([layer], inputs, names.values, function(module(inputs)), names.gradients)


def attention_case(steps, dimensions, heads, causal, use_bias) -> dict:
    inputs = exact(ROWS, steps, dimensions)
    names = Names()
    module = randomize(
        nn.MultiheadAttention(dimensions, heads, bias=use_bias, batch_first=True)
    )
    names.attention("attention", module)
    mask = causal_mask(steps) if causal else None
    outputs, _ = module(inputs, inputs, inputs, attn_mask=mask, need_weights=False)
    layer = {"type": "self_attention", "heads": heads, "name": "attention"}
    if causal:
        layer["causal"] = True
    if not use_bias:
        layer["use_bias"] = False
    return record([layer], inputs, names.values, outputs, names.gradients)


def block_layers(dimensions, heads, first, second) -> list[dict]:
    """A block with the normalization in front, as GPT-2 has it."""
    attention = {"type": "self_attention", "heads": heads, "causal": True}
    up = {"type": "dense", "units": 4 * dimensions, "activation": "gelu"}
    down = {"type": "dense", "units": dimensions}
    return [
        {"type": "residual", "name": name, "layers": [{"type": "layer_normalization"}] + layers}
        for name, layers in [(first, [attention]), (second, [up, down])]
    ]


def block_module(dimensions, heads) -> nn.TransformerEncoderLayer:
    return randomize(
        nn.TransformerEncoderLayer(
            dimensions, heads, 4 * dimensions, dropout=0, activation="gelu", batch_first=True,
            norm_first=True,
        )
    )


def block_case(steps, dimensions, heads) -> dict:
    inputs = exact(ROWS, steps, dimensions)
    names = Names()
    module = block_module(dimensions, heads)
    names.block("attention", "dense", module)
    outputs = module(inputs, src_mask=causal_mask(steps))
    layers = block_layers(dimensions, heads, "attention", "dense")
    return record(layers, inputs, names.values, outputs, names.gradients)


def language_model_case(steps, dimensions, heads, vocabulary, blocks) -> dict:
    """Tokens, positions, blocks, a normalization, and an output for each token of the vocabulary."""
    tokens = torch.randint(vocabulary, (ROWS, steps))
    names = Names()
    embedding = randomize(nn.Embedding(vocabulary, dimensions))
    positions = randomize(nn.Embedding(steps, dimensions))
    names.add("tokens.kernel", embedding.weight)
    names.add("positions.kernel", positions.weight)
    layers = [
        {"type": "embedding", "dimensions": dimensions, "name": "tokens"},
        {"type": "positional_embedding", "name": "positions"},
    ]
    values = embedding(tokens) + positions.weight
    for index in range(blocks):
        first, second = f"attention{index}", f"dense{index}"
        module = block_module(dimensions, heads)
        names.block(first, second, module)
        layers += block_layers(dimensions, heads, first, second)
        values = module(values, src_mask=causal_mask(steps))
    normalization = randomize(nn.LayerNorm(dimensions))
    names.normalization("normalization", normalization)
    head = randomize(nn.Linear(dimensions, vocabulary, bias=False))
    names.linear("head", head)
    layers += [
        {"type": "layer_normalization", "name": "normalization"},
        {"type": "dense", "units": vocabulary, "use_bias": False, "name": "head"},
    ]
    outputs = head(normalization(values))
    return record(
        layers, tokens, names.values, outputs, names.gradients, vocabulary_size=vocabulary
    )


def content() -> dict:
    torch.manual_seed(34)
    cases = [embedding_case(*case) for case in [(1, 3, 5), (7, 4, 16), (40, 9, 37), (5, 70, 1)]]
    for shape in [(1, 4), (6, 1), (9, 7), (70, 16)]:
        cases += [position_case(kind, *shape) for kind in ("learned", "sinusoidal")]
    cases += [
        dense_case(1, 3, 4, "linear", lambda x: x),
        dense_case(7, 5, 3, "linear", lambda x: x, use_bias=False),
        dense_case(33, 4, 17, "gelu", F.gelu),
        dense_case(6, 16, 5, "tanh", torch.tanh),
        dense_case(9, 3, 6, "softmax", lambda x: F.softmax(x, -1)),
    ]
    for geometry in ATTENTIONS:
        for causal in (False, True):
            cases.append(attention_case(*geometry, causal, True))
    cases.append(attention_case(9, 8, 2, True, False))
    cases.append(attention_case(40, 8, 4, False, False))
    cases += [block_case(*case) for case in [(1, 4, 1), (8, 6, 2), (33, 8, 4)]]
    cases.append(language_model_case(12, 8, 2, 11, blocks=2))
    return {
        "description": "Outputs and gradients of the layers of transformers: inputs are rows x steps "
        "x features or rows x steps of token numbers, kernels inputs x outputs. Attention is "
        "MultiheadAttention, blocks are TransformerEncoderLayer with norm_first. The gradients "
        "belong to sum(output * output_gradient).",
        "cases": cases,
    }
