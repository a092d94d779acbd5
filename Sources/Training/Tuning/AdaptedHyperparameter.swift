import Search

/// A place of a space whose value is adapted while training.
struct AdaptedHyperparameter {
  /// In the optimizer.
  let key: String
  let range: AdaptedRange

  static let names = ["training.optimizer.learning_rate", "training.optimizer.weight_decay"]

  /// `nil` if it stays as it is.
  init?(_ place: TuningSpace.Place) {
    guard Self.names.contains(place.name), case .real(let low, let high, _) = place.domain else {
      return nil
    }
    key = String(place.name.split(separator: ".").last ?? "")
    range = AdaptedRange(low: low, high: high)
  }
}
