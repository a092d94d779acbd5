/// When something that is looked at again and again has grown.
///
/// Of what a process did, the first tenth does not count: memory is taken once, and caches fill. The rest is cut into
/// four parts of equal progress, and the fourth is compared with the first.
struct GrowthRule {
  /// What stands for the samples of a part.
  enum Representative {
    /// Neither single samples nor a busy machine decide.
    case median
    /// What is there all the time: things that are taken for a moment and given back do not count, however long the moment
    /// is on a busy machine.
    case least
  }

  let representative: Representative
  /// What the later part may be above the earlier one: this share of it, or this much, whichever is more.
  let share: Double
  let amount: Double

  struct Finding {
    let earlier: Double
    let later: Double
    let isGrowth: Bool
  }

  /// Fewer samples in a part say nothing.
  static let fewest = 5

  /// - Parameter points: values over progress, by ascending progress.
  /// - Returns: `nil` if there are too few to say.
  func judge(_ points: [(progress: Double, value: Double)]) -> Finding? {
    guard let end = points.last?.progress else { return nil }
    func value(from first: Double, to last: Double) -> Double? {
      let values = points.filter { $0.progress > first * end && $0.progress <= last * end }
        .map(\.value).sorted()
      guard values.count >= Self.fewest else { return nil }
      switch representative {
      case .median: return values[values.count / 2]
      case .least: return values[0]
      }
    }
    guard let earlier = value(from: 0.1, to: 0.325), let later = value(from: 0.775, to: 1) else {
      return nil
    }
    return Finding(
      earlier: earlier, later: later, isGrowth: later > earlier + max(earlier * share, amount))
  }
}
