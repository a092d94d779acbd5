import Configuration
import Numerics

/// A pooling whose padding may count as zeros.
protocol AveragePoolingConfig: PoolingConfig {
  var includePadding: Bool? { get set }
}

extension AveragePoolingConfig {
  func rule(for window: SlidingWindow) -> PoolingLayer.Rule {
    let standard = if case .amounts = settings.padding { true } else { false }
    return .average(
      AveragePooling(window: window, includesPadding: includePadding ?? standard))
  }
}

extension Key where Root: AveragePoolingConfig {
  static var includePadding: Key {
    Key(
      "include_padding", \.includePadding, .boolean, synonyms: ["count_include_pad"],
      help:
        "Whether padding counts as zeros; by default numbers of padding do, and \"same\" does not.")
  }
}
