import Configuration
import Datasets

/// Which tensors of a file the arrays of a network are: a JSON object whose keys are layers or arrays of the network, by
/// their names in the model file.
///
/// The value for a layer is a module of the file: `{"layers.0": "conv1"}`; that for an array a tensor, or two that are
/// added: `{"layers.2.kernel": "blocks.0.attn.c_attn.weight"}`.
struct WeightMapping {
  struct Entry {
    let names: [String]
    let place: Place?
  }

  let entries: [(key: String, entry: Entry, place: Place?)]

  /// - Throws: `Failure` with all that is wrong with the file.
  init(path: String) throws {
    let file = try FileBytes(path: path, compression: .keep)
    let source = SourceText(name: path, bytes: file.withBytes { Array($0) })
    let parsed = JSONParser.parse(source)
    guard parsed.diagnostics.isEmpty else { throw Failure(parsed.diagnostics) }
    guard let members = parsed.value.members else {
      throw Self.failure(
        "a mapping is an object, such as {\"layers.0\": \"conv1\"}",
        at: parsed.value.location?.place)
    }
    var findings: [Diagnostic] = []
    entries = members.compactMap { member in
      let items = member.value.items ?? [member.value]
      let names = items.compactMap(\.string)
      guard names.count == items.count, (1...2).contains(names.count) else {
        findings +=
          Self.failure(
            "'\(member.key)' takes the name of a module or a tensor, or two of tensors",
            at: member.value.location?.place
          ).diagnostics
        return nil
      }
      let place = member.value.location?.place
      return (member.key, Entry(names: names, place: place), place)
    }
    if !findings.isEmpty { throw Failure(findings) }
  }

  static func failure(_ message: String, at place: Place?, help: String? = nil) -> Failure {
    Failure(Diagnostic(.error, .configuration, code: "mapping", message, at: place, help: help))
  }
}
