import Configuration
import Datasets
import Network

/// A whole configuration: everything that is chosen before learning starts.
package struct RunConfig: ConfigObject {
  package var schema: String?
  package var name: String?
  package var seed = 0
  package var data: (any DataConfig)?
  package var model: NetworkConfig?
  package var training = TrainingConfig()

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "$schema", \.schema, .string("a path or an address"),
      help: "For editors: the schema that 'hptrain schema' prints."),
    Key(
      "name", \.name, .string("a name"),
      help: "Names the run and its folder; by default the name of the file."),
    .integer(
      "seed", \.seed, in: .between(0, 9_007_199_254_740_991),
      synonyms: ["random_seed", "random_state"],
      help: "Equal seeds give equal models, byte for byte."),
    Key(
      "data", \.data, DataFormats.catalog.codec, required: true, synonyms: ["dataset"],
      help: "What to learn from."),
    Key(
      "model", \.model, .object(), required: true, synonyms: ["network", "net"],
      help: "The network."),
    Key(
      "training", \.training, .object(), synonyms: ["train", "trainer", "hyperparameters", "fit"],
      help: "How the network learns."),
  ]

  /// A name becomes a folder and stands in the output of commands.
  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard let name, !Self.isPlain(name) else { return }
    reading.report(
      code: "name",
      "'name' may hold letters, digits, blanks, '.', '-' and '_', starts with a letter or digit, and is at most 100 long",
      at: json["name"]?.location)
  }

  package static func isPlain(_ name: String) -> Bool {
    guard let first = name.first, first.isLetter || first.isNumber, name.count <= 100,
      name.utf8.count <= 200
    else { return false }
    return name.allSatisfy { $0.isLetter || $0.isNumber || " .-_".contains($0) }
  }

  /// What a configuration may look like as a whole.
  package static let form = Form.object { keys.map { $0.keyForm() } }
}
