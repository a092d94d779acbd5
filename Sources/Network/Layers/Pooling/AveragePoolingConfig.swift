import Configuration
import Numerics

/// A pooling whose padding may count as zeros.
protocol AveragePoolingConfig: PoolingConfig {
  var includePadding: Bool? { get set }
}

extension AveragePoolingConfig {
  private var countsPadding: Bool {
    if let includePadding { return includePadding }
    return if case .amounts = settings.padding { true } else { false }
  }

  func rule(for window: SlidingWindow) -> PoolingLayer.Rule {
    .average(AveragePooling(window: window, includesPadding: countsPadding))
  }

  /// What is resolved says false of a window that never leaves the input, which is as good as nothing.
  func warnOfInertSettings(_ plan: inout NetworkPlan) {
    guard includePadding == true, settings.padding == .valid else { return }
    plan.warn(
      key: "include_padding", code: "inert",
      "there is no padding to count: with \"valid\" every window lies within the input")
  }

  package func resolved() -> any LayerConfig {
    var config = self
    config.settings.stride = settings.stride ?? settings.poolSize
    config.includePadding = countsPadding
    return config
  }
}

extension Key where Root: AveragePoolingConfig {
  static var includePadding: Key {
    Key(
      "include_padding", \.includePadding, .boolean, synonyms: ["count_include_pad"],
      help:
        "Whether padding counts as zeros; by default numbers of padding do, and \"same\" does not.",
      guidance: .choice(
        """
        false keeps means at the border as large as inside; true to agree with a model of \
        PyTorch.
        """,
        typical: "true in PyTorch, false in Keras; left out, it follows the padding.",
        example: #""padding": "same", "include_padding": false"#))
  }
}
