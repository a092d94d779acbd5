"""Learning rate schedules."""

import math

import torch
from torch.optim import lr_scheduler

STEPS = 200
LEARNING_RATE = 0.1


def step(optimizer, step_size, gamma):
    return lr_scheduler.StepLR(optimizer, step_size, gamma)


def multi_step(optimizer, milestones, gamma):
    return lr_scheduler.MultiStepLR(optimizer, milestones, gamma)


def exponential(optimizer, gamma):
    return lr_scheduler.ExponentialLR(optimizer, gamma)


def polynomial(optimizer, total_steps, power):
    return lr_scheduler.PolynomialLR(optimizer, total_steps, power)


def cosine(optimizer, period, minimum):
    return lr_scheduler.CosineAnnealingLR(optimizer, period, minimum)


def cosine_restarts(optimizer, period, multiplier, minimum):
    return lr_scheduler.CosineAnnealingWarmRestarts(optimizer, period, multiplier, minimum)


def one_cycle(
    optimizer,
    maximum,
    total_steps,
    warmup_fraction,
    initial_divisor,
    final_divisor,
    annealing,
    three_phase,
):
    return lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=maximum,
        total_steps=total_steps,
        pct_start=warmup_fraction,
        div_factor=initial_divisor,
        final_div_factor=final_divisor,
        anneal_strategy={"cosine": "cos", "linear": "linear"}[annealing],
        three_phase=three_phase,
        cycle_momentum=False,
    )


def inverse_time(optimizer, decay):
    return lr_scheduler.LambdaLR(optimizer, lambda count: 1 / (1 + decay * count))


ONE_CYCLE = {
    "maximum": 0.1,
    "total_steps": STEPS,
    "warmup_fraction": 0.3,
    "initial_divisor": 25.0,
    "final_divisor": 1e4,
    "annealing": "cosine",
    "three_phase": False,
}
CASES = [
    (step, {"step_size": 30, "gamma": 0.5}),
    (multi_step, {"milestones": [40, 90, 150], "gamma": 0.1}),
    (exponential, {"gamma": 0.98}),
    (polynomial, {"total_steps": 150, "power": 2.0}),
    (cosine, {"period": 200, "minimum": 0.001}),
    # Past its period, torch's schedule rises again.
    (cosine, {"period": 60, "minimum": 0.0}),
    (cosine_restarts, {"period": 20, "multiplier": 2, "minimum": 0.001}),
    (one_cycle, ONE_CYCLE),
    (one_cycle, ONE_CYCLE | {"annealing": "linear"}),
    (one_cycle, ONE_CYCLE | {"three_phase": True}),
    (inverse_time, {"decay": 0.05}),
]


def case(schedule, parameters: dict) -> dict:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=LEARNING_RATE)
    scheduler = schedule(optimizer, **parameters)
    rates = []
    for index in range(STEPS):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        # OneCycleLR refuses to go beyond its last step.
        if index + 1 < STEPS:
            scheduler.step()
    if schedule is cosine:
        # torch computes each rate from the one before; rounding must not have accumulated.
        low, period = parameters["minimum"], parameters["period"]
        for index, rate in enumerate(rates):
            wave = (1 + math.cos(math.pi * index / period)) / 2
            assert abs(rate - (low + (LEARNING_RATE - low) * wave)) < 1e-12
    # Twelve digits are plenty, and hide the noise of that computation.
    return {
        "name": schedule.__name__,
        "parameters": parameters,
        "learning_rates": [float(f"{rate:.12g}") if rate > 1e-15 else 0.0 for rate in rates],
    }


def content() -> dict:
    return {
        "description": (
            "learning_rates[i] is the rate of update i, counted from 0, with the initial rate "
            "learning_rate (unused by one_cycle, which starts at maximum / initial_divisor and "
            "ends at maximum / initial_divisor / final_divisor). Numbers are float64, rounded to "
            "12 digits."
        ),
        "learning_rate": LEARNING_RATE,
        "steps": STEPS,
        "cases": [case(schedule, parameters) for schedule, parameters in CASES],
    }
