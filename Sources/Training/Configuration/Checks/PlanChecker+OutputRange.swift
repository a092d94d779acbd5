import Configuration
import Datasets
import Glibc
import Network

/// Whether the numbers that the network can give reach those that it is to learn.
extension PlanChecker {
  /// What single precision may leave of a number at an end of the range.
  private static let tolerance = 1e-6

  /// A last activation or recurrent layer bounds what is predicted; targets beyond it are never reached.
  func warnOfOutputRange(_ model: NetworkConfig, _ network: Network?, loss: any Loss) {
    guard findings.isEmpty, data.task == .regression, type(of: loss).link == .identity,
      let network, let layers = model.layers, let last = layers.last
    else { return }
    let outputs = last.outputRange(width: network.output.shape.dimensions.last ?? 1)
    guard outputs.lowerBound.isFinite || outputs.upperBound.isFinite,
      let targets = data.targetRange?(),
      targets.lowerBound < outputs.lowerBound - Self.tolerance
        || targets.upperBound > outputs.upperBound + Self.tolerance
    else { return }
    let columns = data.encoding.target.columns
    let isScaled = columns.contains { $0.scale != .identity }
    let targetText =
      (columns.count > 1 ? "targets lie" : "target lies")
      + " between \(Self.rounded(targets.lowerBound)) and \(Self.rounded(targets.upperBound))"
      + (isScaled ? " after scaling" : "")
    let path = ConfigPath.root.key("model").key("layers").index(layers.count - 1)
    let name = last.outputActivation.map { type(of: $0).type } ?? type(of: last).type
    warn(
      "output-range", "\(name) gives \(Self.text(of: outputs)), and the \(targetText)",
      at: last.outputActivation == nil ? path : path.key("activation"),
      help: last.outputActivation == nil
        ? Self.helpOnBoundedLayer : "leave the activation of the last layer out")
  }

  static let helpOnBoundedLayer = #"put {"type": "dense"} behind it"#

  static func text(of range: ClosedRange<Double>) -> String {
    let (least, greatest) = (range.lowerBound, range.upperBound)
    guard greatest.isFinite else { return "no number below \(rounded(least))" }
    guard least < greatest else { return "\(rounded(least)) and nothing else" }
    return "no number but those between \(rounded(least)) and \(rounded(greatest))"
  }

  /// Three significant digits.
  static func rounded(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return Float(value).text }
    let step = pow(10, floor(log10(abs(value))) - 2)
    return Float((value / step).rounded() * step).text
  }
}
