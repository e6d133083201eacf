#!/usr/bin/env bash
# ONNX Runtime 1.32.0, as it opens a file by default: a kernel that is stored as int8 and widened by DequantizeLinear,
# and then multiplied by in float32 (MatMul), is made into one operation MatMulNBits, which rounds also the values that
# the kernel is multiplied with. The file asks for that nowhere: they are float32 and have no QuantizeLinear. One would
# expect the product of both, as it is without optimizations (ORT_DISABLE_ALL, and ORT_ENABLE_BASIC). 20 rows of 784
# random values, 784 x 10 weights, a scale for each of the ten: the largest difference from the product in float64 is
# 0.00003 without, and 0.18 by default, of values up to 36. A network's probabilities moved by 0.018.
# Needs Linux, python3. Prints what was seen; fails if it is otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

cat > look.py <<'PY'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(0)
kernel = random.integers(-127, 128, (784, 10)).astype(np.int8)
scale = (np.abs(random.normal(size=10)) / 100).astype(np.float32)
values = random.random((20, 784)).astype(np.float32)
product = values.astype(np.float64) @ (kernel.astype(np.float64) * scale)
arrays = {"kernel": kernel, "scale": scale, "zero": np.zeros(10, np.int8)}
graph = helper.make_graph(
    [
        helper.make_node("DequantizeLinear", ["kernel", "scale", "zero"], ["wide"], axis=1),
        helper.make_node("MatMul", ["values", "wide"], ["product"]),
    ],
    "graph",
    [helper.make_tensor_value_info("values", TensorProto.FLOAT, ["rows", 784])],
    [helper.make_tensor_value_info("product", TensorProto.FLOAT, ["rows", 10])],
    [numpy_helper.from_array(array, name) for name, array in arrays.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)

def seen(level):
    options = onnxruntime.SessionOptions()
    if level:
        options.graph_optimization_level = level
    options.optimized_model_filepath = "optimized.onnx"
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"values": values})
    kinds = " ".join(node.op_type for node in onnx.load("optimized.onnx").graph.node)
    return np.abs(found - product).max(), kinds

plain = seen(onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL)
usual = seen(None)
print(f"without optimizations: {plain[0]:.5f} off, {plain[1]}; by default: {usual[0]:.5f} off, {usual[1]}")
print(f"values up to {np.abs(product).max():.0f}")
assert plain[0] < 1e-3 and plain[1] == "DequantizeLinear MatMul"
assert usual[0] > 0.05 and usual[1] == "MatMulNBits"
PY
venv/bin/python look.py 2> log
