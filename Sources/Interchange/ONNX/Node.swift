import Foundation

/// The operators of a node come from one of these.
enum NodeDomain: String {
  case standard = ""
  case machineLearning = "ai.onnx.ml"
}

/// What a node computes: an operator with its attributes.
struct Node {
  let name: String
  var domain = NodeDomain.standard
  private(set) var attributes: [ONNXAttributeProto] = []

  /// An operator of the standard domain without attributes.
  init(_ operation: Operator) { name = operation.rawValue }

  /// An operator for classical machine learning.
  init(machineLearning name: String) {
    self.name = name
    domain = .machineLearning
  }

  func with(_ name: String, _ value: Int) -> Node {
    adding(name, .int) { $0.i = Int64(value) }
  }

  func with(_ name: String, _ value: Float) -> Node {
    adding(name, .float) { $0.f = value }
  }

  func with(_ name: String, _ value: String) -> Node {
    adding(name, .string) { $0.s = Data(value.utf8) }
  }

  func with(_ name: String, _ values: [Int]) -> Node {
    adding(name, .ints) { $0.ints = values.map { Int64($0) } }
  }

  func with(_ name: String, _ values: [Float]) -> Node {
    adding(name, .floats) { $0.floats = values }
  }

  func with(_ name: String, _ values: [String]) -> Node {
    adding(name, .strings) { $0.strings = values.map { Data($0.utf8) } }
  }

  private func adding(
    _ name: String, _ type: ONNXAttributeProto.AttributeType,
    _ set: (inout ONNXAttributeProto) -> Void
  ) -> Node {
    var attribute = ONNXAttributeProto()
    attribute.name = name
    attribute.type = type
    set(&attribute)
    var node = self
    node.attributes.append(attribute)
    return node
  }
}

/// The operators that are written; all are in operator set 17.
enum Operator: String {
  case abs = "Abs"
  case add = "Add"
  case argMax = "ArgMax"
  case averagePool = "AveragePool"
  case batchNormalization = "BatchNormalization"
  case cast = "Cast"
  case concat = "Concat"
  case conv = "Conv"
  case cos = "Cos"
  case div = "Div"
  case elu = "Elu"
  case equal = "Equal"
  case erf = "Erf"
  case exp = "Exp"
  case expand = "Expand"
  case gather = "Gather"
  case gemm = "Gemm"
  case globalAveragePool = "GlobalAveragePool"
  case globalMaxPool = "GlobalMaxPool"
  case greater = "Greater"
  case gru = "GRU"
  case identity = "Identity"
  case isNaN = "IsNaN"
  case layerNormalization = "LayerNormalization"
  case leakyRelu = "LeakyRelu"
  case less = "Less"
  case lessOrEqual = "LessOrEqual"
  case log = "Log"
  case logSoftmax = "LogSoftmax"
  case lstm = "LSTM"
  case matMul = "MatMul"
  case max = "Max"
  case maxPool = "MaxPool"
  case min = "Min"
  case mul = "Mul"
  case neg = "Neg"
  case oneHot = "OneHot"
  case or = "Or"
  case pow = "Pow"
  case reduceLogSumExp = "ReduceLogSumExp"
  case reduceMean = "ReduceMean"
  case reduceMin = "ReduceMin"
  case reduceSum = "ReduceSum"
  case relu = "Relu"
  case reshape = "Reshape"
  case rnn = "RNN"
  case round = "Round"
  case selu = "Selu"
  case sigmoid = "Sigmoid"
  case sign = "Sign"
  case softmax = "Softmax"
  case softplus = "Softplus"
  case sqrt = "Sqrt"
  case squeeze = "Squeeze"
  case split = "Split"
  case sub = "Sub"
  case tanh = "Tanh"
  case transpose = "Transpose"
  case trilu = "Trilu"
  case unsqueeze = "Unsqueeze"
  case `where` = "Where"
}
