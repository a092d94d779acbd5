import Configuration
import Datasets

/// Inputs each of which alone tells the target of every row, as what is known only afterwards does: a code beside its
/// name, a price in another currency, the number that a class was made of.
struct TellingColumns {
  let names: [String]
  private let target: String
  /// Whether they have a value in every row.
  private let areComplete: Bool

  /// In fewer rows a column tells all of them by chance.
  private static let fewestRows = 50
  private static let fewestRowsOfClass = 10
  private static let mostClasses = 10

  /// Looks at all rows once more, as long as there is a column that may tell all of them.
  ///
  /// - Parameter target: the column at the index, as the task takes it.
  /// - Throws: whatever `TableProfile.forEachRow` throws.
  init(
    _ table: TableProfile, inputs: [Int], target: ColumnProfile, at index: Int,
    isClassification: Bool
  ) throws {
    self.target = target.name
    // What is the only input is meant.
    guard inputs.count > 1, target.present >= Self.fewestRows else {
      (names, areComplete) = ([], true)
      return
    }
    let classes = isClassification ? target.counts ?? [] : []
    let areFewClasses =
      2...Self.mostClasses ~= classes.count
      && classes.allSatisfy { $0.count >= Self.fewestRowsOfClass }
    var candidates = inputs.map { input in
      Candidate(
        input, table.columns[input], of: target, hasClasses: areFewClasses,
        isClassification: isClassification)
    }
    let reader = FieldReader(target)
    try table.forEachRow { row in
      candidates.removeAll { !$0.mayTell }
      guard !candidates.isEmpty else { return false }
      guard let answer = try row.withField(at: index, reader.read) else { return true }
      for position in candidates.indices {
        let candidate = candidates[position]
        if let value = try row.withField(at: candidate.column, candidate.reader.read) {
          candidates[position].add(value, answer)
        }
      }
      return true
    }
    let telling = candidates.filter {
      $0.tells && $0.rows >= Self.fewestRows && $0.rows * 2 > target.present
    }
    names = telling.map { table.columns[$0.column].name }
    areComplete = telling.allSatisfy { $0.rows == target.present }
  }

  /// - Parameter ignored: the columns that are left out already.
  func note(besides ignored: [String]) -> Diagnostic? {
    guard !names.isEmpty else { return nil }
    let quoted = Spelling.list(names.map { "'\($0)'" }, "and")
    let setting = JSONValue.array((ignored + names).map { .string($0) }).spacedText
    return Diagnostic(
      .note, .data, code: "tells-target",
      (names.count == 1 ? "\(quoted) alone tells" : "\(quoted) each tell")
        + " '\(target)' in every row" + (areComplete ? "" : " that has a value"),
      help:
        "what is known only together with '\(target)' has to be left out: \"ignore\": \(setting) in data"
    )
  }
}

/// A field that holds something.
private struct Value {
  /// Of its text.
  let hash: Int
  let number: Double?
}

/// Reads the fields of a column as training will.
private struct FieldReader {
  private let notation: NumberNotation
  private let missesNames: Bool

  init(_ column: ColumnProfile) {
    notation = column.notation
    missesNames = column.missesNames
  }

  /// - Returns: `nil` for a missing value.
  func read(_ bytes: UnsafeRawBufferPointer) -> Value? {
    let contents = FieldContents(bytes, notation: notation)
    if contents == .missing, missesNames || !MissingWords.isAmbiguous(bytes) { return nil }
    let hash = ColumnProfile.hash(ClassName.withoutDecimals(bytes))
    return Value(hash: hash, number: contents.number)
  }
}

/// A column, and each way in which it may still tell the target.
private struct Candidate {
  let column: Int
  let reader: FieldReader
  private(set) var rows = 0
  private let isNumber: Bool
  /// The target beside each value.
  private var answers: [Int: Int]?
  /// Between what numbers the rows of each class lie.
  private var ranges: [Int: ClosedRange<Double>]?
  // Whether its numbers are in the order of the target's, or in the other one.
  private var rising: SameOrder?
  private var falling: SameOrder?

  private static let mostValues = 50
  private static let fewestRowsOfValue = 10

  init(
    _ column: Int, _ profile: ColumnProfile, of target: ColumnProfile, hasClasses: Bool,
    isClassification: Bool
  ) {
    self.column = column
    reader = FieldReader(profile)
    isNumber = profile.kind == .number
    let values = profile.distinct
    let isCountable =
      2...Self.mostValues ~= values && values * Self.fewestRowsOfValue <= profile.rows
    answers = isCountable ? [:] : nil
    ranges = isNumber && hasClasses ? [:] : nil
    // Of fewer numbers than the target has, each would stand for several of its numbers.
    let orders = isNumber && !isClassification && values * 2 >= target.distinct
    rising = orders ? SameOrder() : nil
    falling = rising
  }

  var mayTell: Bool { answers != nil || ranges != nil || rising != nil || falling != nil }

  var tells: Bool {
    (answers.map { Set($0.values).count > 1 } ?? false)
      || (ranges.map { $0.count > 1 } ?? false) || rising != nil || falling != nil
  }

  mutating func add(_ value: Value, _ answer: Value) {
    rows += 1
    if answers?.updateValue(answer.hash, forKey: value.hash).map({ $0 != answer.hash }) == true {
      answers = nil
    }
    guard isNumber, let x = value.number else { return }
    addToRange(x, of: answer.hash)
    guard let y = answer.number else { return }
    if rising?.add(x, y) == false { rising = nil }
    if falling?.add(x, -y) == false { falling = nil }
  }

  private mutating func addToRange(_ value: Double, of answer: Int) {
    guard let ranges else { return }
    let range = ranges[answer].map { min($0.lowerBound, value)...max($0.upperBound, value) }
    let new = range ?? value...value
    guard new != ranges[answer] else { return }
    let isApart = ranges.allSatisfy { $0.key == answer || !$0.value.overlaps(new) }
    if isApart { self.ranges?[answer] = new } else { self.ranges = nil }
  }
}

/// Whether one number rises wherever another does, by the points that were seen so far.
private struct SameOrder {
  /// By x and, where that is the same, by y: as long as the order is the same, by y, too.
  private var points: [(x: Double, y: Double)] = []

  /// Enough for a point in another order to lie between two of them.
  private static let mostPoints = 2048

  /// - Returns: whether the order is the same with this point.
  mutating func add(_ x: Double, _ y: Double) -> Bool {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle] < (x, y) { low = middle + 1 } else { high = middle }
    }
    guard low == 0 || points[low - 1].y <= y, low == points.count || y <= points[low].y else {
      return false
    }
    if points.count < Self.mostPoints { points.insert((x, y), at: low) }
    return true
  }
}
