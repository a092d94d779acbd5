#!/bin/bash
# Average pooling of Keras with padding "same" means something else on each backend, where an odd border is padded.
#
# Expected: with "same" a window that reaches beyond the border averages what of it there is, as Keras does on
# JAX: of 1 … 8 by windows of 3 with a stride of 2, the last window has 7 and 8, and their mean is 7.5.
# Found (Keras 3.15.1, torch 2.13.0, jax 0.10.2, CPU, x86-64): on the torch backend the last answer is 7.6667, the mean of 7, 8
# and 8. Where the padding is on one side only, the border is repeated and counts as data; where both sides are
# padded alike (a stride of 1 here), the answers of both backends are the same. In two dimensions the corner takes the border in both.
# Max pooling cannot show it, since the border repeated is no larger.
#
# What follows from it: one .keras file predicts differently by backend, at the lower and right borders alone, and no test with
# sides that divide evenly sees it. A padding of its own before a pooling with "valid" does not help, as zeros would count too.
#
# Output seen:
#   torch, stride 2: 2.0000 4.0000 6.0000 7.6667
#   jax,   stride 2: 2.0000 4.0000 6.0000 7.5000
#   torch, stride 1: 1.5000 2.0000 3.0000 4.0000 5.0000 6.0000 7.0000 7.5000
#   jax,   stride 1: 1.5000 2.0000 3.0000 4.0000 5.0000 6.0000 7.0000 7.5000
#   torch, 4 x 4:    6.0000 7.6667 12.6667 14.3333
#   jax,   4 x 4:    6.0000 7.5000 12.0000 13.5000
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet keras==3.15.1 "torch==2.13.0+cpu" jax==0.10.2 numpy
cat > "$folder/pool.py" <<'PYTHON'
import keras
import numpy


def averages(values, stride):
    answers = keras.ops.average_pool(values.astype("f4"), 3, stride, "same")
    return " ".join(f"{value:.4f}" for value in keras.ops.convert_to_numpy(answers).ravel())


row, square = numpy.arange(1, 9).reshape(1, 8, 1), numpy.arange(1, 17).reshape(1, 4, 4, 1)
name = f"{keras.backend.backend()},".ljust(6)
print(f"{name} stride 2: {averages(row, 2)}")
print(f"{name} stride 1: {averages(row, 1)}")
print(f"{name} 4 x 4:    {averages(square, 2)}")
PYTHON
for backend in torch jax; do
    KERAS_BACKEND=$backend "$folder/venv/bin/python" "$folder/pool.py"
done | tee "$folder/seen"
diff - "$folder/seen" <<'SEEN'
torch, stride 2: 2.0000 4.0000 6.0000 7.6667
torch, stride 1: 1.5000 2.0000 3.0000 4.0000 5.0000 6.0000 7.0000 7.5000
torch, 4 x 4:    6.0000 7.6667 12.6667 14.3333
jax,   stride 2: 2.0000 4.0000 6.0000 7.5000
jax,   stride 1: 1.5000 2.0000 3.0000 4.0000 5.0000 6.0000 7.0000 7.5000
jax,   4 x 4:    6.0000 7.5000 12.0000 13.5000
SEEN
