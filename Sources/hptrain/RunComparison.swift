import Configuration
import Datasets
import Training

/// What two runs have come to, side by side.
struct RunComparison {
  enum Side: String {
    case first
    case second
  }

  struct Row {
    let name: String
    /// `nil` where a run does not have it.
    let first: JSONValue?
    let second: JSONValue?
    /// The better one; `nil` where it is not known or there is none.
    let better: Side?
    /// Whether people want few digits of it.
    let isMeasured: Bool

    func text(of side: Side) -> String {
      guard let value = side == .first ? first : second else { return "-" }
      let text =
        switch value.kind {
        case .string(let text): text
        case .number(let number) where isMeasured: TrainingReporter.short(number.value)
        default: value.integer.map { Spelling.grouped($0) } ?? value.compactText
        }
      return better == side ? text + " *" : text
    }

    var json: JSONValue {
      var members = [JSONMember("event", .string("figure")), JSONMember("name", .string(name))]
      if let first { members.append(JSONMember("first", first)) }
      if let second { members.append(JSONMember("second", second)) }
      members.append(JSONMember("better", better.map { .string($0.rawValue) } ?? .null))
      return .object(members)
    }
  }

  private(set) var rows: [Row] = []

  /// - Returns: `nil` unless there are figures on both sides.
  init?(_ first: RunRecord, _ second: RunRecord) {
    guard let a = first.summary, let b = second.summary else { return nil }
    var names: [FigureName] = []
    for name in a.figureNames + b.figureNames where !names.contains(name) { names.append(name) }
    // By part, those of the second run where they belong.
    for part in Part.allCases {
      for name in names where name.part == part {
        addFigure(name, a[name], b[name], isShared: first.shares(name, with: second))
      }
    }
    func add(
      _ name: String, _ first: JSONValue?, _ second: JSONValue?, isMeasured: Bool = false
    ) {
      guard first != nil || second != nil else { return }
      rows.append(
        Row(name: name, first: first, second: second, better: nil, isMeasured: isMeasured))
    }
    func integer(_ value: Int?) -> JSONValue? { value.map { .integer($0) } }
    func number(_ value: Double?) -> JSONValue? { value.map { .number($0) } }
    add("state", .string(a.state), .string(b.state))
    add("best_epoch", integer(a.bestEpoch), integer(b.bestEpoch))
    add("epochs", integer(a.epochs), integer(b.epochs))
    add("iterations", integer(a.iterations), integer(b.iterations))
    add("parameters", integer(first.parameters), integer(second.parameters))
    add("seconds", number(a.seconds), number(b.seconds), isMeasured: true)
    add("samples_per_second", number(a.samplesPerSecond), number(b.samplesPerSecond))
  }

  /// - Parameter isShared: whether the figure has the same definition in both runs.
  private mutating func addFigure(
    _ name: FigureName, _ first: Double?, _ second: Double?, isShared: Bool
  ) {
    var better: Side?
    if let first, let second, let isHigherBetter = name.isHigherBetter, isShared, first != second,
      !first.isNaN || !second.isNaN
    {
      // An undefined figure is worse than any other.
      let isFirst = second.isNaN || (!first.isNaN && (first > second) == isHigherBetter)
      better = isFirst ? .first : .second
    }
    rows.append(
      Row(
        name: name.description, first: first.map { .number($0) },
        second: second.map { .number($0) },
        better: better, isMeasured: true))
  }
}
