import Configuration

/// One pass over all rows of a text, which fills the columns that are asked for.
///
/// Nearly all fields of a large file are short plain numbers, so those are read right where they
/// stand, eight digits at a time and with few branches. Whatever looks different goes through the
/// scanner that all other readers of CSV use.
struct CSVColumnPass: ~Copyable {
  enum Action: UInt8 {
    case skip
    case number
    case category
    /// Texts by their `ClassName`.
    case classes
    /// Texts of which the empty one is not missing.
    case list
    /// A number that is not written plainly.
    case notedNumber
  }

  /// What was met in one column.
  struct Tally {
    var missing = 0
    /// Those that are missing since the column holds numbers.
    var missingInNumbers = 0
    /// The fields that are neither missing nor finite numbers.
    var others = CSVFindings()
  }

  private let source: CSVSource
  private let bytes: UnsafeRawBufferPointer
  private let scanner: CSVFieldScanner
  private let missing: MissingTokens
  private let maximumRows: Int
  let actions: [Action]
  private let notations: [NumberNotation]
  private var unescaped: [UInt8] = []

  /// How many rows have as many fields as there are columns.
  private(set) var rows = 0
  private(set) var tallies: [Tally]
  private(set) var encoders: [LabelEncoder]
  private(set) var numbers: [DoubleBuffer]
  /// Rows of another length, and texts that are not UTF-8.
  private(set) var findings = CSVFindings()
  /// Where the row starts that is one too many.
  private(set) var excessRow: Int?

  // Where the numbers of each column are, for columns that are read as numbers.
  private let destinations: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
  private var capacity = 0

  /// - Parameter notations: how the numbers of each column are written; plainly beyond the end.
  init(
    _ source: CSVSource, actions: [Action], notations: [NumberNotation], missing: MissingTokens,
    maximumRows: Int
  ) {
    self.notations = actions.indices.map { $0 < notations.count ? notations[$0] : .plain }
    let actions = zip(actions, self.notations).map { action, notation in
      action == .number && notation != .plain ? .notedNumber : action
    }
    self.source = source
    self.actions = actions
    self.missing = missing
    self.maximumRows = maximumRows
    bytes = source.contents.bytes
    scanner = CSVFieldScanner(source.dialect)
    tallies = actions.map { _ in Tally() }
    encoders = actions.map { _ in LabelEncoder() }
    numbers = actions.map { _ in DoubleBuffer() }
    destinations = .allocate(capacity: actions.count)
    destinations.initialize(repeating: nil, count: actions.count)
  }

  deinit { destinations.deallocate() }

  /// Reads the rows that start at `offset`.
  ///
  /// - Throws: `CSVSyntaxError` where the text stops being CSV, and `Failure` for `out-of-memory`.
  mutating func run(from offset: Int) throws {
    defer { extendLifetime(source.contents) }
    guard let base = bytes.baseAddress else { return }
    try actions.withUnsafeBufferPointer { actions in
      try readRows(from: base + offset, base: base, actions: actions)
    }
    for (column, action) in actions.enumerated() where action.isNumber {
      try numbers[column].finish(count: rows, for: source.name)
    }
  }

  private mutating func readRows(
    from start: UnsafeRawPointer, base: UnsafeRawPointer, actions: UnsafeBufferPointer<Action>
  ) throws {
    let end = base + bytes.count
    let numberReader = PlainNumberReader(scanner: scanner, missing: missing, end: end)
    let destinations = self.destinations
    let columnCount = actions.count
    var position = start
    while position < end {
      if let next = bytes.offset(afterLineBreakAt: position - base) {
        position = base + next
        continue
      }
      if rows == capacity, try !makeRoom(at: position - base) { return }
      let row = rows
      let rowStart = position
      var column = 0
      while true {
        if column < columnCount, actions[column] == .number,
          let destination = destinations[column]
        {
          var value = 0.0
          let stop = numberReader.read(at: &position, into: &value)
          if stop != .other {
            destination[row] = value
            column += 1
            if stop == .delimiter { continue }
            break
          }
        }
        let fieldEnd = try readField(at: &position, base: base, column: column)
        column += 1
        if fieldEnd != .delimiter { break }
      }
      if column == columnCount {
        rows = row + 1
      } else {
        findings.append(
          CSVFinding(kind: .raggedRow(count: column), offset: rowStart - base, length: 1))
      }
    }
  }

  /// Reads any field.
  private mutating func readField(
    at position: inout UnsafeRawPointer, base: UnsafeRawPointer, column: Int
  ) throws(CSVSyntaxError) -> CSVFieldEnd {
    var field = CSVField()
    var offset = position - base
    let end = try scanner.scanField(in: bytes, from: &offset, into: &field)
    position = base + offset
    guard column < actions.count, actions[column] != .skip else { return end }
    let text = UnsafeRawBufferPointer(
      rebasing: bytes[field.offset..<field.offset + field.length])
    guard field.hasDoubledQuotes else {
      take(text, of: field, column: column)
      return end
    }
    var copy: [UInt8] = []
    swap(&copy, &unescaped)
    CSVText.unescape(text, quote: scanner.quote, into: &copy)
    copy.withUnsafeBytes { take($0, of: field, column: column) }
    swap(&copy, &unescaped)
    return end
  }

  private mutating func take(_ text: UnsafeRawBufferPointer, of field: CSVField, column: Int) {
    let isMissing = missing.contains(text) && !(text.isEmpty && actions[column] == .list)
    if isMissing { tallies[column].missing += 1 }
    guard actions[column].isNumber else {
      if isMissing {
        encoders[column].appendMissing()
      } else if !encoders[column].append(
        actions[column] == .classes ? ClassName.withoutDecimals(text) : text)
      {
        findings.append(
          CSVFinding(kind: .invalidUTF8, offset: field.offset, length: field.length))
      }
      return
    }
    if isMissing {
      destinations[column]?[rows] = .nan
    } else if missing.containsInNumbersOnly(text) {
      tallies[column].missingInNumbers += 1
      destinations[column]?[rows] = .nan
    } else {
      destinations[column]?[rows] = number(text, of: field, column: column)
    }
  }

  private mutating func number(
    _ text: UnsafeRawBufferPointer, of field: CSVField, column: Int
  ) -> Double {
    let kind: CSVFinding.Kind
    switch notations[column].parse(text) {
    case .number(let value): return value
    case .notANumber: kind = .notANumber(column: column)
    case .notFinite: kind = .notFinite(column: column)
    }
    tallies[column].others.append(
      CSVFinding(kind: kind, offset: field.offset, length: field.length))
    return .nan
  }

  /// What would have been met in a column as numbers; of one that was read as categories without the places.
  func tally(asNumbers column: Int) -> Tally {
    guard actions[column] == .category else { return tallies[column] }
    var counts = [Int](repeating: 0, count: encoders[column].labels.count)
    for code in encoders[column].codes where code >= 0 { counts[Int(code)] += 1 }
    var tally = Tally()
    tally.missing = tallies[column].missing
    for (label, count) in zip(encoders[column].labels, counts) {
      var label = label
      label.withUTF8 { text in
        let text = UnsafeRawBufferPointer(text)
        if missing.containsInNumbersOnly(text) {
          tally.missingInNumbers += count
        } else if case .number = notations[column].parse(text) {
          return
        } else {
          tally.others.add(unplaced: count)
        }
      }
    }
    return tally
  }

  /// Makes room for more rows.
  ///
  /// - Returns: false if there may be no more of them.
  private mutating func makeRoom(at offset: Int) throws(Failure) -> Bool {
    guard rows < maximumRows else {
      excessRow = offset
      return false
    }
    let wanted = capacity == 0 ? estimatedRows(from: offset) : capacity + capacity / 2 + 1
    capacity = min(maximumRows, wanted)
    for (column, action) in actions.enumerated() where action.isNumber {
      destinations[column] = try numbers[column].resize(to: capacity, for: source.name)
    }
    return true
  }

  /// How many rows there would be if all were as long as those of the first 64 KiB, and a few more.
  private func estimatedRows(from offset: Int) -> Int {
    let rest = bytes.count - offset
    let sample = bytes[offset..<offset + min(rest, 1 << 16)]
    let breaks = sample.count { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
    let estimate = (breaks + 1) * (rest / max(1, sample.count) + 1) + 16
    // Each field takes a byte for what ends it, so a promise of more rows would be empty.
    return min(estimate, rest / max(1, actions.count) + 1)
  }
}

extension CSVColumnPass.Action {
  /// Whether it fills an array of numbers.
  var isNumber: Bool { self == .number || self == .notedNumber }
}
