#!/bin/bash
# The operator Sigmoid of onnxruntime loses small probabilities in single precision.
#
# Expected: single precision holds 2.06e-09, so Sigmoid(-20) is that to a rounding or two, as it is in PyTorch and
# NumPy; Sigmoid(-30) is 9.36e-14.
# Found (onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, CPU, x86-64): answers lie on a grid of some 3e-8. At -15 the answer
# is off by a sixth, at -17 it is twice the truth, and from -18 on it is exactly 0. In double precision the same operator
# has its floor lower (0 at -80, where the truth is 1.8e-35), and in single precision 1 / (1 + Exp(-x)) of three operators is right to 1e-6 of the truth.
#
# What follows from it: the logarithm of a probability that a binary classifier gives is minus infinity, and a cut-off for
# rare events below 1e-7 (or a product of many such numbers) means nothing. Softmax over two logits has no such floor.
#
# Output seen:
#       x      truth    Sigmoid  in double  by Exp
#     -10   4.54e-05   4.54e-05   4.54e-05   4.54e-05
#     -15   3.06e-07   3.58e-07   3.06e-07   3.06e-07
#     -17   4.14e-08   8.94e-08   4.14e-08   4.14e-08
#     -18   1.52e-08   0.00e+00   1.52e-08   1.52e-08
#     -30   9.36e-14   0.00e+00   9.35e-14   9.36e-14
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy
import onnxruntime
from onnx import TensorProto, helper


def answers(nodes, values, kind):
    """What a graph from x to y makes of some numbers."""
    one = helper.make_tensor("one", kind, [], [1.0])
    graph = helper.make_graph(nodes, "graph", [helper.make_tensor_value_info("x", kind, [None])],
                              [helper.make_tensor_value_info("y", kind, [None])], [one])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": values})[0]


x = numpy.array([-10, -15, -17, -18, -30], "f4")
truth = 1 / (1 + numpy.exp(-x.astype("f8")))
sigmoid = [helper.make_node("Sigmoid", ["x"], ["y"])]
by_exp = [helper.make_node("Neg", ["x"], ["minus"]), helper.make_node("Exp", ["minus"], ["odds"]),
          helper.make_node("Add", ["odds", "one"], ["sum"]), helper.make_node("Div", ["one", "sum"], ["y"])]
single = answers(sigmoid, x, TensorProto.FLOAT)
double = answers(sigmoid, x.astype("f8"), TensorProto.DOUBLE)
composed = answers(by_exp, x, TensorProto.FLOAT)
print("      x      truth    Sigmoid  in double  by Exp")
for row in zip(x, truth, single, double, composed):
    print(f"{row[0]:7.0f}", *(f"{value:10.2e}" for value in row[1:]))
off = numpy.abs(single / truth - 1)
assert off[0] < 1e-2 and off[1] > 0.1 and off[2] > 0.5, off
assert single[3] == 0 and single[4] == 0, single
assert numpy.allclose(double, truth, rtol=1e-2) and numpy.allclose(composed, truth, rtol=1e-5)
PYTHON
