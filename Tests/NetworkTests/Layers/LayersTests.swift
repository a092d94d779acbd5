import Configuration
import Network
import Numerics
import Testing

struct LayersTests {
  /// Layers of one type in a small network, as the text of a list without its brackets.
  private struct Case {
    let layers: String
    let input: Shape
    var rows = [1, 3, 32, 41]
    var vocabularySize: Int?
  }

  private static let activations = Activations.catalog.entries.map(\.type)
  private static let flatShapes = [Shape(1), Shape(5), Shape(16), Shape(33)]

  /// What is checked for each type of layer; a type without cases fails.
  private static func cases(of type: String) -> [Case] {
    switch type {
    case "dense":
      return activations.flatMap { activation in
        zip(flatShapes, [3, 1, 16, 70]).flatMap { input, units in
          [true, false].map { useBias in
            Case(
              layers: """
                {"type": "dense", "units": \(units), "activation": "\(activation)",
                 "use_bias": \(useBias)}
                """, input: input)
          }
        } + [
          Case(
            layers: "{\"type\": \"dense\", \"units\": 9, \"activation\": \"\(activation)\"}",
            input: Shape(7, 6), rows: [1, 5])
        ]
      }
    case "activation":
      return activations.flatMap { activation in
        (flatShapes + [Shape(3, 5), Shape(4, 3, 2)]).map { input in
          Case(
            layers: "{\"type\": \"activation\", \"activation\": \"\(activation)\"}", input: input)
        }
      }
    case "dropout":
      return ["0", "0.3", "0.9"].flatMap { rate in
        (flatShapes + [Shape(3, 50)]).map { input in
          Case(layers: "{\"type\": \"dropout\", \"rate\": \(rate)}", input: input)
        }
      }
    case "flatten":
      return [Shape(3, 5), Shape(4, 3, 2)].map { input in
        Case(layers: "{\"type\": \"flatten\"}, {\"type\": \"dense\", \"units\": 4}", input: input)
      }
    case "reshape":
      return [
        Case(
          layers: """
            {"type": "reshape", "shape": [4, 3, 2]},
            {"type": "conv2d", "filters": 3, "kernel_size": 2}
            """, input: Shape(24))
      ]
    case "conv1d", "conv2d": return convolutions(type)
    case "max_pool1d", "max_pool2d", "average_pool1d", "average_pool2d": return poolings(type)
    case "global_average_pool", "global_max_pool":
      return [Shape(9, 2), Shape(4, 3, 1), Shape(5, 7, 17)].map {
        Case(layers: "{\"type\": \"\(type)\"}", input: $0)
      }
    case "batch_normalization", "layer_normalization":
      return ["", ", \"epsilon\": 0.1", ", \"affine\": false"].flatMap { keys in
        [Shape(5), Shape(16), Shape(33), Shape(6, 3), Shape(4, 3, 18)].map { input in
          Case(
            layers: "{\"type\": \"\(type)\"\(keys)}", input: input,
            rows: input.rank == 1 && type == "batch_normalization" ? [6, 41] : [1, 3, 41])
        }
      }
    case "residual": return residuals
    case "rnn", "lstm", "gru": return recurrences(type)
    case "embedding":
      return zip([Shape(1), Shape(6), Shape(40)], [3, 37, 64]).map {
        Case(
          layers: "{\"type\": \"embedding\", \"dimensions\": \($1)}", input: $0, rows: [1, 7],
          vocabularySize: 11)
      }
    case "positional_embedding":
      return ["learned", "sinusoidal"].flatMap { kind in
        [Shape(1, 5), Shape(9, 1), Shape(40, 33)].map {
          Case(
            layers: "{\"type\": \"positional_embedding\", \"kind\": \"\(kind)\"}", input: $0,
            rows: [1, 7])
        }
      }
    case "periodic_embedding":
      return zip([Shape(1), Shape(5), Shape(3, 4)], [(1, 1), (16, 3), (35, 9)]).map {
        input, sizes in
        Case(
          layers: """
            {"type": "periodic_embedding", "frequencies": \(sizes.0), "dimensions": \(sizes.1)}
            """, input: input)
      }
    case "ensemble":
      return [
        #"{"type": "dropout", "rate": 0.2}, {"type": "dense", "units": 3}"#,
        #"{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "layer_normalization"}, {"type": "dense"}"#,
        #"{"type": "dense", "units": 2, "activation": "gelu", "use_bias": false}"#,
        #"{"type": "residual", "layers": [{"type": "dense", "units": 5}]}, {"type": "dense", "activation": "softmax"}"#,
        #"{"type": "activation", "activation": "tanh"}"#,
      ].map { rest in
        Case(layers: #"{"type": "ensemble", "members": 3}, \#(rest)"#, input: Shape(5))
      }
    case "self_attention": return attentions
    default: return []
    }
  }

  private static func convolutions(_ type: String) -> [Case] {
    let geometries = [
      "\"kernel_size\": 1", "\"kernel_size\": 3", "\"kernel_size\": 3, \"padding\": \"same\"",
      "\"kernel_size\": 2, \"stride\": 2", "\"kernel_size\": 3, \"stride\": 3, \"padding\": 2",
      "\"kernel_size\": 2, \"dilation\": 3", "\"kernel_size\": 3, \"use_bias\": false",
      "\"kernel_size\": 3, \"groups\": 2", "\"kernel_size\": 4, \"activation\": \"gelu\"",
      "\"kernel_size\": 3, \"activation\": \"relu\"",
      "\"kernel_size\": 3, \"activation\": \"softmax\", \"stride\": 2",
      "\"kernel_size\": 3, \"activation\": \"tanh\", \"padding\": \"same\", \"groups\": 2",
    ]
    let inputs =
      type == "conv1d" ? [Shape(9, 2), Shape(12, 18)] : [Shape(6, 7, 2), Shape(5, 4, 6)]
    return geometries.flatMap { geometry in
      inputs.map { input in
        Case(
          layers: "{\"type\": \"\(type)\", \"filters\": 4, \(geometry)}", input: input,
          rows: [1, 5])
      }
    }
  }

  private static func poolings(_ type: String) -> [Case] {
    let geometries = [
      "\"pool_size\": 2", "\"pool_size\": 3", "\"pool_size\": 3, \"stride\": 1",
      "\"pool_size\": 3, \"stride\": 2, \"padding\": 1", "\"pool_size\": 2, \"stride\": 3",
      "\"pool_size\": 3, \"padding\": \"same\", \"stride\": 2",
    ]
    let inputs =
      type.hasSuffix("1d")
      ? [Shape(9, 1), Shape(12, 18)] : [Shape(6, 7, 2), Shape(5, 4, 17)]
    return geometries.flatMap { geometry in
      inputs.map {
        Case(layers: "{\"type\": \"\(type)\", \(geometry)}", input: $0, rows: [1, 5])
      }
    }
  }

  private static func recurrences(_ type: String) -> [Case] {
    let keys = [
      "", ", \"return_sequences\": true, \"stateful\": true",
      ", \"bidirectional\": true, \"use_bias\": false",
      ", \"return_sequences\": true, \"bidirectional\": true, \"recurrent_dropout\": 0.3",
    ]
    let functions = type == "rnn" ? ["", ", \"activation\": \"relu\""] : [""]
    return functions.flatMap { function in
      keys.flatMap { keys in
        zip([Shape(1, 3), Shape(2, 5), Shape(7, 2), Shape(28, 1)], [2, 17, 5, 3]).map {
          Case(
            layers: "{\"type\": \"\(type)\", \"units\": \($1)\(keys)\(function)}", input: $0,
            rows: [1, 3, 17])
        }
      }
    }
  }

  private static let attentions = [
    "", ", \"use_bias\": false", ", \"dropout\": 0.3", ", \"causal\": true, \"dropout\": 0.2",
  ].flatMap { keys in
    [(Shape(1, 4), 2), (Shape(5, 6), 3), (Shape(16, 4), 1), (Shape(35, 8), 4)].map {
      Case(
        layers: "{\"type\": \"self_attention\", \"heads\": \($1)\(keys)}", input: $0, rows: [1, 3])
    }
  }

  private static let residuals = [
    Case(
      layers: """
        {"type": "residual", "activation": "gelu", "layers": [
          {"type": "dense", "units": 9, "activation": "tanh"}, {"type": "dense", "units": 7}]}
        """, input: Shape(7)),
    Case(
      layers: """
        {"type": "residual", "activation": "swish",
         "layers": [{"type": "conv2d", "filters": 3, "stride": 2, "padding": 1, "use_bias": false},
                    {"type": "batch_normalization"}],
         "shortcut": [{"type": "average_pool2d"}, {"type": "conv2d", "filters": 3, "kernel_size": 1}]}
        """, input: Shape(6, 4, 2), rows: [3, 8]),
    Case(
      layers: """
        {"type": "residual", "layers": [
          {"type": "residual", "layers": [{"type": "dropout", "rate": 0.3}]},
          {"type": "layer_normalization"}]}
        """, input: Shape(11)),
    Case(
      layers: """
        {"type": "residual", "layers": [{"type": "flatten"}]}, {"type": "dense", "units": 2}
        """, input: Shape(5)),
    Case(
      layers: """
        {"type": "residual", "activation": "tanh", "layers": [
          {"type": "conv2d", "filters": 2, "padding": "same", "use_bias": false},
          {"type": "batch_normalization"}]}
        """, input: Shape(6, 4, 2), rows: [3, 8]),
    Case(
      layers: """
        {"type": "residual", "layers": [
          {"type": "layer_normalization"}, {"type": "self_attention", "heads": 2, "causal": true}]},
        {"type": "residual", "layers": [
          {"type": "layer_normalization"}, {"type": "dense", "units": 20, "activation": "gelu"},
          {"type": "dense", "units": 6}]}
        """, input: Shape(7, 6), rows: [1, 4]),
  ]

  /// Branches whose ends read and add to the one gradient of input and output, and such as cannot.
  @Test(
    arguments: [
      #"{"type": "layer_normalization"}"#, #"{"type": "dense", "units": 6}"#,
      #"{"type": "self_attention"}"#, #"{"type": "conv1d", "filters": 6, "padding": "same"}"#,
      #"{"type": "dropout", "rate": 0.2}"#, #"{"type": "positional_embedding"}"#,
    ],
    [
      #"{"type": "dense", "units": 6}"#, #"{"type": "dense", "units": 6, "activation": "gelu"}"#,
      #"{"type": "self_attention", "heads": 2}"#, #"{"type": "layer_normalization"}"#,
      #"{"type": "dropout", "rate": 0.2}"#, #"{"type": "conv1d", "filters": 6, "padding": "same"}"#,
      #"{"type": "residual", "layers": [{"type": "layer_normalization"}, {"type": "dense", "units": 6}]}"#,
    ])
  func gradientsOfBranchesAreThoseOfTheLoss(first: String, last: String) throws {
    for activation in ["linear", "tanh"] {
      let error = try GradientCheck.error(
        layers: """
          {"type": "dense", "units": 6, "activation": "gelu"},
          {"type": "residual", "activation": "\(activation)", "layers": [\(first), \(last)]},
          {"type": "residual", "layers": [\(last)]}
          """, input: Shape(5, 6), rows: 4)
      #expect(error < 1e-3)
    }
  }

  @Test(arguments: Layers.catalog.entries.map(\.type), [Pass.Mode.training, .differentiation])
  func gradientsAreThoseOfTheLoss(type: String, mode: Pass.Mode) throws {
    let cases = Self.cases(of: type)
    #expect(!cases.isEmpty, "no case for \(type)")
    for example in cases {
      for rows in example.rows {
        let error = try GradientCheck.error(
          layers: example.layers, input: example.input, rows: rows,
          vocabularySize: example.vocabularySize, mode: mode)
        #expect(error < 1e-3, "\(example.layers) for \(example.input), \(rows) rows")
      }
    }
  }

  @Test func gradientsPassThroughStackedLayers() throws {
    let error = try GradientCheck.error(
      layers: """
        {"type": "flatten"},
        {"type": "dense", "units": 19, "activation": "gelu"},
        {"type": "dropout", "rate": 0.25},
        {"type": "dense", "units": 8, "activation": "softmax"},
        {"type": "activation", "activation": "swish"},
        {"type": "dense", "units": 3, "activation": "tanh", "use_bias": false}
        """, input: Shape(2, 3, 5), rows: 9)
    #expect(error < 1e-3)
  }

  @Test func gradientsOfProductsThatAreCutIntoTiles() throws {
    let error = try GradientCheck.error(
      layers: """
        {"type": "dense", "units": 270, "activation": "tanh"},
        {"type": "dense", "units": 129, "activation": "softplus"}
        """, input: Shape(301), rows: 130)
    #expect(error < 1e-3)
  }
}
