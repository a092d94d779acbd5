import Configuration
import Training

/// What a figure has to come to: `accuracy>=0.9`.
struct FigureCondition {
  private enum Relation: String {
    case atLeast = ">="
    case above = ">"
    case atMost = "<="
    case below = "<"

    var words: String {
      switch self {
      case .atLeast: "at least"
      case .above: "above"
      case .atMost: "at most"
      case .below: "below"
      }
    }

    func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atLeast: value >= bound
      case .above: value > bound
      case .atMost: value <= bound
      case .below: value < bound
      }
    }
  }

  private let figure: String
  private let relation: Relation
  private let bound: Double

  /// - Returns: `nil` for what is no figure, relation and number.
  init?(_ text: String) {
    let words = text.filter { $0 != " " }
    guard let start = words.firstIndex(where: { "<>".contains($0) }) else { return nil }
    let sign = words[start...].prefix { "<>=".contains($0) }
    // '=>' is none of the relations, and no name ends so.
    guard start > words.startIndex, !words[..<start].hasSuffix("="),
      let relation = Relation(rawValue: String(sign)),
      let bound = Double(words[sign.endIndex...]), bound.isFinite
    else { return nil }
    figure = String(words[..<start])
    self.relation = relation
    self.bound = bound
  }

  /// - Throws: `Failure` if it is none of the figures that there will be.
  func check(among metrics: [String]) throws(Failure) {
    let figures = ["loss"] + metrics
    guard !figures.contains(figure) else { return }
    let meant = Spelling.nearest(to: figure, among: figures).map { "did you mean '\($0)'?" }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "unknown-figure",
        "--require: there is no figure '\(figure)' of this model",
        help: meant ?? "figures: \(figures.joined(separator: ", "))"))
  }

  /// What to say where it does not hold; an undefined figure is no better than a bad one.
  func finding(in figures: Figures) -> Diagnostic? {
    let wanted = "\(relation.words) \(JSONNumber(bound).text)"
    guard let value = figures[figure] else {
      return Diagnostic(
        .error, .data, code: "condition", "\(figure) was left out, and has to be \(wanted)",
        help: "--metric \(figure) has it computed")
    }
    guard value.isFinite else {
      return Diagnostic(
        .error, .data, code: "condition",
        "\(figure) is \(TrainingReporter.short(value)), and has to be \(wanted)")
    }
    guard !relation.holds(value, bound) else { return nil }
    return Diagnostic(
      .error, .data, code: "condition", "\(figure) \(text(of: value)) is not \(wanted)")
  }

  /// In few digits, unless these would keep the bound.
  private func text(of value: Double) -> String {
    let short = TrainingReporter.short(value)
    guard let rounded = Double(short), !relation.holds(rounded, bound) else {
      return JSONNumber(value).text
    }
    return short
  }
}
