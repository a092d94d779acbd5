#!/bin/bash
# Whether a NaN passes a maximum of onnxruntime depends on the operator and on its place in the row.
#
# Expected: the maximum of numbers of which one is NaN is NaN, as of PyTorch and NumPy, in MaxPool, GlobalMaxPool and
# ReduceMax alike, and ArgMax gives its place: what is wrong in the input is seen in the answer.
# Found (onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, CPU, x86-64): MaxPool over windows of two leaves NaN out in both places. Over
# the whole row, MaxPool and GlobalMaxPool give NaN where it comes last in the row and leave it out elsewhere; ReduceMax and
# ArgMax give it, or its place, where it comes first and leave it out elsewhere. Relu, LeakyRelu and Clip hand NaN on.
#
# What follows from it: behind a network with maximum pooling a NaN in the input may give an ordinary answer, so that a test
# of the outputs for NaN does not replace one of the inputs; and two ways to write the same maximum differ.
#
# Output seen:
#   row             MaxPool of two   of four  GlobalMaxPool  ReduceMax  ArgMax
#   nan 1 2 3       1.0 2.0 3.0      3.0      3.0            nan        0
#   1 nan 3 2       1.0 3.0 3.0      3.0      3.0            3.0        2
#   5 nan 2 1       5.0 2.0 2.0      5.0      5.0            5.0        0
#   1 2 3 nan       2.0 3.0 3.0      nan      nan            3.0        2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

NAN = float("nan")


def answers(operator, shape, row, kind=TensorProto.FLOAT, constants=(), **attributes):
    inputs = np.array(row, np.float32).reshape(shape)
    arrays = [numpy_helper.from_array(array, f"c{index}") for index, array in enumerate(constants)]
    node = helper.make_node(operator, ["x"] + [array.name for array in arrays], ["y"], **attributes)
    graph = helper.make_graph(
        [node], "one", [helper.make_tensor_value_info("x", TensorProto.FLOAT, inputs.shape)],
        [helper.make_tensor_value_info("y", kind, None)], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": inputs})[0].ravel()


print("  row             MaxPool of two   of four  GlobalMaxPool  ReduceMax  ArgMax")
seen = []
for row in ([NAN, 1, 2, 3], [1, NAN, 3, 2], [5, NAN, 2, 1], [1, 2, 3, NAN]):
    pairs = answers("MaxPool", (1, 1, 4), row, kernel_shape=[2])
    whole, pooled, reduced, place = (
        answers("MaxPool", (1, 1, 4), row, kernel_shape=[4])[0],
        answers("GlobalMaxPool", (1, 1, 4), row)[0],
        answers("ReduceMax", (1, 4), row, constants=[np.array([1])])[0],
        answers("ArgMax", (1, 4), row, TensorProto.INT64, axis=1)[0])
    seen.append((whole, pooled, reduced, place))
    assert np.isfinite(pairs).all()
    print(f"  {' '.join(map(str, row)):<16}{' '.join(map(str, pairs)):<17}{whole:<9}{pooled:<15}{reduced:<11}{place}")
assert [bool(np.isnan(row[0])) for row in seen] == [False, False, False, True]
assert [bool(np.isnan(row[1])) for row in seen] == [False, False, False, True]
assert [bool(np.isnan(row[2])) for row in seen] == [True, False, False, False]
assert [int(row[3]) for row in seen] == [0, 2, 0, 2]
assert np.isnan(answers("Relu", (1, 4), [NAN, 1, 2, 3])[0])
PYTHON
