import Configuration
import Datasets

/// The name of a figure of a part: `validation.accuracy`, or `validation_accuracy` as monitors have it.
package struct FigureName: Sendable, Hashable, CustomStringConvertible {
  package let part: Part
  /// `loss` or the name of a metric.
  package let figure: String

  package static let loss = "loss"

  package init(_ part: Part, _ figure: String) {
    self.part = part
    self.figure = figure
  }

  /// - Returns: `nil` for what is no name of a figure.
  package init?(_ text: String) {
    for part in Part.allCases {
      for separator in [".", "_"] where text.hasPrefix(part.rawValue + separator) {
        let figure = String(text.dropFirst(part.rawValue.count + 1))
        guard figure == Self.loss || Self.metric(figure) != nil else { return nil }
        (self.part, self.figure) = (part, figure)
        return
      }
    }
    return nil
  }

  package var description: String { "\(part.rawValue).\(figure)" }

  /// Whether larger values are better; `nil` for a figure of which it is not known.
  package var isHigherBetter: Bool? {
    figure == Self.loss ? false : Self.metric(figure).map { type(of: $0).isHigherBetter }
  }

  /// Every name there is, for suggestions.
  package static let all: [String] = Part.allCases.flatMap { part in
    ([loss] + Metrics.catalog.entries.map(\.type)).map { FigureName(part, $0).description }
  }

  private static func metric(_ name: String) -> (any Metric)? {
    Metrics.catalog.entries.first { $0.type == name }?.make()
  }
}
