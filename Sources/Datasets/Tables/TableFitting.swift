import Configuration
import Numerics

/// Fits encoders and scalers on the training rows of a table.
struct TableFitting {
  let config: CSVDataConfig
  let context: DataContext
  let table: LoadedTable
  /// The training rows.
  let rows: [Int32]
  let task: LearningTask
  let features: [String]
  let targets: [String]
  /// What stands between the fields of the training file.
  let delimiter: String
  /// Those of the training file; `nil` without a window.
  let series: SeriesRows?
  /// The group of each row of the file; `nil` where rows are divided one by one.
  let groups: [Int32]?
  /// What is known of all training rows, where the table holds only some of them.
  var statistics: TableStatistics?

  /// How many training rows there are.
  var rowCount: Int { statistics?.rows ?? rows.count }

  func fit() throws -> FittedTable {
    var findings: [Diagnostic] = []
    var warnings: [Diagnostic] = []
    var encodings: [any FeatureEncoding] = []
    var outOfFold: [String: OutOfFoldInputs] = [:]
    var targetFindings: [Diagnostic] = []
    var rowTarget = fitTarget(&targetFindings)
    rowTarget.weight = config.weight
    for name in features {
      switch table.column(name).contents {
      case .number(let values):
        encodings.append(fitNumber(name, values, &findings))
      case .category(let codes, let labels):
        let known = findings.count
        if let date = fitDate(name, codes, labels, &findings) {
          encodings.append(date)
        } else if findings.count == known {
          let column = CategoryColumn(
            name, codes, labels, rows: rows, statistics: statistics?.categories[name])
          let means = fitMeans(column, rowTarget, isSound: targetFindings.isEmpty, &findings)
          if let means {
            encodings.append(means.feature)
            outOfFold[name] = means.outOfFold
          } else if findings.count == known {
            encodings.append(fitCategory(column, &findings, &warnings))
          }
        }
      case .skipped: break
      }
    }
    findings += targetFindings
    if !findings.isEmpty { throw Failure(findings) }
    var encoding = TableEncoding()
    encoding.header = config.header
    encoding.delimiter = delimiter
    encoding.quote = config.quote
    encoding.missingTokens = config.missing.tokens
    encoding.numberMissingTokens = config.missing.numberTokens
    for name in features + targets + (config.weight.map { [$0] } ?? []) {
      let notation = config.notation(of: name)
      guard notation != .plain, case .number = table.column(name).contents else { continue }
      encoding.notations[name] = notation
    }
    encoding.features = encodings
    encoding.target = rowTarget.repeated(config.window?.horizon ?? 1)
    encoding.window = config.window.map { WindowEncoding($0, targets: targets, series: series) }
    warnings +=
      constantFeatureWarnings(encodings) + separatorWarnings + reviewOfTarget(rowTarget)
    return FittedTable(
      encoding: encoding, rowTarget: rowTarget, warnings: warnings,
      allowsNegativeTargets: context.allowsNegativeTargets, outOfFold: outOfFold,
      isGrouped: groups != nil)
  }

  // MARK: - Numbers

  private func fitNumber(
    _ name: String, _ values: DoubleBuffer, _ findings: inout [Diagnostic]
  ) -> any FeatureEncoding {
    let present = rows.lazy.map { values[Int($0)] }.filter { !$0.isNaN }
    let tally = statistics?.numbers[name]
    let settings = config.columns[name]
    let ofOthers = [
      "dimensions", "unseen_categories", "minimum_count", "parts", "order", "buckets", "shared",
    ]
    let isOfOthers =
      settings?.encoding.map { NumberEncoding(rawValue: $0.rawValue) == nil } ?? false
    if isOfOthers || settings?.given(of: ofOthers).isEmpty == false {
      findings.append(
        context.finding(
          "contradiction",
          "column \"\(name)\" holds numbers, so it has no categories or dates to encode",
          at: [.key("columns"), .key(name)],
          help: "say \"type\": \"category\" if its numbers are names"))
    }
    var missing: Double?
    switch strategy(of: name) {
    case .error, .dropRow:
      // For later data only, so that it is no reason to refuse the column.
      missing = fillsAtPrediction ? tally?.mean ?? Self.mean(present) : nil
      if missing?.fitsSinglePrecision == false { missing = nil }
    case .constant: missing = constant(of: name, &findings)
    case .mean: missing = tally?.mean ?? Self.mean(present)
    case .median: missing = Self.median(Array(present))
    case .mostFrequent: missing = Self.mostFrequent(Array(present)) ?? 0
    }
    // Statistics are those of the column after the missing values were filled in.
    let fill = missing
    let visitAll = { (visit: (Double) -> Void) in
      for row in rows {
        let value = values[Int(row)]
        if !value.isNaN { visit(value) } else if let fill { visit(fill) }
      }
    }
    let hasIndicator = indicator(of: name, &findings)
    let clip = settings?.clip ?? config.clip
    let bins = bins(of: name, &findings)
    if let bins {
      var numbers: [Double] = []
      visitAll { numbers.append($0) }
      if var feature = PiecewiseLinearFeature(
        name: name, bins: bins, fitting: numbers, clip: clip)
      {
        feature.missingValue = fill
        feature.hasIndicator = hasIndicator
        if isHeld(fill, by: feature.reach, name, &findings) {
          checkStatistics([fill ?? 0], of: name, values, &findings)
        }
        return feature
      }
    }
    // A number that is always the same has no bins, and is 0.
    let scaling = bins == nil ? scaling(of: name) : .standard
    let feature =
      tally.map {
        NumberFeature(
          name: name, missingValue: missing, hasIndicator: hasIndicator,
          scale: $0.filled(with: missing).scale(scaling), clip: clip)
      }
      ?? NumberFeature(
        name: name, missingValue: missing, hasIndicator: hasIndicator, fitting: scaling,
        to: visitAll, clip: clip)
    if isHeld(fill, by: feature.encode, name, &findings) {
      checkStatistics(
        [feature.scale.offset, feature.scale.divisor, fill ?? 0], of: name, values, &findings)
    }
    return feature
  }

  /// Whether a constant that stands in for missing numbers is an input that single precision holds.
  private func isHeld(
    _ fill: Double?, by encode: (Double) -> Float, _ name: String, _ findings: inout [Diagnostic]
  ) -> Bool {
    guard strategy(of: name) == .constant, let fill,
      !(fill.fitsSinglePrecision && encode(fill).isFinite)
    else { return true }
    findings.append(
      context.finding(
        "out-of-range",
        "the missing value \(JSONNumber(fill).text) is no number that single precision holds in column \"\(name)\"",
        at: missingPath(name)))
    return false
  }

  /// Of a column of numbers; `nil` where it is one scaled number.
  private func bins(of name: String, _ findings: inout [Diagnostic]) -> Int? {
    let settings = config.columns[name]
    guard config.numberEncoding(of: name) == .piecewiseLinear else {
      refuse(["bins"], of: name, without: .piecewiseLinear, &findings)
      return nil
    }
    // As the target of a window it may be scaled all the same.
    if let scaling = settings?.scaling, scaling != .none, !targets.contains(name) {
      findings.append(
        context.finding(
          "contradiction",
          "'scaling' has no effect: the numbers of column \"\(name)\" are in bins, whose inputs go from 0 to 1",
          at: [.key("columns"), .key(name), .key("scaling")], help: "remove it"))
    }
    return settings?.bins ?? config.bins ?? NumberEncoding.defaultBins
  }

  /// Whether what training has nothing for is filled in later; of series it would be a row that never was.
  var fillsAtPrediction: Bool {
    config.missing.atPrediction == .fill && config.window == nil
  }

  /// Whether an input of its own says that a value is missing.
  func indicator(of name: String, _ findings: inout [Diagnostic]) -> Bool {
    guard config.columns[name]?.indicator == true else { return false }
    if !config.fillsIn(name) {
      findings.append(
        context.finding(
          "contradiction",
          "the indicator of column \"\(name)\" would always be 0, since missing values are "
            + (strategy(of: name) == .error ? "an error" : "dropped with their rows"),
          at: [.key("columns"), .key(name), .key("indicator")],
          help: "fill them in, as with \"missing\": \"median\" beside it"))
    }
    return true
  }

  /// A model file holds numbers of single precision.
  private func checkStatistics(
    _ statistics: [Double], of name: String, _ values: DoubleBuffer,
    _ findings: inout [Diagnostic]
  ) {
    guard let wrong = statistics.first(where: { !$0.fitsSinglePrecision }) else { return }
    let isTooLarge = !Float(wrong).isFinite
    let present = rows.lazy.filter { !values[Int($0)].isNaN }
    let row =
      isTooLarge
      ? present.max { abs(values[Int($0)]) < abs(values[Int($1)]) } : present.first
    findings.append(
      NumberFinding.notScalable(name, isTooLarge: isTooLarge).placed(
        at: table.place(name, row: Int(row ?? 0))))
  }

  func strategy(of name: String) -> MissingStrategy { config.missingStrategy(of: name) }

  func scaling(of name: String) -> Scaling {
    config.columns[name]?.scaling ?? config.scaling
  }

  private func constant(of name: String, _ findings: inout [Diagnostic]) -> Double? {
    let value = config.columns[name]?.missing.map(\.value) ?? config.missing.value
    if case .number(let number) = value { return number }
    if case .text(let text) = value {
      findings.append(
        context.finding(
          "wrong-type",
          "the missing value \"\(text)\" is no number, but column \"\(name)\" holds numbers",
          at: missingPath(name)))
    }
    return nil
  }

  private func missingPath(_ name: String) -> [ConfigPath.Step] {
    config.columns[name]?.missing != nil
      ? [.key("columns"), .key(name), .key("missing"), .key("value")]
      : [.key("missing"), .key("value")]
  }

  static func mean(_ values: some Sequence<Double>) -> Double {
    let sum = values.reduce(into: (count: 0.0, sum: 0.0)) { $0 = ($0.count + 1, $0.sum + $1) }
    return sum.count > 0 ? sum.sum / sum.count : 0
  }

  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The value that occurs most often, the smallest of several.
  static func mostFrequent<Value: Hashable & Comparable>(_ values: [Value]) -> Value? {
    let counts = values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    return counts.min { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }?.key
  }

  /// Reports settings of a column that what it holds has no use for.
  func refuse(
    _ keys: [String], of name: String, holding contents: String, _ findings: inout [Diagnostic]
  ) {
    for key in config.columns[name]?.given(of: keys) ?? [] {
      findings.append(
        context.finding(
          "contradiction", "'\(key)' has no effect: column \"\(name)\" holds \(contents)",
          at: [.key("columns"), .key(name), .key(key)]))
    }
  }

  // MARK: - Dates

  /// - Returns: `nil` for a column that is none of dates.
  private func fitDate(
    _ name: String, _ codes: [Int32], _ labels: [String], _ findings: inout [Diagnostic]
  ) -> DateFeature? {
    let settings = config.columns[name]
    // Times of series are keys most of the time, and their own warning says so.
    guard settings?.type == .datetime || settings?.type == nil && config.window == nil else {
      checkDateSettings(name, &findings)
      return nil
    }
    let fitting = DateFitting(
      name: name, codes: codes, labels: labels, rows: rows, settings: settings,
      scaling: scaling(of: name).linear, context: context, table: table)
    guard var feature = fitting.fit(isSaid: settings?.type == .datetime, &findings) else {
      checkDateSettings(name, &findings)
      return nil
    }
    refuse(
      [
        "clip", "decimal", "thousands", "signs", "unseen_categories", "minimum_count", "dimensions",
        "buckets", "shared", "bins",
      ], of: name,
      holding: "dates", &findings)
    if settings?.encoding == .embedding || settings?.encoding == .piecewiseLinear {
      findings.append(
        context.finding(
          "contradiction",
          "column \"\(name)\" holds dates, whose parts have no vectors and no bins",
          at: [.key("columns"), .key(name), .key("encoding")],
          help: "use \"cyclic\", \"number\" or \"one_hot\""))
    } else if let encoding = settings?.encoding,
      DatePartEncoding(rawValue: encoding.rawValue) == nil
    {
      findings.append(
        context.finding(
          "contradiction",
          "column \"\(name)\" holds dates, for which \"\(encoding.rawValue)\" is not made",
          at: [.key("columns"), .key(name), .key("encoding")],
          help: "write \"type\": \"category\" beside it to take them for texts"))
    }
    if settings?.order?.ofCategories != nil {
      findings.append(
        context.finding(
          "contradiction", "the order of dates is \"year_first\", \"day_first\" or \"month_first\"",
          at: [.key("columns"), .key(name), .key("order")],
          help: "for an order of categories write \"encoding\": \"ordinal\" beside it"))
    }
    feature.missingValue = missingDate(feature, codes, labels, &findings)
    feature.hasIndicator = indicator(of: name, &findings)
    return feature
  }

  /// What only dates have.
  private func checkDateSettings(_ name: String, _ findings: inout [Diagnostic]) {
    let settings = config.columns[name]
    var keys = settings?.parts != nil ? ["parts"] : []
    if settings?.order?.ofDates != nil { keys.append("order") }
    if let encoding = settings?.encoding, [.cyclic, .number, .piecewiseLinear].contains(encoding) {
      keys.append("encoding")
    }
    let owners = settings?.encoding == .piecewiseLinear ? "numbers" : "dates"
    for key in keys where settings?.type != .datetime {
      findings.append(
        context.finding(
          "contradiction",
          "'\(key)' is for \(key == "encoding" ? owners : "dates"), but column \"\(name)\" holds categories",
          at: [.key("columns"), .key(name), .key(key)],
          help: config.window == nil ? nil : "write \"type\": \"datetime\" beside it"))
    }
  }

  /// What stands in for a missing date, as days since 1970.
  private func missingDate(
    _ feature: DateFeature, _ codes: [Int32], _ labels: [String], _ findings: inout [Diagnostic]
  ) -> Double? {
    let day = Double(TimeValue.microsecondsPerDay)
    let moments = labels.map { feature.moment($0) }
    let present = rows.lazy.map { Int(codes[Int($0)]) }.filter { $0 >= 0 }
      .compactMap { moments[$0].map { Double($0.shown) / day } }
    switch strategy(of: feature.name) {
    case .error, .dropRow: return fillsAtPrediction ? Self.mean(present) : nil
    case .mean: return Self.mean(present)
    case .median: return Self.median(Array(present))
    case .mostFrequent: return Self.mostFrequent(Array(present))
    case .constant:
      let value = config.columns[feature.name]?.missing.map(\.value) ?? config.missing.value
      if case .text(let text) = value, let moment = feature.moment(text) {
        return Double(moment.shown) / day
      }
      findings.append(
        context.finding(
          "wrong-type",
          "the missing value of column \"\(feature.name)\" must be a date as its fields are",
          at: missingPath(feature.name)))
      return nil
    }
  }

  private func constantFeatureWarnings(_ encodings: [any FeatureEncoding]) -> [Diagnostic] {
    let constant = encodings.compactMap { encoding -> String? in
      if let category = encoding as? CategoryFeature {
        return category.count < 2 ? category.name : nil
      }
      if case .category(let codes, _) = table.column(encoding.name).contents {
        let first = rows.first.map { codes[Int($0)] }
        return rows.allSatisfy { codes[Int($0)] == first } ? encoding.name : nil
      }
      guard case .number(let values) = table.column(encoding.name).contents else { return nil }
      var numbers = rows.lazy.map { values[Int($0)] }.filter { !$0.isNaN }.makeIterator()
      guard let first = numbers.next() else { return encoding.name }
      while let next = numbers.next() { if next != first { return nil } }
      return encoding.name
    }
    guard rows.count > 1 else { return [] }
    // A target is an input of its window, which cannot be ignored.
    return [
      constantWarning(
        constant.filter { !targets.contains($0) }, "column",
        help: "nothing can be learned from it; data.ignore leaves it out"),
      constantWarning(
        constant.filter(targets.contains), "target",
        help: "there is nothing to learn but this value; more rows may hold others"),
    ].compactMap { $0 }
  }

  private func constantWarning(_ names: [String], _ noun: String, help: String) -> Diagnostic? {
    guard !names.isEmpty else { return nil }
    var warning = context.finding(
      "constant-column",
      "\(names.count == 1 ? noun : noun + "s") \(Spelling.shortened(names.map { "\"\($0)\"" })) \(names.count == 1 ? "has" : "have") the same value in all training rows",
      at: [.key("train")], help: help, severity: .warning)
    warning.columns = names
    return warning
  }

  // MARK: - Target

  private func fitTarget(_ findings: inout [Diagnostic]) -> TargetEncoding {
    for name in targets where !features.contains(name) {
      refuse(
        [
          "clip", "indicator", "parts", "dimensions", "encoding", "buckets", "shared", "bins",
          "unseen_categories", "minimum_count",
        ], of: name,
        holding: "the target", &findings)
      let isOfClasses =
        task == .classification && targets.count == 1 && config.labelList == nil
        && config.columns[name]?.order?.ofCategories != nil
      if !isOfClasses { refuse(["order"], of: name, holding: "the target", &findings) }
    }
    if task == .classification, targets.count == 1,
      case .category(let codes, let labels) = table.column(targets[0]).contents
    {
      if let list = config.labelList { return fitLabels(list, codes, labels, &findings) }
      return fitClasses(targets[0], codes, labels, &findings)
    }
    let columns = targets.map { name -> TargetEncoding.Column in
      guard case .number(let values) = table.column(name).contents else {
        return .init(name: name, scale: .identity)
      }
      if task == .classification { checkYesNo(name, values, &findings) }
      let isScaled = task == .regression && context.allowsScaledTargets
      // As an input of a window it may be scaled all the same.
      if isScaled, !features.contains(name), let scaling = config.columns[name]?.scaling,
        scaling.curve != .none
      {
        findings.append(
          context.finding(
            "contradiction",
            "the target \"\(name)\" cannot be scaled by \"\(scaling.rawValue)\": its figures are in its own units",
            at: [.key("columns"), .key(name), .key("scaling")],
            help: "use \"standard\" or \"robust\""))
      }
      if !isScaled, !features.contains(name), let scaling = config.columns[name]?.scaling,
        scaling != .none
      {
        findings.append(
          context.finding(
            "contradiction", "the target \"\(name)\" cannot be scaled with this loss",
            at: [.key("columns"), .key(name), .key("scaling")]))
      }
      let scale =
        isScaled
        ? statistics?.numbers[name]?.scale(scaling(of: name).linear)
          ?? scaling(of: name).linear.fit { visit in for row in rows { visit(values[Int(row)]) } }
        : .identity
      // What is a feature too was checked with it.
      if !features.contains(name) {
        checkStatistics([scale.offset, scale.divisor], of: name, values, &findings)
      }
      return .init(name: name, scale: scale)
    }
    return TargetEncoding(task: task, classes: [], columns: columns)
  }

  private func fitClasses(
    _ name: String, _ codes: [Int32], _ labels: [String], _ findings: inout [Diagnostic]
  ) -> TargetEncoding {
    if let scaling = config.columns[name]?.scaling, scaling != .none {
      findings.append(
        context.finding(
          "contradiction", "the target \"\(name)\" is a class, which is not scaled",
          at: [.key("columns"), .key(name), .key("scaling")]))
    }
    let seen = Set(rows.map { codes[Int($0)] }).map { labels[Int($0)] }
    let order =
      features.contains(name)
      ? nil
      : config.columns[name]?.order?.ofCategories?.reduce(into: [String]()) { names, label in
        let name = ClassName.withoutDecimals(label)
        if !names.contains(name) { names.append(name) }
      }
    // What occurs in no training row cannot be learned.
    let classes = order.map { $0.filter(Set(seen).contains) } ?? CategoryOrder.sorted(seen)
    var misspelt: [Diagnostic] = []
    if let order {
      misspelt = misspeltOrder(
        of: name, seen: labels, missing: seen.filter { !order.contains($0) })
      findings += misspelt
      if misspelt.isEmpty { checkOrder(order, of: name, codes, labels, &findings) }
    }
    if classes.count < 2, misspelt.isEmpty {
      findings.append(
        (seen.count < 2 ? splitThatLeavesOneClass(of: labels, in: name) : nil)
          ?? Diagnostic(
            .error, .data, code: "one-class",
            "the target '\(name)' has one class only, \"\(classes.first ?? "")\"",
            at: table.place(name, row: Int(rows.first ?? 0)),
            help: "a classifier needs at least two classes in the training part"))
    } else if classes.count > 50, classes.count * 2 > rowCount,
      classes.allSatisfy({ Double($0) != nil })
    {
      findings.append(
        Diagnostic(
          .error, .data, code: "continuous-target",
          "the target '\(name)' has \(Spelling.grouped(classes.count)) different numbers in "
            + "\(Spelling.count(rowCount, "row")), too many for classes",
          at: table.place(name, row: Int(rows.first ?? 0)),
          help: "use the loss \"mse\" to predict a number"))
    }
    var target = TargetEncoding(
      task: .classification, classes: classes, columns: [.init(name: name, scale: .identity)])
    target.isOrdered = order != nil
    return target
  }

  /// Every class has its place in an order that is given.
  private func checkOrder(
    _ order: [String], of name: String, _ codes: [Int32], _ labels: [String],
    _ findings: inout [Diagnostic]
  ) {
    let known = Set(order)
    let others = rows.filter { !known.contains(labels[Int(codes[Int($0)])]) }
    guard let first = others.first else { return }
    findings.append(
      Diagnostic(
        .error, .data, code: "unseen-category",
        "'\(labels[Int(codes[Int(first)])])' is not in the order of the target '\(name)'"
          + (others.count > 1 ? " (and \(Spelling.count(others.count - 1, "more row")))" : ""),
        at: table.place(name, row: Int(first)),
        help: "write it into \(ConfigPath.settings(ofColumn: name)).order"))
  }

  private func checkYesNo(
    _ name: String, _ values: DoubleBuffer, _ findings: inout [Diagnostic]
  ) {
    guard let row = rows.first(where: { !(0...1).contains(values[Int($0)]) }) else { return }
    findings.append(
      Diagnostic(
        .error, .data, code: "not-a-probability",
        "the target '\(name)' must lie between 0 and 1, as one of several yes/no targets",
        at: table.place(name, row: Int(row))))
  }
}
