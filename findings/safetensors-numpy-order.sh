#!/bin/bash
# safetensors writes the memory of a NumPy array, not its values, where the two have another order.
#
# Expected: save_file stores the values that the array has, in row order as the format wants, or refuses an array that is
# not contiguous (as safetensors.torch does: "non contiguous tensor", a ValueError).
# Found (safetensors 0.8.0, numpy 2.4.6, x86-64): a transposed array is stored with the shape of the transposed and the
# bytes of the original, without an error or a warning, by save and by save_file; an array in Fortran's order likewise. A
# byte order that is not the machine's is taken care of, and 0-dimensional arrays are right.
#
# What follows from it: a kernel that is turned on its way to another framework (kernel.T) arrives with right shapes and
# names and wrong numbers, and where the matrix is square or symmetric nothing looks odd. numpy.ascontiguousarray before
# saving mends it; a reader cannot see it.
#
# Output seen:
#   original          [[0, 1, 2], [3, 4, 5]]
#   transposed        [[0, 3], [1, 4], [2, 5]]
#   stored            [[0, 1], [2, 3], [4, 5]]
#   Fortran's order   [[0, 1, 2], [3, 4, 5]] stored as [[0, 3, 1], [4, 2, 5]]
#   made contiguous   [[0, 3], [1, 4], [2, 5]]
#   big-endian        [[0, 1, 2], [3, 4, 5]]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet safetensors==0.8.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import warnings

import numpy as np
from safetensors.numpy import load_file, save_file

warnings.simplefilter("error")


def stored(array):
    save_file({"a": array}, "a.safetensors")
    return load_file("a.safetensors")["a"]


original = np.arange(6, dtype=np.float32).reshape(2, 3)


def text(array):
    return str(array.astype(int).tolist())


fortran = np.asfortranarray(original)
print("  original         ", text(original))
print("  transposed       ", text(original.T))
print("  stored           ", text(stored(original.T)))
print("  Fortran's order  ", text(fortran), "stored as", text(stored(fortran)))
print("  made contiguous  ", text(stored(np.ascontiguousarray(original.T))))
print("  big-endian       ", text(stored(original.astype(">f4"))))
assert np.array_equal(stored(original), original)
assert np.array_equal(stored(original.T), original.ravel().reshape(3, 2))
assert np.array_equal(stored(fortran), original.ravel(order="F").reshape(2, 3))
assert np.array_equal(stored(np.ascontiguousarray(original.T)), original.T)
assert np.array_equal(stored(original.astype(">f4")), original)
PYTHON
