import Configuration
import Network
import Numerics
import Testing

struct LayersTests {
  /// Layers of one type in a small network, as the text of a list without its brackets.
  private struct Case {
    let layers: String
    let input: Shape
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
        }
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
    default: return []
    }
  }

  @Test(arguments: Layers.catalog.entries.map(\.type))
  func gradientsAreThoseOfTheLoss(type: String) throws {
    let cases = Self.cases(of: type)
    #expect(!cases.isEmpty, "no case for \(type)")
    for example in cases {
      for rows in [1, 3, 32, 41] {
        let error = try GradientCheck.error(
          layers: example.layers, input: example.input, rows: rows)
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
