import Configuration
import Search

/// The places of a space of which no value comes to bear, such as a patience that is always longer than the run.
struct IdlePlaces {
  struct Finding {
    let place: TuningSpace.Place
    /// What is said of the first corner.
    let reason: String
  }

  private let places: [TuningSpace.Place]
  private var reasons: [String?]
  /// The places of which some value counts.
  private var counting: Set<Int> = []

  init(_ space: TuningSpace) {
    places = space.places
    reasons = Array(repeating: nil, count: places.count)
  }

  /// Looks at what is said of the run of a corner.
  mutating func add(_ corner: RunPlan, at point: Point) {
    for (index, number) in point.values.enumerated() {
      guard let number else { continue }
      let place = places[index]
      // An object of several settings does something by the others.
      let leaves = place.value(of: number).leaves(under: place.path)
      if leaves.count == 1,
        let setting = corner.idleSettings.first(where: { $0.path == leaves[0].path })
      {
        reasons[index] = reasons[index] ?? setting.message
      } else {
        counting.insert(index)
      }
    }
  }

  var findings: [Finding] {
    places.indices.compactMap { index in
      guard !counting.contains(index), let reason = reasons[index] else { return nil }
      return Finding(place: places[index], reason: reason)
    }
  }
}
