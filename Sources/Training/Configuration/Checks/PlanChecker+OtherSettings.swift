import Configuration
import Datasets
import Network

/// What is different about the model that parameters come from.
extension PlanChecker {
  /// Says where parameters were learned behind inputs of another scale, or in layers that compute something else from
  /// them: they fit all the same, and mean something else.
  func noteOtherSettings(
    of file: Safetensors, _ parameters: InitialParameters, _ ends: LayerEnds, named name: String,
    _ model: NetworkConfig
  ) {
    guard let text = file.metadata["config"] else { return }
    let other = JSONParser.parse(SourceText(name: "config", text)).value
    let layers = (model.layers ?? []).map { Layers.catalog.codec.write($0.resolved()) }
    var differences: [String] = []
    if let scaling = otherScaling(other["data"]) { differences.append(scaling) }
    if ends.takesFirst { differences += otherColumns(other["data"]) }
    differences +=
      LayerDifferences(other["model"]?["layers"]?.items ?? [], layers, file, parameters).found
    guard !differences.isEmpty else { return }
    note(
      "initial-parameters",
      "the model in '\(name)' was trained with other settings: \(Spelling.shortened(differences))",
      at: ConfigPath.root.key("model").key("initial_parameters"))
  }

  private func otherScaling(_ other: JSONValue?) -> String? {
    let here = DataFormats.catalog.codec.write(data.config)
    guard let other, let format = other["format"]?.string, format == here["format"]?.string
    else { return nil }
    return Self.difference("data.scaling", other["scaling"], here["scaling"])
  }

  /// How all columns are clipped, and how single ones are scaled and clipped in place of what all are.
  private func otherColumns(_ other: JSONValue?) -> [String] {
    let here = DataFormats.catalog.codec.write(data.config)
    guard let other, let encoding = data.encoding as? TableEncoding,
      other["format"]?.string == here["format"]?.string
    else { return [] }
    var found: [String] = []
    func compare(_ name: String, _ there: JSONValue?, _ here: JSONValue?) {
      let (there, here) = (there?.compactText ?? "none", here?.compactText ?? "none")
      if there != here { found.append("\(name) \(there) instead of \(here)") }
    }
    compare("data.clip", other["clip"], here["clip"])
    for name in encoding.features.filter(\.holdsNumbers).map(\.name) {
      for key in ["scaling", "clip"] {
        let (there, own) = (other["columns"]?[name]?[key], here["columns"]?[name]?[key])
        guard there != nil || own != nil else { continue }
        let path = ConfigPath.settings(ofColumn: name).key(key)
        compare("\(path)", there ?? other[key], own ?? here[key])
      }
    }
    return found
  }

  private static func difference(
    _ name: String, _ there: JSONValue?, _ here: JSONValue?
  ) -> String? {
    guard let there, let here, !there.isEqual(to: here) else { return nil }
    return "\(name) \(there.compactText) instead of \(here.compactText)"
  }
}
