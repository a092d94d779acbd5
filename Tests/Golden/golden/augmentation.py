"""Images mirrored, rotated, resized and shifted by torch."""

import math

import torch
from torch.nn import functional

from .files import singles, tensor

CASES = [
    {"rotation": 7.0},
    {"rotation": -12.5},
    {"rotation": 33.0, "shift": [1, -2]},
    {"size": 1.15},
    {"size": 0.8, "rotation": 4.0},
    {"rotation": -5.0, "mirrored": True, "shift": [-1, 1], "size": 1.1},
]
SHAPES = [(9, 9, 1), (6, 11, 3), (8, 5, 2)]


def warp(image: torch.Tensor, rotation=0.0, size=1.0, mirrored=False, shift=(0, 0)):
    """The image, [height, width, channels], with zeros around it.

    torch wants the place that each pixel comes from, in coordinates that go from -1 to 1 across
    the image whatever its shape.
    """
    height, width, _ = image.shape
    angle = math.radians(rotation)
    cosine, sine = math.cos(angle) / size, math.sin(angle) / size
    sign = -1.0 if mirrored else 1.0
    down, right = 2 * shift[0] / height, 2 * shift[1] / width
    rows = [
        [sign * cosine, -sign * sine * height / width],
        [sine * width / height, cosine],
    ]
    theta = torch.tensor(
        [[a, b, -a * right - b * down] for a, b in rows], dtype=torch.float64
    ).unsqueeze(0)
    source = image.double().permute(2, 0, 1).unsqueeze(0)
    grid = functional.affine_grid(theta, list(source.shape), align_corners=False)
    result = functional.grid_sample(
        source, grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )
    return result.squeeze(0).permute(1, 2, 0)


def content() -> dict:
    torch.manual_seed(701)
    images = [torch.rand(shape) for shape in SHAPES]
    # The sense of rotation is that of mathematics: what is on the right comes to the top.
    right = torch.zeros(3, 3, 1)
    right[1, 2] = 1
    assert warp(right, rotation=90.0)[0, 1].item() > 0.999
    return {
        "description": (
            "Images are height x width x channels, mirrored, then rotated counterclockwise by "
            "degrees and resized about their centers, then shifted by pixels down and to the "
            "right; bilinear interpolation with zeros around the image. Computed by affine_grid "
            "and grid_sample with align_corners=False in float64."
        ),
        "images": [
            {
                "image": tensor(image),
                "cases": [
                    case | {"result": singles(warp(image, **case))} for case in CASES
                ],
            }
            for image in images
        ],
    }
