import Configuration
import Network
import Numerics

/// Why training came to numbers that are not finite: what was it first, and what probably made it so.
package struct Divergence: Sendable {
  /// What was not finite first, in the order in which an iteration computes.
  package enum Finding: Sendable, Equatable {
    /// The output of a layer.
    case output(layer: String)
    /// The loss of outputs that are finite.
    case loss
    /// The gradient of a parameter, of those that backward comes to first.
    case gradient(String)
    /// A parameter behind an update, of gradients that are finite.
    case parameter(String)
  }

  /// The largest number that arrived at the network.
  package struct LargestInput: Sendable, Equatable {
    package let value: Float
    /// The column; `nil` where inputs have no names.
    package let column: String?
    /// What the training part has there.
    package let range: ClosedRange<Float>?
  }

  /// Counted from 1.
  package let iteration: Int
  package let finding: Finding
  package let largestInput: LargestInput
  /// Where the examples of the batch stand whose loss is not finite or, if there are none, all of them.
  package let examples: [String]
  /// What to do about it.
  package let advice: String

  private static let mostExamples = 3

  /// - Parameter subject: what diverged, as `training`.
  package func diagnostic(of subject: String = "training") -> Diagnostic {
    let what =
      switch finding {
      case .output(let layer): "the output of \(layer) is not finite"
      case .loss: "the loss is not finite, though the outputs are"
      case .gradient(let name): "the gradient of \(name) is not finite"
      case .parameter(let name): "\(name) is not finite after its update"
      }
    var message = "\(subject) diverged: in iteration \(Spelling.grouped(iteration)) \(what)"
    message += "; the largest input is \(largestInput.value.text)"
    if let column = largestInput.column { message += " in column '\(column)'" }
    if !examples.isEmpty {
      message +=
        "; the batch has \(examples.prefix(Self.mostExamples).map(PathArithmetic.shown).joined(separator: ", "))"
      if examples.count > Self.mostExamples {
        message += " and \(Spelling.count(examples.count - Self.mostExamples, "other"))"
      }
    }
    return Diagnostic(.error, .data, code: "diverged", message, help: advice)
  }

  package var json: JSONValue {
    var members: [JSONMember] = [JSONMember("iteration", .integer(iteration))]
    switch finding {
    case .output(let layer):
      members += [JSONMember("what", .string("output")), JSONMember("layer", .string(layer))]
    case .loss: members.append(JSONMember("what", .string("loss")))
    case .gradient(let name):
      members += [JSONMember("what", .string("gradient")), JSONMember("parameter", .string(name))]
    case .parameter(let name):
      members += [JSONMember("what", .string("parameter")), JSONMember("parameter", .string(name))]
    }
    let value = Double(largestInput.value)
    members.append(JSONMember("largest_input", value.isFinite ? .number(value) : .null))
    if let column = largestInput.column { members.append(JSONMember("column", .string(column))) }
    members += [
      JSONMember("examples", .array(examples.map { .string($0) })),
      JSONMember("advice", .string(advice)),
    ]
    return .object(members)
  }
}

extension Float {
  /// In the digits of single precision, as JSON has them.
  var text: String { JSONNumber(Double(description) ?? .nan).text }
}
