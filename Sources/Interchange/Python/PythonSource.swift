import Configuration
import Datasets
import Network
import Numerics
import Training

/// The text around the layers of an exported network.
struct PythonSource {
  private let model: TrainedModel
  private let weights: String

  init(_ model: TrainedModel, weights: String) {
    self.model = model
    self.weights = weights
  }

  private var name: String { model.config.name ?? "a model" }
  private var link: Link { type(of: model.loss).link }
  private var target: TargetEncoding { model.encoding.target }
  private var isText: Bool { model.encoding is TextEncoding }

  func torch(_ module: PythonModule) -> String {
    """
    \(heading("PyTorch"))

    import pathlib

    import torch
    import torch.nn.functional as F
    from safetensors.torch import load_file
    from torch import nn

    WEIGHTS = pathlib.Path(__file__).with_name(\(Python.text(weights)))
    \(constants("torch.tensor"))

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
    \(indented(module.layers.isEmpty ? ["pass"] : module.layers, by: 8))

        def forward(self, x):
    \(indented(module.steps + ["return x"], by: 8))


    def load(path=WEIGHTS):
        \"""The network with the weights of a file, ready to predict.\"""
        network = Network()
        network.load_state_dict(load_file(path))
        return network.eval()
    \(prepare("torch.as_tensor(features, dtype=torch.float32)"))

    def predict(network, x):
        \"""\(predictionText)\"""
        with torch.no_grad():
            x = network(x)
    \(indented(torchLink, by: 8))
            return x

    """
  }

  func keras(_ writer: KerasWriter) -> String {
    let shape = model.network.inputShape.dimensions
    let tuple = "(" + shape.map { "\($0), " }.joined() + ")"
    let positions = """


      class Positions(layers.Layer):
          \"""Adds a vector for each position.\"""

          def build(self, shape):
              self.kernel = self.add_weight(shape=shape[1:], name="kernel")

          def call(self, x):
              return x + self.kernel

      """
    let entries = writer.weights.map { layer, names in
      "\(Python.text(layer)): \(Python.list(names.map(Python.text))),"
    }
    return """
      \(heading("Keras 3"))

      import pathlib

      import keras
      from keras import layers
      from safetensors.numpy import load_file

      WEIGHTS = pathlib.Path(__file__).with_name(\(Python.text(weights)))

      # The weights of each layer in the order in which it takes them.
      NAMES = {
      \(indented(entries, by: 4))
      }
      \(constants("keras.ops.array"))\(writer.needsPositions ? positions : "")

      def build():
          \"""The network with the values that Keras begins with.\"""
          inputs = keras.Input(\(tuple.replacing(", )", with: shape.count == 1 ? ",)" : ")"))\(isText ? ", dtype=\"int32\"" : ""))
          x = inputs
      \(indented(writer.module.steps, by: 4))
          return keras.Model(inputs, x)


      def load(path=WEIGHTS):
          \"""The network with the weights of a file.\"""
          network = build()
          tensors = load_file(path)
          for layer, names in NAMES.items():
              network.get_layer(layer).set_weights([tensors[f"{layer}.{name}"] for name in names])
          return network
      \(prepare("keras.ops.convert_to_tensor(features, dtype=\"float32\")"))

      def predict(network, x):
          \"""\(predictionText)\"""
          x = network(x, training=False)
      \(indented(kerasLink, by: 4))
          return x

      """
  }

  private func indented(_ lines: [String], by count: Int) -> String {
    lines.map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }

  // MARK: - Inputs

  private func heading(_ framework: String) -> String {
    var lines = [
      "\"\"\"\(name.prefix(1).uppercased() + name.dropFirst()) for \(framework), as hptrain exported it.",
      "",
      "    network = load()",
      model.encoding is ArrayEncoding
        ? "    answers = predict(network, prepare(features))" : "    answers = predict(network, x)",
      "",
    ]
    switch model.encoding {
    case let table as TableEncoding:
      let shape =
        table.window.map { "batch × \($0.length) rows × \(table.inputs)" }
        ?? "batch × \(table.inputs)"
      lines.append("Inputs, \(shape): the columns as hptrain encodes them, in the order")
      lines.append(table.features.map(\.name).joined(separator: ", ").asComment)
    case let array as ArrayEncoding:
      let shape = array.shape.map(String.init).joined(separator: " × ")
      lines.append(
        "Inputs, batch × \(shape), channels last: the numbers of the file through 'prepare'.")
    default:
      lines.append(
        "Inputs, batch × \(model.network.inputShape): the numbers of tokens, which are \(isText ? "characters in the order of CHARACTERS, or bytes" : "given")."
      )
    }
    lines.append("\"\"\"")
    return lines.joined(separator: "\n")
  }

  private func numbers(_ values: [Double]) -> String {
    Python.list(values.map { Python.number(Double(Float($0))) })
  }

  private func constants(_ tensor: String) -> String {
    var lines: [String] = []
    if let array = model.encoding as? ArrayEncoding {
      lines.append("OFFSETS = \(tensor)(\(numbers(array.offsets)))")
      lines.append("DIVISORS = \(tensor)(\(numbers(array.divisors)))")
    }
    if let text = model.encoding as? TextEncoding, text.tokenizer == .character {
      lines.append("CHARACTERS = \(Python.text(text.characters.joined()))")
    } else if !isText, !target.classes.isEmpty {
      lines.append("CLASSES = \(Python.list(target.classes.map(Python.text)))")
    }
    if let threshold = target.threshold {
      let answer = target.classes.count == 2 ? "CLASSES[1]" : "yes"
      lines.append("# The answer is \(answer) where its probability is above this.")
      lines.append("THRESHOLD = \(Python.number(threshold))")
    }
    if target.task == .regression {
      lines.append("TARGETS = \(Python.list(target.columns.map { Python.text($0.name) }))")
      lines.append("TARGET_OFFSETS = \(tensor)(\(numbers(target.columns.map(\.scale.offset))))")
      lines.append("TARGET_DIVISORS = \(tensor)(\(numbers(target.columns.map(\.scale.divisor))))")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func prepare(_ conversion: String) -> String {
    guard let array = model.encoding as? ArrayEncoding else { return "" }
    let shape = array.shape.map(String.init).joined(separator: ", ")
    return """


      def prepare(features):
          \"""The inputs of the network from the numbers of a file.\"""
          x = \(conversion)
          return (x.reshape(-1, \(shape)) - OFFSETS) / DIVISORS

      """
  }

  // MARK: - Answers

  private var predictionText: String {
    if isText { return "What the network says of the next token, before the softmax." }
    return target.task == .regression
      ? "The targets in their units." : "The probability of each class, or of yes."
  }

  private var torchLink: [String] {
    if isText { return [] }
    if target.task == .regression {
      return (link == .exponential ? ["x = torch.exp(x)"] : [])
        + ["x = x * TARGET_DIVISORS + TARGET_OFFSETS"]
    }
    switch link {
    case .identity: return []
    case .exponential: return ["x = torch.exp(x)"]
    case .softmax: return ["x = torch.softmax(x, -1)"]
    case .sigmoid:
      return ["x = torch.sigmoid(x)"]
        + classShares("torch.cat([1 - x, x], -1)", "x.sum(-1, keepdim=True)")
    case .sequential:
      return [
        "reach = torch.sigmoid(x).cumprod(-1)", "ones = torch.ones_like(x[:, :1])",
        "x = torch.cat([ones, reach], -1) * torch.cat([torch.sigmoid(-x), ones], -1)",
      ]
    }
  }

  private var kerasLink: [String] {
    if isText { return [] }
    if target.task == .regression {
      return (link == .exponential ? ["x = keras.ops.exp(x)"] : [])
        + ["x = x * TARGET_DIVISORS + TARGET_OFFSETS"]
    }
    switch link {
    case .identity: return []
    case .exponential: return ["x = keras.ops.exp(x)"]
    case .softmax: return ["x = keras.ops.softmax(x)"]
    case .sigmoid:
      return ["x = keras.ops.sigmoid(x)"]
        + classShares(
          "keras.ops.concatenate([1 - x, x], -1)", "keras.ops.sum(x, -1, keepdims=True)")
    case .sequential:
      return [
        "reach = keras.ops.exp(keras.ops.cumsum(-keras.ops.softplus(-x), -1))",
        "ones = keras.ops.ones_like(x[:, :1])",
        "x = keras.ops.concatenate([ones, reach], -1) * keras.ops.concatenate([keras.ops.sigmoid(-x), ones], -1)",
      ]
    }
  }

  /// Of classes with an output each their shares, of two with one output both probabilities.
  private func classShares(_ both: String, _ sum: String) -> [String] {
    guard !target.classes.isEmpty else { return [] }
    return model.network.output.shape.count == 1 ? ["x = \(both)"] : ["x = x / \(sum)"]
  }
}

extension String {
  /// Without what would end a docstring.
  fileprivate var asComment: String {
    replacing("\\", with: "\\\\").replacing("\"\"\"", with: "'''")
  }
}
