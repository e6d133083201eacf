"""The formats for elsewhere: the one list of them, which the command line and the pages read.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.export.c_header import CHeader, CHeaderInt8
from lenet.export.format import ExportFormat
from lenet.export.keras_file import KerasFile
from lenet.export.litert import LiteRt, LiteRtInt8
from lenet.export.onnx_model import Onnx
from lenet.export.python_text import PythonText
from lenet.export.pytorch import PyTorch

_ALL = (KerasFile(), PythonText(), PyTorch(), Onnx(), LiteRt(), LiteRtInt8(), CHeader(), CHeaderInt8())
FORMATS: dict[str, ExportFormat] = {each.name: each for each in _ALL}
