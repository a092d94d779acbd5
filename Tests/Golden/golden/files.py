"""Number formats and the layout of the JSON files."""

import json
import platform
import textwrap
from pathlib import Path

import numpy as np
import sklearn
import torch

DIRECTORY = Path(__file__).resolve().parent.parent
COLUMNS = 100
SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)


def single(value) -> float:
    """`value` rounded to float32, as the number with the fewest digits that reads back as it.

    Below the smallest normal float32 precision fades, and some JSON readers report an underflow.
    Such values are far below any tolerance here and become 0 (and so does -0).
    """
    value = np.float32(value)
    assert np.isfinite(value)
    if abs(value) < SMALLEST_NORMAL:
        return 0.0
    return float(str(value))


def singles(values) -> list[float]:
    """The values in row-major order, each as a `single`."""
    if isinstance(values, torch.Tensor):
        values = values.detach().numpy()
    return [single(value) for value in np.asarray(values).ravel()]


def tensor(values) -> dict:
    """Shape and row-major values; integers stay integers, the rest is rounded to float32."""
    if isinstance(values, torch.Tensor):
        values = values.detach().numpy()
    values = np.asarray(values)
    if np.issubdtype(values.dtype, np.integer):
        return {"shape": list(values.shape), "values": [int(value) for value in values.ravel()]}
    return {"shape": list(values.shape), "values": singles(values)}


def versions() -> dict:
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "scikit_learn": sklearn.__version__,
    }


def layout(value, indent: int = 0) -> str:
    """JSON with one key or text per line, but with lists of numbers filling whole lines."""
    inner = " " * (indent + 1)
    if isinstance(value, dict) and value:
        entries = [f"{json.dumps(key)}: {layout(item, indent + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner + entry for entry in entries) + "\n" + " " * indent + "}"
    if isinstance(value, list) and any(isinstance(item, (dict, list, str)) for item in value):
        entries = [inner + layout(item, indent + 1) for item in value]
        return "[\n" + ",\n".join(entries) + "\n" + " " * indent + "]"
    text = json.dumps(value, allow_nan=False)
    if isinstance(value, list) and len(text) > 60:
        lines = textwrap.wrap(text[1:-1], COLUMNS - len(inner), break_on_hyphens=False)
        return "[\n" + "\n".join(inner + line for line in lines) + "\n" + " " * indent + "]"
    return text


def write(topic: str, content: dict) -> None:
    # JSON has no strings of several lines; a list of lines takes their place.
    description = textwrap.wrap(content["description"], COLUMNS - 6)
    text = layout({"versions": versions()} | content | {"description": description}) + "\n"
    path = DIRECTORY / f"{topic}.json"
    path.write_text(text, encoding="ascii")
    print(f"{path.name}: {len(text)} bytes")
