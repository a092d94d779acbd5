"""Exports the data sets of this directory from the scikit-learn package.

Made with Python 3.11.7, scikit-learn 1.9.1 and numpy 2.4.6. To rebuild:

    pip install scikit-learn==1.9.1 numpy
    python export.py

The output depends on nothing but the data shipped inside scikit-learn: no network, no clock, no
random numbers. Running it twice gives the same bytes. (The bytes of the two .gz files additionally
depend on the zlib that Python was built with; the uncompressed content does not.)
"""

import gzip
import io
import platform
import re
import struct
from pathlib import Path

import numpy as np
import sklearn
from sklearn import datasets

HERE = Path(__file__).resolve().parent

# Third byte of an IDX magic number: the element type. 0x08 is "unsigned byte".
IDX_UNSIGNED_BYTE = 0x08


def decimal(value: float) -> str:
    """The shortest decimal notation that reads back as the same double, 59 instead of 59.0."""
    text = np.format_float_positional(value, unique=True, trim="-")
    assert float(text) == value, (text, value)
    return text


def snake_case(name: str) -> str:
    """`mean radius` and `sepal length (cm)` as identifiers; units in parentheses are dropped."""
    name = re.sub(r"\(.*?\)", "", name).strip().lower()
    return re.sub(r"[^a-z0-9]+", "_", name)


def write_csv(name: str, features: list[str], target: str, rows, labels) -> None:
    """One header line, one line per example, the target last; fields never need quoting."""
    lines = [",".join([*features, target])]
    for row, label in zip(rows, labels, strict=True):
        lines.append(",".join([*map(decimal, row), label]))
    (HERE / name).write_bytes(("\n".join(lines) + "\n").encode("ascii"))
    print(f"{name}: {len(lines) - 1} rows, {len(features) + 1} columns")


def write_idx(name: str, array: np.ndarray) -> None:
    """The IDX format of the MNIST files: magic number, big-endian sizes, then the raw bytes."""
    assert array.dtype == np.uint8
    header = struct.pack(">HBB", 0, IDX_UNSIGNED_BYTE, array.ndim)
    header += struct.pack(f">{array.ndim}I", *array.shape)
    # gzip would store the time and the file name in its header; fixed ones keep the file
    # reproducible. GzipFile and not gzip.compress: the latter's header varies between Pythons.
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
        stream.write(header + array.tobytes())
    (HERE / name).write_bytes(packed.getvalue())
    print(f"{name}: {' x '.join(map(str, array.shape))} unsigned bytes")


def export_classification(name: str, bunch, target: str) -> None:
    """Class indices are written as the class names, so that the file explains itself."""
    features = [snake_case(feature) for feature in bunch.feature_names]
    labels = [str(bunch.target_names[index]) for index in bunch.target]
    write_csv(name, features, target, bunch.data, labels)


def export_diabetes() -> None:
    # scaled=False: the measured values. By default scikit-learn returns standardized columns,
    # which would hide the preprocessing from whoever trains on the file.
    bunch = datasets.load_diabetes(scaled=False)
    labels = [decimal(value) for value in bunch.target]
    write_csv("diabetes.csv", list(bunch.feature_names), "progression", bunch.data, labels)


def export_digits() -> None:
    bunch = datasets.load_digits()
    images = bunch.images.astype(np.uint8)
    assert np.array_equal(images, bunch.images) and images.max() == 16
    write_idx("digits-images-idx3-ubyte.gz", images)
    write_idx("digits-labels-idx1-ubyte.gz", bunch.target.astype(np.uint8))


def main() -> None:
    print(
        f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}, "
        f"numpy {np.__version__}"
    )
    export_classification("iris.csv", datasets.load_iris(), "species")
    export_classification("wine.csv", datasets.load_wine(), "cultivar")
    export_classification("breast_cancer.csv", datasets.load_breast_cancer(), "diagnosis")
    export_diabetes()
    export_digits()


if __name__ == "__main__":
    main()
