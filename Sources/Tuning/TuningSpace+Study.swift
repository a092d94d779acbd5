import Configuration
import Search
import Studies
import Training

extension TuningSpace {
  /// The hyperparameters of a point as they are stored.
  func parameters(of point: Point) -> [StudyTrial.Parameter] {
    zip(places, point.values).compactMap { place, value in
      value.map { StudyTrial.Parameter(place.name, $0, distribution(of: place)) }
    }
  }

  /// The point of a trial; `nil` if it lacks a hyperparameter, or has a value that the space does not have.
  func point(of trial: StudyTrial) -> Point? {
    var values: [Double?] = []
    for (index, place) in places.enumerated() {
      guard search.isActive(index, in: values) else {
        values.append(nil)
        continue
      }
      guard let meaning = trial.parameter(place.name)?.meaning,
        let number = number(of: meaning, place)
      else { return nil }
      values.append(number)
    }
    return Point(values)
  }

  /// A hyperparameter that some trial chose from what is not of the same kind, or has not the same choices; Optuna
  /// would refuse to go on with both in one study.
  func misfit(_ trials: [StudyTrial]) -> String? {
    places.first { place in
      let distribution = distribution(of: place)
      return trials.contains { trial in
        trial.parameter(place.name).map { !$0.distribution.isCompatible(with: distribution) }
          ?? false
      }
    }?.name
  }

  /// A point with some values given beforehand; what does not fit the space is left as it was.
  func point(_ point: Point, with fixed: [String: ChoiceValue]) -> Point {
    var values: [Double?] = []
    for (index, place) in places.enumerated() {
      guard search.isActive(index, in: values) else {
        values.append(nil)
        continue
      }
      values.append(
        fixed[place.name].flatMap { number(of: $0, place) } ?? point.values[index]
          ?? place.domain.value(at: 0.5))
    }
    return Point(values)
  }

  private func number(of meaning: ChoiceValue, _ place: Place) -> Double? {
    if case .category = place.domain {
      return choices(of: place).firstIndex { $0.means(meaning) }.map(Double.init)
    }
    switch meaning {
    case .integer(let value): return Double(value)
    case .double(let value) where value.isFinite: return value
    default: return nil
    }
  }

  private func distribution(of place: Place) -> Distribution {
    switch place.domain {
    case .real(let low, let high, let isLogarithmic):
      .float(low: low, high: high, step: nil, isLogarithmic: isLogarithmic)
    case .integer(let low, let high, let step, let isLogarithmic):
      .integer(low: low, high: high, step: step, isLogarithmic: isLogarithmic)
    case .category: .categorical(choices(of: place))
    }
  }

  /// Optuna knows null, booleans, numbers and texts: a layer is the text of its JSON.
  private func choices(of place: Place) -> [ChoiceValue] {
    guard case .category(let count) = place.domain else { return [] }
    return (0..<count).map { index in
      let value = place.value(of: Double(index))
      return value.items == nil && value.members == nil
        ? ChoiceValue(value) : .text(value.compactText)
    }
  }
}

extension ChoiceValue {
  /// Whether both are the same, however numbers are written.
  fileprivate func means(_ other: ChoiceValue) -> Bool {
    switch (self, other) {
    case (.integer(let a), .double(let b)), (.double(let b), .integer(let a)): Double(a) == b
    default: self == other
    }
  }
}
