"""Loss functions and their gradients."""

import torch
from torch.nn import functional as F

from .files import single, tensor

ROWS, CLASSES, OUTPUTS = 7, 5, 3


def hinge(outputs, labels):
    return (1 - labels * outputs).clamp(min=0).mean()


def squared_hinge(outputs, labels):
    return (1 - labels * outputs).clamp(min=0).square().mean()


def poisson(outputs, counts):
    return F.poisson_nll_loss(outputs, counts, log_input=True, full=False)


def weighted_mean(losses, labels, weight):
    """PyTorch's mean of a weighted cross-entropy: the divisor is the sum of the weights."""
    weights = torch.tensor(weight, dtype=torch.float64)[labels]
    return (weights * losses).sum() / weights.sum()


def weighted_cross_entropy(outputs, classes, weight, label_smoothing=0.0):
    return F.cross_entropy(
        outputs,
        classes,
        weight=torch.tensor(weight, dtype=torch.float64),
        label_smoothing=label_smoothing,
    )


def weighted_binary_cross_entropy(outputs, bits, weight):
    losses = F.binary_cross_entropy_with_logits(outputs, bits, reduction="none")
    return weighted_mean(losses, bits.long(), weight)


def weighted_hinge(outputs, labels, weight):
    losses = (1 - labels * outputs).clamp(min=0)
    return weighted_mean(losses, ((labels + 1) / 2).long(), weight)


def weighted_squared_hinge(outputs, labels, weight):
    losses = (1 - labels * outputs).clamp(min=0).square()
    return weighted_mean(losses, ((labels + 1) / 2).long(), weight)


def multiclass_hinge(outputs, classes, multi_class, squared=False):
    """One class against the rest, the sum over the classes; or against the nearest other one."""
    own = F.one_hot(classes, outputs.shape[1]).bool()
    if multi_class == "one_vs_rest":
        gaps = (1 - torch.where(own, outputs, -outputs)).clamp(min=0)
    else:
        others = outputs.masked_fill(own, -torch.inf).amax(dim=1)
        gaps = (1 + others - outputs[own]).clamp(min=0)[:, None]
    return (gaps.square() if squared else gaps).sum(dim=1).mean()


def ordinal(outputs, classes, weight=None):
    """-ln of the probability of the class: those before it are passed, and it is not."""
    steps = torch.arange(outputs.shape[1])
    passed, here = steps < classes[:, None], steps == classes[:, None]
    losses = torch.where(passed, F.softplus(-outputs), torch.where(here, F.softplus(outputs), 0.0))
    weights = torch.ones(len(outputs), dtype=torch.float64)
    if weight is not None:
        weights = torch.tensor(weight, dtype=torch.float64)[classes]
    return (weights * losses.sum(dim=1)).sum() / weights.sum()


def by_example(losses, sample_weight, class_weights=1.0):
    """The mean with weights of examples, by which those of their classes are multiplied."""
    weights = torch.tensor(sample_weight, dtype=torch.float64) * class_weights
    return (weights * losses).sum() / weights.sum()


def cross_entropy_by_example(outputs, classes, sample_weight, weight):
    weights = torch.tensor(weight, dtype=torch.float64)
    return by_example(
        F.cross_entropy(outputs, classes, reduction="none"), sample_weight, weights[classes]
    )


def mse_by_example(outputs, values, sample_weight):
    return by_example((outputs - values).square().mean(dim=1), sample_weight)


def hinge_by_example(outputs, labels, sample_weight):
    return by_example((1 - labels * outputs).clamp(min=0).mean(dim=1), sample_weight)


def case(name: str, function, outputs, targets, parameters: dict | None = None) -> dict:
    parameters = parameters or {}
    exact = outputs.double().requires_grad_()
    exact_targets = targets.double() if targets.is_floating_point() else targets
    loss = function(exact, exact_targets, **parameters)
    loss.backward()
    return {
        "name": name,
        "parameters": parameters,
        "outputs": tensor(outputs),
        "targets": tensor(targets),
        "loss": single(loss.item()),
        "gradients": tensor(exact.grad),
    }


def with_extremes(outputs: torch.Tensor) -> torch.Tensor:
    """Two rows with magnitudes at which a naive exp() in float32 is close to overflowing."""
    outputs[-2, :3] = torch.tensor([80.0, -80.0, 0.0])
    outputs[-1, :3] = torch.tensor([-80.0, 80.0, 79.0])
    return outputs


def content() -> dict:
    torch.manual_seed(301)
    logits = with_extremes(3 * torch.randn(ROWS, CLASSES))
    # In the two extreme rows the least likely class and a likely one are the right ones.
    classes = torch.tensor([0, 4, 2, 3, 1, 1, 2])
    outputs = with_extremes(2 * torch.randn(ROWS, OUTPUTS))
    values = 2 * torch.randn(ROWS, OUTPUTS)
    bits = torch.randint(0, 2, (ROWS, OUTPUTS)).float()
    signs = 2 * bits - 1
    rates = torch.randn(ROWS, OUTPUTS)
    counts = torch.randint(0, 6, (ROWS, OUTPUTS)).float()
    uneven = [0.5, 2.0, 1.25, 0.0, 3.0]
    pair = [0.75, 3.5]
    shares = [2.0, 0.0, 0.25, 1.5, 10.0]
    # One output for two classes.
    score, bit = outputs[:, :1], bits[:, :1]
    return {
        "description": (
            "loss is the mean over all elements (over the rows for cross_entropy), gradients is "
            "its gradient with respect to outputs. Computed in float64, rounded to float32. "
            "cross_entropy, binary_cross_entropy take logits, poisson the logarithm of the rate "
            "(mean of exp(output) - target * output). hinge is mean(max(0, 1 - target * output)) "
            "with targets -1 and 1, squared_hinge the mean of the squares. huber is "
            "d^2 / 2 where |d| <= delta, else delta * (|d| - delta / 2). With a weight for each "
            "class the mean is sum(weight * loss) / sum(weight) over the rows; cross_entropy's is "
            "that of PyTorch, where label smoothing weighs each class's share by its weight. "
            "sample_weight is one for each row, times the weight of its class. With a multi_class the "
            "targets of hinge are classes, of which the loss is the sum over all against the rest, or "
            "that against the nearest. ordinal has an output less than classes."
        ),
        "cases": [
            case("cross_entropy", F.cross_entropy, logits, classes),
            case("cross_entropy", F.cross_entropy, logits, classes, {"label_smoothing": 0.1}),
            case("binary_cross_entropy", F.binary_cross_entropy_with_logits, outputs, bits),
            case("mse", F.mse_loss, outputs, values),
            case("mae", F.l1_loss, outputs, values),
            case("huber", F.huber_loss, outputs, values, {"delta": 1.0}),
            case("huber", F.huber_loss, outputs, values, {"delta": 0.5}),
            case("hinge", hinge, outputs, signs),
            case("squared_hinge", squared_hinge, outputs, signs),
            case("poisson", poisson, rates, counts),
            # Without the extreme rows, which dominate the means above.
            case("cross_entropy", F.cross_entropy, logits[:-2], classes[:-2]),
            case(
                "binary_cross_entropy",
                F.binary_cross_entropy_with_logits,
                outputs[:-2],
                bits[:-2],
            ),
            case("mse", F.mse_loss, outputs[:-2], values[:-2]),
            case("squared_hinge", squared_hinge, outputs[:-2], signs[:-2]),
            case("cross_entropy", weighted_cross_entropy, logits, classes, {"weight": uneven}),
            case(
                "cross_entropy", weighted_cross_entropy, logits[:-2], classes[:-2],
                {"weight": uneven},
            ),
            case(
                "cross_entropy", weighted_cross_entropy, logits[:-2], classes[:-2],
                {"label_smoothing": 0.2, "weight": uneven},
            ),
            case(
                "cross_entropy", weighted_cross_entropy, logits, classes,
                {"label_smoothing": 0.2, "weight": uneven},
            ),
            case(
                "binary_cross_entropy", weighted_binary_cross_entropy, score, bit,
                {"weight": pair},
            ),
            case("hinge", weighted_hinge, score, 2 * bit - 1, {"weight": pair}),
            case("squared_hinge", weighted_squared_hinge, score, 2 * bit - 1, {"weight": pair}),
            case(
                "cross_entropy", cross_entropy_by_example, logits[:-2], classes[:-2],
                {"weight": uneven, "sample_weight": shares},
            ),
            case(
                "hinge", multiclass_hinge, logits[:-2], classes[:-2],
                {"multi_class": "one_vs_rest"},
            ),
            case(
                "hinge", multiclass_hinge, logits[:-2], classes[:-2],
                {"multi_class": "one_vs_rest", "squared": True},
            ),
            case(
                "hinge", multiclass_hinge, logits[:-2], classes[:-2],
                {"multi_class": "crammer_singer"},
            ),
            case(
                "hinge", multiclass_hinge, logits[:-2], classes[:-2],
                {"multi_class": "crammer_singer", "squared": True},
            ),
            case("ordinal", ordinal, outputs, classes.clamp(max=OUTPUTS)),
            case(
                "ordinal", ordinal, outputs[:-2], classes[:-2].clamp(max=OUTPUTS),
                {"weight": [0.5, 2.0, 1.25, 3.0]},
            ),
            case("mse", mse_by_example, outputs[:-2], values[:-2], {"sample_weight": shares}),
            case("hinge", hinge_by_example, outputs[:-2], signs[:-2], {"sample_weight": shares}),
        ],
    }
