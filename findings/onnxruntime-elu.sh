#!/bin/bash
# The operators Elu, Selu and Celu of onnxruntime lose small numbers below zero in single precision.
#
# Expected: near zero these functions are as good as straight lines, and libraries have expm1 for them: Elu(-1e-06) is
# -1e-06 to a rounding or two, as it is in PyTorch. Softplus of the same runtime, which has the like problem far below
# zero, is right there: Softplus(-20) is 2.06e-09.
# Found (onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, CPU, x86-64): answers lie on a grid of 6e-8, as those of
# Exp(x) - 1 do. At -1e-06 they are off by 1.3 %, at -1e-07 by a fifth, and from -2e-08 on they are exactly 0. Elu in
# double precision, which would have digits to spare, is not implemented.
#
# What follows from it: a network whose activations are small, as behind a normalization with a small scale, loses all
# that is below zero when it is exported, and comparing it with what it came from needs an absolute tolerance.
#
# Output seen:
#       x      truth        Elu       Celu  Selu/1.758
#   -1e-03  -9.995e-04  -9.995e-04  -9.995e-04  -9.995e-04
#   -1e-06  -1.000e-06  -1.013e-06  -1.013e-06  -1.013e-06
#   -1e-07  -1.000e-07  -1.192e-07  -1.192e-07  -1.192e-07
#   -2e-08  -2.000e-08   0.000e+00   0.000e+00   0.000e+00
#   Softplus(-20): 2.061e-09
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy
import onnxruntime
from onnx import TensorProto, helper


def answers(operator, values):
    """What an operator with its standard attributes makes of some numbers."""
    graph = helper.make_graph([helper.make_node(operator, ["x"], ["y"])], "graph",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": values})[0]


x = numpy.array([-1e-3, -1e-6, -1e-7, -2e-8], "f4")
truth = numpy.expm1(x.astype("f8"))
elu = answers("Elu", x)
celu = answers("Celu", x)
# The slope of Selu below zero: its scale times its alpha.
selu = answers("Selu", x) / numpy.float32(1.0507009873554805 * 1.6732632423543772)
softplus = answers("Softplus", numpy.array([-20], "f4"))[0]
print("      x      truth        Elu       Celu  Selu/1.758")
for row in zip(x, truth, elu, celu, selu):
    print(f"  {row[0]:7.0e}", *(f"{value:11.3e}" for value in row[1:]))
print(f"  Softplus(-20): {softplus:.3e}")
for single in (elu, celu, selu):
    off = numpy.abs(single / truth - 1)
    assert off[0] < 1e-3 and off[1] > 0.01 and off[2] > 0.1, off
    assert single[3] == 0, single
assert abs(softplus / numpy.log1p(numpy.exp(-20.0)) - 1) < 1e-5
PYTHON
