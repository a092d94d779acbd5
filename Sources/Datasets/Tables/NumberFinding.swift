import Configuration

/// What is wrong with a number that single precision, in which networks compute, does not hold.
enum NumberFinding {
  /// - Parameters:
  ///   - text: the number as the file writes it.
  ///   - more: how many there are besides.
  static func tooLarge(
    _ text: String, in column: String, scale: Scale, more: Int = 0
  ) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "too-large",
      "'\(text)' in column '\(column)' is too large for single precision"
        + (scale == .identity ? "" : " once it is scaled")
        + (more > 0 ? " (and \(Spelling.count(more, "more row")))" : ""),
      help: help)
  }

  /// A column whose scale or filled-in value does not fit into a model.
  static func notScalable(_ column: String, isTooLarge: Bool) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "not-scalable",
      "the numbers of column '\(column)' are too \(isTooLarge ? "large" : "small") for their statistics "
        + "to be held in single precision; the \(isTooLarge ? "largest" : "first") stands here",
      help: help)
  }

  private static let help =
    "single precision holds numbers from 1.5e-45 to 3.4e38: use another unit, or leave the column out"
}
