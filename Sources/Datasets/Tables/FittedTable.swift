import Configuration
import Numerics

/// The encoders of a table, fitted, and how they apply to the rows of a file.
struct FittedTable: Sendable {
  let encoding: TableEncoding
  /// The target of one row; that of the encoding but for a window with a horizon of several.
  let rowTarget: TargetEncoding
  let warnings: [Diagnostic]
  /// Whether the loss is defined for negative targets.
  let allowsNegativeTargets: Bool
  /// What training rows have in place of the means of the target, by column.
  var outOfFold: [String: OutOfFoldInputs] = [:]
  /// Whether the parts are of whole groups.
  var isGrouped = false
  /// Whether the encoders are those of a model, which other data cannot change any more.
  var isOfModel = false

  /// Finds what the encoders cannot encode: categories and labels that training has not seen, and numbers
  /// that are not finite when they are scaled.
  func check(_ part: TablePart) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    let target = encoding.target.classes.isEmpty ? nil : encoding.target.columns.first?.name
    for case let feature as CategoryFeature in encoding.features
    // With a window the target is an input too, and must not be unseen as an answer either.
    where !feature.acceptsUnseen && feature.name != target {
      findings += unseen(feature.name, feature.categories, feature.missingValue, part).map {
        $0.help =
          encoding.window.flatMap { feature.timesHelp(knowsTime: $0.time != nil) }
          ?? (isOfModel
            ? known(feature.categories)
              + "; train with data.unseen_categories: \"zeros\" to accept others"
            : "set \(ConfigPath.settings(ofColumn: feature.name)).unseen_categories to \"zeros\" to accept such values")
      }
    }
    for case let feature as CodedFeature in encoding.features where !feature.acceptsUnseen {
      findings += unseen(
        feature.name, feature.categories, feature.missingValue, part,
        saying: { "'\($0)' is not in the order of column '\(feature.name)'" }
      ).map {
        $0.help =
          isOfModel
          ? known(feature.categories)
          : "write it into \(ConfigPath.settings(ofColumn: feature.name)).order, or set unseen_categories beside it to \"zeros\""
      }
    }
    if let target {
      findings += unseen(target, encoding.target.classes, nil, part).map {
        $0.help = isOfModel ? known(encoding.target.classes) : adviceOnClass(unseenIn: part)
      }
    }
    if let list = encoding.target.list { findings += unseenLabels(list, part) }
    for case let feature as DateFeature in encoding.features {
      findings += mismatches(feature, part)
    }
    return findings + unusableNumbers(part)
  }

  /// What to do where a part has a class that training has not seen.
  private func adviceOnClass(unseenIn part: TablePart) -> String {
    if let numbers = warnings.first(where: { $0.code == TableFitting.manyClassesCode }) {
      return [numbers.message, numbers.help].compactMap { $0 }.joined(separator: ": ")
    }
    let rule = "a class must occur in the training part"
    // No split makes a part that is a file.
    if part.isOwnFile {
      return rule + ": add rows of it to 'train', or leave them out of this file"
    }
    if isGrouped {
      return rule + ": leave 'group' out, or try another seed where several groups have the class"
    }
    return encoding.window == nil ? rule + "; stratify the split" : rule
  }

  /// At most one finding: the first label that training has not seen, and how many rows have such.
  private func unseenLabels(_ list: LabelList, _ part: TablePart) -> [Diagnostic] {
    guard case .category(let codes, let fields) = part.table.column(list.column).contents else {
      return []
    }
    let labels = encoding.target.columns.map(\.name)
    let unknown = LabelMapping(list, fields: fields, labels: labels).unknown
    let rows = part.rows.filter { codes[Int($0)] >= 0 && unknown[Int(codes[Int($0)])] != nil }
    guard let first = rows.first, let label = unknown[Int(codes[Int(first)])] else { return [] }
    return [
      Diagnostic(
        .error, .data, code: "unseen-category",
        "the label '\(label)' does not occur in column '\(list.column)' of the training part"
          + (rows.count > 1 ? " (and \(Spelling.count(rows.count - 1, "more row")))" : ""),
        at: part.table.place(list.column, row: Int(first)),
        help: isOfModel ? known(labels) : "a label must occur in the training part")
    ]
  }

  /// At most one finding: the first field that is no date as those of training.
  private func mismatches(_ feature: DateFeature, _ part: TablePart) -> [Diagnostic] {
    guard case .category(let codes, let labels) = part.table.column(feature.name).contents else {
      return []
    }
    let isDate = labels.map { feature.moment($0) != nil }
    let rows = part.rows.filter { codes[Int($0)] >= 0 && !isDate[Int(codes[Int($0)])] }
    guard let first = rows.first else { return [] }
    return [
      feature.mismatch(labels[Int(codes[Int(first)])], more: rows.count - 1).placed(
        at: part.table.place(feature.name, row: Int(first)))
    ]
  }

  private func known(_ names: [String]) -> String { "known: \(Spelling.shortened(names))" }

  /// At most one finding for each feature and each target.
  private func unusableNumbers(_ part: TablePart) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    var named: Set<String> = []
    for feature in encoding.features {
      let finding: Diagnostic? =
        switch feature {
        case let number as NumberFeature:
          tooLarge(number.name, number.scale, number.encode, part)
        case let binned as PiecewiseLinearFeature:
          tooLarge(binned.name, binned.firstScale, binned.reach, part)
        default: nil
        }
      guard let finding else { continue }
      findings.append(finding)
      named.insert(feature.name)
    }
    guard encoding.target.classes.isEmpty else { return findings }
    // What is both is reported once, and labels are no numbers.
    for column in rowTarget.list == nil ? rowTarget.columns : [] where !named.contains(column.name)
    {
      if let finding = tooLarge(column.name, column.scale, column.scale.encode, part)
        ?? negative(column.name, part)
      {
        findings.append(finding)
      }
    }
    return findings
  }

  private func tooLarge(
    _ name: String, _ scale: Scale, _ encode: (Double) -> Float, _ part: TablePart
  ) -> Diagnostic? {
    guard case .number(let values) = part.table.column(name).contents else { return nil }
    // Encoding keeps the order, or all that it does not lies within 0 and 1, so that nothing is too large where
    // neither end is.
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for row in part.rows {
      let value = values[Int(row)]
      // What is missing is less than nothing.
      if value < least { least = value }
      if value > greatest { greatest = value }
    }
    guard least <= greatest, !encode(least).isFinite || !encode(greatest).isFinite else {
      return nil
    }
    let isTooLarge = { (row: Int32) in
      let value = values[Int(row)]
      return !value.isNaN && !encode(value).isFinite
    }
    guard let first = part.rows.first(where: isTooLarge) else { return nil }
    return NumberFinding.tooLarge(
      JSONNumber(values[Int(first)]).text, in: name, scale: scale,
      more: part.rows.count(where: isTooLarge) - 1
    ).placed(at: part.table.place(name, row: Int(first)))
  }

  private func negative(_ name: String, _ part: TablePart) -> Diagnostic? {
    guard !allowsNegativeTargets, case .number(let values) = part.table.column(name).contents,
      let row = part.rows.first(where: { values[Int($0)] < 0 })
    else { return nil }
    return Diagnostic(
      .error, .data, code: "negative-target",
      "the target '\(name)' must not be negative with this loss, as no count is",
      at: part.table.place(name, row: Int(row)), help: "use the loss \"mse\" for such numbers")
  }

  /// At most one finding for each column: the first unseen value, and how many there are.
  private func unseen(
    _ name: String, _ categories: [String], _ missing: String?, _ part: TablePart,
    saying message: ((String) -> String)? = nil
  ) -> [Diagnostic] {
    guard case .category(let codes, let labels) = part.table.column(name).contents else {
      return []
    }
    let mapping = CategoryMapping(labels: labels, categories: categories, missing: missing)
    let rows = part.rows.filter { codes[Int($0)] >= 0 && mapping.position(of: codes[Int($0)]) < 0 }
    guard let first = rows.first else { return [] }
    let more = rows.count > 1 ? " (and \(Spelling.grouped(rows.count - 1)) more)" : ""
    let label = labels[Int(codes[Int(first)])]
    return [
      Diagnostic(
        .error, .data, code: "unseen-category",
        (message?(label)
          ?? "'\(label)' does not occur in column '\(name)' of the training part") + more,
        at: part.table.place(name, row: Int(first)))
    ]
  }

  /// The examples of each class, or what they weigh; empty where the target is a number.
  func classCounts(_ part: TablePart) -> [Double] {
    guard !encoding.target.classes.isEmpty, let name = encoding.target.columns.first?.name,
      case .category(let codes, let labels) = part.table.column(name).contents
    else { return [] }
    let mapping = CategoryMapping(
      labels: labels, categories: encoding.target.classes, missing: nil)
    let rows = part.answerRows(encoding.window)
    guard let weights = weights(part.table) else {
      return encoding.target.counts(of: rows.lazy.map { Int(mapping.position(of: codes[Int($0)])) })
    }
    var counts = Array(repeating: 0.0, count: encoding.target.classes.count)
    for row in rows {
      counts[Int(mapping.position(of: codes[Int(row)]))] += Double(weights[Int(row)])
    }
    return counts
  }

  /// What the numbers of so many rows take.
  func encodedBytes(rows: Int) -> Int {
    // Windows with weights do not share their targets.
    rows * (encoding.width + (rowTarget.isWeighted ? encoding.target : rowTarget).width)
      * MemoryLayout<Float>.stride
  }

  /// Encodes the files of all parts, each file once.
  func encode(_ parts: [Part: TablePart]) -> [Part: ExampleSet] {
    var encoded: [[String]: (features: ExampleMatrix, targets: ExampleMatrix)] = [:]
    return parts.mapValues { part in
      let key = part.table.key
      let data = encoded[key] ?? encode(part)
      encoded[key] = data
      return ExampleSet(
        features: data.features, targets: data.targets, rows: part.examples,
        isWeighted: encoding.target.isWeighted)
    }
  }

  /// All rows of a part's file as examples, or all its windows.
  private func encode(_ part: TablePart) -> (features: ExampleMatrix, targets: ExampleMatrix) {
    let table = part.table
    guard let windows = part.windows, let window = encoding.window else {
      let rows = 0..<table.rows
      return (
        ExampleMatrix(encodeFeatures(table, rows), count: rows.count, width: encoding.width),
        ExampleMatrix(
          NumberStorage(encodeTargets(table, rows)), count: rows.count,
          width: encoding.target.width)
      )
    }
    let order = windows.order
    let inputs = encoding.width
    let answers = rowTarget.width
    let count = max(0, order.count - window.length - window.horizon + 1)
    let targets = encodeTargets(table, order)
    return (
      ExampleMatrix(
        encodeFeatures(table, order), count: count, width: window.length * inputs, first: 0,
        stride: inputs),
      rowTarget.isWeighted
        ? weighted(targets, window, count: count)
        : ExampleMatrix(
          NumberStorage(targets), count: count, width: window.horizon * answers,
          first: window.length * answers, stride: answers)
    )
  }

  /// The targets of windows, each with the mean weight of its rows behind them: a row is a target of as many windows as
  /// the horizon is long, and so counts as much as its weight says in all of them together.
  ///
  /// - Parameter targets: of rows, with the weight of each behind them.
  private func weighted(
    _ targets: [Float], _ window: WindowEncoding, count: Int
  ) -> ExampleMatrix {
    let rowWidth = rowTarget.width
    let answers = rowWidth - 1
    let width = window.horizon * answers + 1
    var examples = [Float](repeating: 0, count: count * width)
    for example in 0..<count {
      var weight = 0.0
      for step in 0..<window.horizon {
        let row = (example + window.length + step) * rowWidth
        for answer in 0..<answers {
          examples[example * width + step * answers + answer] = targets[row + answer]
        }
        weight += Double(targets[row + answers])
      }
      examples[(example + 1) * width - 1] = Float(weight / Double(window.horizon))
    }
    return ExampleMatrix(NumberStorage(examples), count: count, width: width)
  }

  /// The inputs of rows, one row behind the other.
  func encodeFeatures<Rows: RandomAccessCollection>(
    _ table: LoadedTable, _ rows: Rows
  ) -> NumberStorage where Rows.Element: BinaryInteger, Rows.Index == Int {
    let count = rows.count
    let width = encoding.width
    let values = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count * width))
    values.initialize(repeating: 0, count: count * width)
    var first = 0
    for feature in encoding.features {
      let column = values + first
      switch (feature, table.column(feature.name).contents) {
      case (let feature as NumberFeature, .number(let numbers)):
        let missing = feature.missingValue.map(feature.encode) ?? .nan
        let (offset, divisor) = (feature.scale.offset, feature.scale.divisor)
        let source = numbers.values
        for row in 0..<(feature.isLinear ? 0 : count) {
          let value = source[Int(rows[row])]
          column[row * width] = value.isNaN ? missing : feature.encode(value)
        }
        for row in 0..<(feature.isLinear ? count : 0) {
          let value = source[Int(rows[row])]
          column[row * width] = value.isNaN ? missing : Float((value - offset) / divisor)
        }
        guard feature.hasIndicator else { break }
        for row in 0..<count { column[row * width + 1] = source[Int(rows[row])].isNaN ? 1 : 0 }
      case (let feature as PiecewiseLinearFeature, .number(let numbers)):
        let source = numbers.values
        defer { extendLifetime(numbers) }
        let bins = feature.bins
        for row in 0..<count {
          let value = source[Int(rows[row])]
          let inputs = column + row * width
          feature.encode(value.isNaN ? feature.missingValue ?? .nan : value, into: inputs)
          if feature.hasIndicator { inputs[bins] = value.isNaN ? 1 : 0 }
        }
      case (let feature as CategoryFeature, .category(let codes, let labels)):
        let mapping = CategoryMapping(
          labels: labels, categories: feature.categories, missing: feature.missingValue,
          other: feature.otherIndex)
        for row in 0..<count {
          column[row * width] = Float(mapping.position(of: codes[Int(rows[row])]))
        }
        guard feature.hasIndicator else { break }
        for row in 0..<count { column[row * width + 1] = codes[Int(rows[row])] < 0 ? 1 : 0 }
      case (let feature as CodedFeature, .category(let codes, let labels)):
        encode(
          feature,
          CategoryMapping(
            labels: labels, categories: feature.categories, missing: feature.missingValue,
            other: feature.categories.count),
          codes, outOfFold[feature.name].flatMap { $0.file == table.key ? $0 : nil }, rows,
          into: column, stride: width)
      case (let feature as HashFeature, .category(let codes, let labels)):
        let buckets = labels.map { Float(feature.bucket(of: $0)) }
        let missing = Float(feature.bucketOfMissing)
        for row in 0..<count {
          let code = Int(codes[Int(rows[row])])
          column[row * width] = code < 0 ? missing : buckets[code]
          if feature.hasIndicator { column[row * width + 1] = code < 0 ? 1 : 0 }
        }
      case (let feature as DateFeature, .category(let codes, let labels)):
        encode(feature, codes, labels, rows, into: column, stride: width)
      default: break
      }
      first += feature.width
    }
    return NumberStorage(owning: values, count: count * width)
  }

  /// The numbers of each row's category, for a training row those that other rows make.
  private func encode<Rows: RandomAccessCollection>(
    _ feature: CodedFeature, _ mapping: CategoryMapping, _ codes: [Int32],
    _ outOfFold: OutOfFoldInputs?, _ rows: Rows, into column: UnsafeMutablePointer<Float>,
    stride: Int
  ) where Rows.Element: BinaryInteger, Rows.Index == Int {
    let count = feature.inputs.count
    let ofAll = feature.table
    let none = Int32(feature.categories.count)
    for row in 0..<rows.count {
      let place = Int(rows[row])
      let code = codes[place]
      let position = mapping.position(of: code)
      let first = Int(position < 0 ? none : position) * count
      let fold = Int(outOfFold?.folds[place] ?? -1)
      let inputs = column + row * stride
      for number in 0..<count {
        inputs[number] =
          fold < 0 ? ofAll[first + number] : outOfFold?.tables[fold][first + number] ?? 0
      }
      if feature.hasIndicator { inputs[count] = code < 0 ? 1 : 0 }
    }
  }

  /// Each date once, however many rows have it.
  private func encode<Rows: RandomAccessCollection>(
    _ feature: DateFeature, _ codes: [Int32], _ labels: [String], _ rows: Rows,
    into column: UnsafeMutablePointer<Float>, stride: Int
  ) where Rows.Element: BinaryInteger, Rows.Index == Int {
    let width = feature.width
    // The last is that of a missing date.
    var encoded = [Float](repeating: 0, count: (labels.count + 1) * width)
    encoded.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for (code, label) in labels.enumerated() {
        feature.encode(feature.moment(label), into: base + code * width)
      }
      feature.encode(nil, into: base + labels.count * width)
      for row in 0..<rows.count {
        let code = Int(codes[Int(rows[row])])
        let source = base + (code < 0 ? labels.count : code) * width
        (column + row * stride).update(from: source, count: width)
      }
    }
  }

  /// The least and the greatest number of the rows of a part in each column that is not scaled.
  func unscaledInputs(_ part: TablePart) -> [(column: String, range: ClosedRange<Double>)] {
    encoding.features.compactMap { feature in
      guard let feature = feature as? NumberFeature, feature.isLinear, feature.scale == .identity,
        case .number(let values) = part.table.column(feature.name).contents
      else { return nil }
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for row in part.rows where !values[Int(row)].isNaN {
        least = min(least, Double(values[Int(row)]))
        greatest = max(greatest, Double(values[Int(row)]))
      }
      return least <= greatest ? (feature.name, least...greatest) : nil
    }
  }

  /// The least and the greatest target of the rows of a part.
  func targetRange(_ part: TablePart) -> ClosedRange<Double>? {
    let width = rowTarget.width
    let answers = rowTarget.isWeighted ? width - 1 : width
    return encodeTargets(part.table, part.rows).range(everyFirst: answers, of: width)
  }

  /// The targets of rows with their weights, one row behind the other.
  func encodeTargets<Rows: RandomAccessCollection>(
    _ table: LoadedTable, _ rows: Rows
  ) -> [Float] where Rows.Element: BinaryInteger, Rows.Index == Int {
    let count = rows.count
    let columns = rowTarget.columns
    let width = rowTarget.width
    var targets = [Float](repeating: 0, count: count * width)
    if let weights = weights(table) {
      for row in 0..<count { targets[(row + 1) * width - 1] = weights[Int(rows[row])] }
    }
    if !encoding.target.classes.isEmpty,
      case .category(let codes, let labels) = table.column(columns[0].name).contents
    {
      let mapping = CategoryMapping(
        labels: labels, categories: encoding.target.classes, missing: nil)
      for row in 0..<count {
        targets[row * width] = Float(max(0, mapping.position(of: codes[Int(rows[row])])))
      }
      return targets
    }
    if let list = rowTarget.list,
      case .category(let codes, let fields) = table.column(list.column).contents
    {
      let positions = LabelMapping(list, fields: fields, labels: columns.map(\.name)).positions
      for row in 0..<count {
        let code = Int(codes[Int(rows[row])])
        for position in code < 0 ? [] : positions[code] { targets[row * width + position] = 1 }
      }
      return targets
    }
    for (index, column) in columns.enumerated() {
      guard case .number(let values) = table.column(column.name).contents else { continue }
      for row in 0..<count {
        targets[row * width + index] = Float(column.scale.apply(values[Int(rows[row])]))
      }
    }
    return targets
  }
}

extension [Diagnostic] {
  fileprivate func map(_ change: (inout Diagnostic) -> Void) -> [Diagnostic] {
    map { diagnostic in
      var diagnostic = diagnostic
      change(&diagnostic)
      return diagnostic
    }
  }
}
