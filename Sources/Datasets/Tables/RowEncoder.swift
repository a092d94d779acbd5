import Configuration

/// Encodes rows of a text with columns of its own, in any order, as a model learned them.
package struct RowEncoder {
  /// The columns of the text that the model does not use, targets apart.
  package let extraColumns: [String]
  /// How often something took the place of a missing value, for each feature of the model.
  private var filled: [Int]
  private let names: [String]
  /// How the numbers of each feature are written; `nil` for plainly.
  let notations: [NumberNotation?]
  let features: [Feature]
  let fieldCount: Int
  let missing: MissingTokens

  enum Feature {
    case number(NumberFeature, field: Int)
    case binned(PiecewiseLinearFeature, field: Int)
    case category(CategoryFeature, field: Int, places: CategoryIndex)
    case date(DateFeature, field: Int)
    /// - Parameter table: that of the feature.
    case coded(CodedFeature, field: Int, places: CategoryIndex, table: [Float])
    case hashed(HashFeature, field: Int)
  }

  /// Finds the model's columns by name.
  ///
  /// - Throws: `Failure` naming all columns that the text lacks.
  package init(_ encoding: TableEncoding, columns: [String], file: String) throws {
    let fields = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
    let keys = encoding.window?.keyColumns ?? []
    let absent = (encoding.features.map(\.name) + keys).filter { fields[$0] == nil }
    guard absent.isEmpty else {
      throw Failure(
        Self.missingColumns(absent, of: columns, besides: encoding.usedColumns, file: file))
    }
    features = encoding.features.compactMap { feature in
      guard let field = fields[feature.name] else { return nil }
      switch feature {
      case let number as NumberFeature: return .number(number, field: field)
      case let binned as PiecewiseLinearFeature: return .binned(binned, field: field)
      case let category as CategoryFeature:
        return .category(category, field: field, places: CategoryIndex(category.categories))
      case let date as DateFeature: return .date(date, field: field)
      case let coded as CodedFeature:
        return .coded(
          coded, field: field, places: CategoryIndex(coded.categories), table: coded.table)
      case let hashed as HashFeature: return .hashed(hashed, field: field)
      default: return nil
      }
    }
    let known = encoding.usedColumns
    extraColumns = columns.filter { !known.contains($0) }
    fieldCount = columns.count
    missing = encoding.missing
    names = encoding.features.map(\.name)
    notations = names.map { encoding.notations[$0] }
    filled = names.map { _ in 0 }
  }

  /// What to say of a text with these columns that lacks others.
  ///
  /// - Parameter used: the columns of the model, none of which is another one under a wrong name.
  static func missingColumns(
    _ names: [String], of columns: [String], besides used: Set<String>, file: String
  ) -> Diagnostic {
    // The group of a series may be an input, too.
    var seen: Set<String> = []
    let absent = names.filter { seen.insert($0).inserted }
    return Diagnostic(
      .error, .data, code: "missing-column",
      "\(Spelling.file(file)) lacks \(absent.count == 1 ? "the column" : "the columns") "
        + Spelling.list(absent.map { "\"\($0)\"" }, "and"),
      help: hint(absent, columns, besides: used))
  }

  private static func hint(
    _ absent: [String], _ columns: [String], besides used: Set<String>
  ) -> String {
    let others = columns.filter { !used.contains($0) }
    let near = absent.compactMap { name in
      Spelling.nearest(to: name, among: others).map { "\"\(name)\" may be \"\($0)\" there" }
    }
    guard near.isEmpty else { return near.joined(separator: ", ") }
    let list = "its columns are: \(Spelling.shortened(columns))"
    guard CSVHeader.isProbablyData(columns, wanted: absent.first ?? "") else { return list }
    return list + "; if these are data, put a first line with the names before them"
  }

  /// Encodes one row.
  ///
  /// - Parameter inputs: room for as many numbers as the encoding is wide.
  /// - Throws: `Failure` with every field of the row that cannot be encoded, at its place.
  package mutating func encode(
    _ row: CSVRow, into inputs: UnsafeMutablePointer<Float>
  ) throws(Failure) {
    try checkWidth(of: row)
    var findings: [Diagnostic] = []
    var input = inputs
    for (index, feature) in features.enumerated() {
      switch feature {
      case .number(let feature, let field):
        let (value, isMissing) = number(
          at: field, of: row, orElse: feature.missingValue, feature.name, index, &findings)
        input.pointee = value.map(feature.encode) ?? 0
        if !input.pointee.isFinite {
          findings.append(tooLarge(feature.name, feature.scale, field, row))
        }
        if feature.hasIndicator { input[1] = isMissing ? 1 : 0 }
        input += feature.width
      case .binned(let feature, let field):
        let (value, isMissing) = number(
          at: field, of: row, orElse: feature.missingValue, feature.name, index, &findings)
        if let value, !feature.encode(value, into: input).isFinite {
          findings.append(tooLarge(feature.name, feature.firstScale, field, row))
        }
        if feature.hasIndicator { input[feature.bins] = isMissing ? 1 : 0 }
        input += feature.width
      case .category(let feature, let field, let places):
        let (text, isMissing) = try text(
          at: field, of: row, orElse: feature.missingValue, feature.name, index, &findings)
        let place = text.flatMap { places[$0] }
        if let text, place == nil, !isMissing, !feature.acceptsUnseen {
          findings.append(
            unseen(
              text, feature.name, field, row,
              known(feature.categories)
                + "; train with data.unseen_categories: \"zeros\" to accept others"))
        }
        input.pointee = Float(place ?? feature.otherIndex)
        if feature.hasIndicator { input[1] = isMissing ? 1 : 0 }
        input += feature.width
      case .date(let feature, let field):
        encode(feature, index, field, row, into: input, &findings)
        input += feature.width
      case .coded(let feature, let field, let places, let table):
        let (text, isMissing) = try text(
          at: field, of: row, orElse: feature.missingValue, feature.name, index, &findings)
        let place = text.flatMap { places[$0] }
        if let text, place == nil, !isMissing, !feature.acceptsUnseen {
          findings.append(unseen(text, feature.name, field, row, known(feature.categories)))
        }
        let count = feature.inputs.count
        let first = (place ?? feature.categories.count) * count
        for number in 0..<count { input[number] = table[first + number] }
        if feature.hasIndicator { input[count] = isMissing ? 1 : 0 }
        input += feature.width
      case .hashed(let feature, let field):
        let (text, isMissing) = try text(
          at: field, of: row, orElse: feature.missingValue, feature.name, index, &findings)
        input.pointee = Float(text.map(feature.bucket) ?? -1)
        if feature.hasIndicator { input[1] = isMissing ? 1 : 0 }
        input += feature.width
      }
    }
    if !findings.isEmpty { throw Failure(findings) }
  }

  /// - Throws: `Failure` if the row has not as many fields as there are columns.
  func checkWidth(of row: CSVRow) throws(Failure) {
    guard row.count != fieldCount else { return }
    throw Failure(
      Diagnostic(
        .error, .data, code: "ragged-row",
        "this row has \(Spelling.count(row.count, "field")), but "
          + Spelling.existence(of: fieldCount, "column"), at: row.place))
  }

  /// Counts from here on.
  mutating func forgetFilledIn() { filled = filled.map { _ in 0 } }

  mutating func addFilledIn(of other: RowEncoder) {
    filled = zip(filled, other.filled).map { $0 + $1 }
  }

  /// How often something took the place of a missing value, by the column; those where it did so never are
  /// left out.
  package var filledIn: [(column: String, count: Int)] {
    zip(names, filled).filter { $0.1 > 0 }.map { (column: $0.0, count: $0.1) }
  }

  /// Whether a field of numbers means a missing value; what is a number plainly is looked up only where some
  /// token is that number.
  private func isMissing(
    _ text: UnsafeRawBufferPointer, _ outcome: DecimalOutcome, isPlain: Bool
  ) -> Bool {
    if isPlain, case .number(let value) = outcome, !missing.mayInclude(value) { return false }
    return missing.contains(text) || missing.containsInNumbersOnly(text)
  }

  /// A number, or what takes the place of a missing one; `nil` where there is none.
  private mutating func number(
    at field: Int, of row: CSVRow, orElse standIn: Double?, _ name: String, _ index: Int,
    _ findings: inout [Diagnostic]
  ) -> (value: Double?, isMissing: Bool) {
    let text = row.bytes(at: field)
    let outcome = notations[index]?.parse(text) ?? DecimalParser.parse(text)
    if isMissing(text, outcome, isPlain: notations[index] == nil) {
      if standIn == nil {
        findings.append(missingValue(name, field, row))
      } else {
        filled[index] += 1
      }
      return (standIn, true)
    }
    switch outcome {
    case .number(let value): return (value, false)
    case .notANumber, .notFinite:
      findings.append(
        Diagnostic(
          .error, .data, code: outcome == .notFinite ? "not-finite" : "not-a-number",
          "'\(String(decoding: text.prefix(40), as: UTF8.self))' in column '\(name)' is "
            + (outcome == .notFinite ? "not a finite number" : "not a number"),
          at: row.place(ofField: field)))
      return (nil, false)
    }
  }

  /// A text, or what takes the place of a missing one; `nil` where nothing does.
  private mutating func text(
    at field: Int, of row: CSVRow, orElse standIn: String?, _ name: String, _ index: Int,
    _ findings: inout [Diagnostic]
  ) throws(Failure) -> (text: String?, isMissing: Bool) {
    guard missing.contains(row.bytes(at: field)) else { return (try row.string(at: field), false) }
    if standIn == nil {
      findings.append(missingValue(name, field, row))
    } else {
      filled[index] += 1
    }
    return (standIn, true)
  }

  private mutating func encode(
    _ feature: DateFeature, _ index: Int, _ field: Int, _ row: CSVRow,
    into inputs: UnsafeMutablePointer<Float>, _ findings: inout [Diagnostic]
  ) {
    let text = row.bytes(at: field)
    if missing.contains(text) {
      if feature.standsInForMissing {
        filled[index] += 1
      } else {
        findings.append(missingValue(feature.name, field, row))
      }
      feature.encode(nil, into: inputs)
    } else if let moment = feature.moment(text) {
      feature.encode(moment, into: inputs)
    } else {
      findings.append(
        feature.mismatch(String(decoding: text.prefix(40), as: UTF8.self)).placed(
          at: row.place(ofField: field)))
    }
  }

  private func tooLarge(
    _ name: String, _ scale: Scale, _ field: Int, _ row: CSVRow
  ) -> Diagnostic {
    let text = String(decoding: row.bytes(at: field).prefix(40), as: UTF8.self)
    return NumberFinding.tooLarge(text, in: name, scale: scale).placed(
      at: row.place(ofField: field))
  }

  private func unseen(
    _ text: String, _ name: String, _ field: Int, _ row: CSVRow, _ help: String
  ) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "unseen-category",
      "training has not seen '\(text.prefix(40))' in column '\(name)'",
      at: row.place(ofField: field), help: help)
  }

  private func known(_ categories: [String]) -> String {
    "known: \(Spelling.shortened(categories))"
  }

  private func missingValue(_ name: String, _ field: Int, _ row: CSVRow) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "missing-value",
      "the value of column '\(name)' is missing, and the model has nothing to put in its place",
      at: row.place(ofField: field),
      help:
        "train with a strategy that fills it in, as \(ConfigPath.settings(ofColumn: name)).missing: \"median\""
    )
  }
}

extension TableEncoding {
  /// What counts as missing.
  package var missing: MissingTokens {
    MissingTokens(missingTokens, inNumbers: numberMissingTokens)
  }

  func notation(of column: String) -> NumberNotation { notations[column] ?? .plain }

  /// What tells the fields of a text apart: what did so in training, unless its name or its first row tells of something
  /// else.
  package func dialect(of contents: FileBytes) -> CSVDialect {
    dialect(
      delimiter: CSVDelimiter.recognized(
        in: contents, learned: learnedDelimiter, columns: neededColumns))
  }

  /// The columns that a text has at least.
  package var neededColumns: [String] { features.map(\.name) + (window?.keyColumns ?? []) }

  /// The columns that it has a use for.
  var usedColumns: Set<String> {
    Set(neededColumns + targetNames + (target.weight.map { [$0] } ?? []))
  }

  /// What told the fields apart in training, for a text that is not here yet.
  package var dialect: CSVDialect { dialect(delimiter: learnedDelimiter) }

  private var learnedDelimiter: UInt8 { delimiter.utf8.first ?? ASCII.comma }

  private func dialect(delimiter: UInt8) -> CSVDialect {
    CSVDialect(delimiter: delimiter, quote: quote.utf8.first ?? UInt8(ascii: "\"")) ?? .standard
  }

  /// The names of the columns of a text to predict from, and whether its first row holds them.
  ///
  /// A text without a header may lack the targets.
  package func columns(firstRow row: CSVRow) throws -> (names: [String], isHeader: Bool) {
    switch header {
    case .present: return (try CSVHeader.names(for: .present, firstRow: row), true)
    case .absent:
      let width = features.count + target.sources.count + (target.isWeighted ? 1 : 0)
      // Names by position hold for series as a whole only: times and groups stand among them.
      guard window == nil, row.count == features.count, row.count < width else {
        return (try CSVHeader.names(for: .absent, firstRow: row), false)
      }
      return (features.map(\.name), false)
    case .names(let names):
      let targets = Set(targetNames).subtracting(features.map(\.name))
      let withoutTargets = names.filter { !targets.contains($0) }
      let withoutWeights = withoutTargets.filter { $0 != target.weight }
      let present = [withoutTargets, withoutWeights].first { row.count == $0.count } ?? names
      return (try CSVHeader.names(for: .names(present), firstRow: row), false)
    }
  }
}
