import Configuration
import Datasets
import Network

/// Whether numbers are of the size that networks begin with.
extension PlanChecker {
  /// Numbers beyond this are not scaled, or hold an error of measurement.
  static let largeNumber = 100.0

  /// Weights begin small: inputs of thousands drown all others, and targets of thousands take as many steps to reach.
  /// Whoever writes that nothing is scaled means it.
  func warnOfUnscaledNumbers(_ model: NetworkConfig, loss: any Loss) {
    guard findings.isEmpty, loaded.document["data"]?["scaling"] == nil else { return }
    let first = model.layers?.first
    let isNormalized = first is BatchNormalizationConfig || first is LayerNormalizationConfig
    // What scales the inputs scales the target, too.
    if !isNormalized, warnOfUnscaledInputs() { return }
    if data.task == .regression, type(of: loss).allowsScaledTargets { warnOfUnscaledTarget() }
  }

  private func warnOfUnscaledInputs() -> Bool {
    let large = (data.unscaledInputs?() ?? []).filter {
      Self.isLarge($0.range) && !isScalingSaid(of: $0.column)
    }
    guard let first = large.first else { return false }
    let names = large.map { "'\($0.column)'" }
    warn(
      "unscaled",
      large.count == 1
        ? "\(names[0]) reaches from \(Self.rounded(first.range.lowerBound)) to \(Self.rounded(first.range.upperBound)) and is not scaled"
        : "\(Spelling.shortened(names)) reach beyond \(Self.rounded(Self.largeNumber)) and are not scaled",
      at: ConfigPath.root.key("data").key("scaling"), help: #"add "scaling": "standard" to data"#)
    return true
  }

  private func warnOfUnscaledTarget() {
    let columns = data.encoding.target.columns
    guard let column = columns.first(where: { $0.scale == .identity }), columns.count == 1,
      !isScalingSaid(of: column.name), let range = data.targetRange?(), Self.isLarge(range)
    else { return }
    let isNamed = data.encoding is TableEncoding
    let name = JSONValue.string(column.name).compactText
    warn(
      "unscaled",
      "the target\(isNamed ? " '\(column.name)'" : "") reaches from \(Self.rounded(range.lowerBound)) to \(Self.rounded(range.upperBound)) and is not scaled",
      at: ConfigPath.root.key("data").key("target"),
      help: isNamed
        ? #"add "columns": {\#(name): {"scaling": "standard"}} to data; figures stay in its units"#
        : nil)
  }

  private func isScalingSaid(of column: String) -> Bool {
    loaded.document["data"]?["columns"]?[column]?["scaling"] != nil
  }

  private static func isLarge(_ range: ClosedRange<Double>) -> Bool {
    max(-range.lowerBound, range.upperBound) > largeNumber
  }
}
