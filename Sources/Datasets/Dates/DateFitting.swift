import Configuration

/// Fits the encoding of one column of dates on the training rows.
struct DateFitting {
  let name: String
  let codes: [Int32]
  let labels: [String]
  let rows: [Int32]
  let settings: ColumnConfig?
  let scaling: Scaling
  let context: DataContext
  let table: LoadedTable

  /// - Parameter isSaid: whether the configuration calls the column one of dates.
  /// - Returns: `nil` for a column that holds something else, and for one with findings.
  func fit(isSaid: Bool, _ findings: inout [Diagnostic]) -> DateFeature? {
    guard let found = DateRecognition(labels, order: settings?.order?.ofDates) else {
      if isSaid { findings.append(nothingLikeDates) }
      return nil
    }
    if found.isAmbiguous {
      findings.append(
        DateRecognition.ambiguity(of: name, labels).placed(
          at: table.place(name, row: codes.firstIndex { $0 >= 0 } ?? 0)))
      return nil
    }
    let stamps = labels.map { DateRecognition.stamp($0, found.order) }
    guard let kind = commonKind(stamps, found.order, &findings) else { return nil }
    var feature = DateFeature()
    feature.name = name
    feature.order = found.order
    feature.kind = kind
    feature.encoding =
      settings?.encoding.flatMap { DatePartEncoding(rawValue: $0.rawValue) } ?? .cyclic
    let moments = rows.compactMap { row -> ClockTime? in
      let code = Int(codes[Int(row)])
      return code >= 0 ? ClockTime(stamps[code]) : nil
    }
    feature.origin = moments.map(\.shown).min().map { Moment($0).date.dayNumber } ?? 0
    feature.parts = parts(of: moments, kind, origin: feature.origin, &findings)
    // A number of days beside sines would drown them: without a scaling of their own they go from 0 to 1.
    let scaling = scaling == .none ? Scaling.minMax : scaling
    feature.scales = feature.parts.filter(feature.isNumber).map { part in
      DateFeature.PartScale(
        scaling.fit { visit in
          for moment in moments { visit(part.value(of: moment, origin: feature.origin)) }
        })
    }
    return feature
  }

  /// The parts that are asked for, or else those that have more than one value.
  private func parts(
    of moments: [ClockTime], _ kind: TimeFormat.Kind, origin: Int, _ findings: inout [Diagnostic]
  ) -> [DatePart] {
    let available = Self.parts(of: kind)
    if let wanted = settings?.parts {
      for (index, part) in wanted.enumerated() where !available.contains(part) {
        findings.append(
          context.finding(
            "contradiction",
            "column \"\(name)\" holds \(kind.name) in each row, without a \(part.rawValue)",
            at: [.key("columns"), .key(name), .key("parts"), .index(index)]))
      }
      return wanted
    }
    let varied = available.filter { part in
      // The day of the year is month and day.
      guard part != .dayOfYear, let first = moments.first else { return false }
      let value = part.value(of: first, origin: origin)
      return moments.contains { part.value(of: $0, origin: origin) != value }
    }
    return varied.isEmpty ? [.elapsed] : varied
  }

  private static func parts(of kind: TimeFormat.Kind) -> [DatePart] {
    switch kind {
    case .number: []
    case .month: [.elapsed, .year, .month]
    case .date: [.elapsed, .year, .month, .day, .dayOfYear, .weekday]
    case .dateTime, .dateTimeInUTC, .dateTimeWithOffset: DatePart.allCases
    }
  }

  // MARK: - Findings

  /// The kind of all dates; where they differ, or some are none, the first that does is a finding.
  private func commonKind(
    _ stamps: [TimeStamp?], _ order: DateOrder, _ findings: inout [Diagnostic]
  ) -> TimeFormat.Kind? {
    let used = (0..<table.rows).filter { codes[$0] >= 0 }
    let kinds = stamps.map { $0?.format.kind }
    var counts: [TimeFormat.Kind: Int] = [:]
    for row in used { if let kind = kinds[Int(codes[row])] { counts[kind, default: 0] += 1 } }
    guard let kind = counts.max(by: { $0.value < $1.value })?.key else { return nil }
    let others = used.filter { kinds[Int(codes[$0])] != kind }
    guard let first = others.first else { return kind }
    let text = labels[Int(codes[first])]
    let otherOrder = DateOrder.allCases.first {
      $0 != order && DateRecognition.stamp(text, $0) != nil
    }
    let more = others.count > 1 ? " (and \(Spelling.count(others.count - 1, "more row")))" : ""
    let holds =
      "column '\(name)' holds dates (\(Spelling.grouped(counts[kind] ?? 0)) of \(Spelling.count(used.count, "field")))"
    let finding: Diagnostic
    if let other = kinds[Int(codes[first])] {
      finding = Diagnostic(
        .error, .data, code: "mixed-dates",
        "'\(text)' is \(other.name), where the others of column '\(name)' are each \(kind.name)\(more)",
        at: table.place(name, row: first), help: "write all of them in one way")
    } else if otherOrder != nil {
      finding = Diagnostic(
        .error, .data, code: "mixed-dates",
        "'\(text)' has its parts in another order than the other dates of column '\(name)'\(more)",
        at: table.place(name, row: first), help: "write all of them in one order")
    } else {
      finding = Diagnostic(
        .error, .data, code: "not-a-date", "'\(text)' is no date; \(holds)\(more)",
        at: table.place(name, row: first),
        help:
          "if it marks a missing value, add it to data.missing.tokens; to read the column as texts, "
          + "write \"columns\": \(JSONValue.object([JSONMember(name, .string("category"))]).compactText) in data"
      )
    }
    findings.append(finding)
    return nil
  }

  private var nothingLikeDates: Diagnostic {
    Diagnostic(
      .error, .data, code: "not-a-date",
      "column '\(name)' holds texts such as '\(labels.first ?? "")', and hardly a date",
      at: table.place(name, row: codes.firstIndex { $0 >= 0 } ?? 0),
      help:
        "dates are 2024-01-31, 2024-01, 31.01.2024 or 01/31/2024, times 23:59 or 23:59:00.5 behind them, with a Z in UTC or an offset as +01:00"
    )
  }
}
