import Configuration
import Numerics

/// The encoders of a table, fitted, and how they apply to the rows of a file.
struct FittedTable: Sendable {
  let encoding: TableEncoding
  let warnings: [Diagnostic]

  /// Finds what the encoders cannot encode: categories and labels that training has not seen.
  func check(_ part: TablePart) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for case let feature as CategoryFeature in encoding.features where !feature.acceptsUnseen {
      findings += unseen(feature.name, feature.categories, feature.missingValue, part).map {
        $0.help =
          "set data.columns.\(feature.name).unseen_categories to \"zeros\" to accept such values"
      }
    }
    if !encoding.target.classes.isEmpty, let name = encoding.target.columns.first?.name {
      findings += unseen(name, encoding.target.classes, nil, part).map {
        $0.help = "a class must occur in the training part; stratify the split"
      }
    }
    return findings
  }

  /// At most one finding for each column: the first unseen value, and how many there are.
  private func unseen(
    _ name: String, _ categories: [String], _ missing: String?, _ part: TablePart
  ) -> [Diagnostic] {
    guard case .category(let codes, let labels) = part.table.column(name).contents else {
      return []
    }
    let mapping = CategoryMapping(labels: labels, categories: categories, missing: missing)
    let rows = part.rows.filter { codes[Int($0)] >= 0 && mapping.position(of: codes[Int($0)]) < 0 }
    guard let first = rows.first else { return [] }
    let more = rows.count > 1 ? " (and \(rows.count - 1) more)" : ""
    return [
      Diagnostic(
        .error, .data, code: "unseen-category",
        "'\(labels[Int(codes[Int(first)])])' does not occur in column '\(name)' of the training part\(more)",
        at: part.table.place(name, row: Int(first)))
    ]
  }

  /// The examples of each class; empty where the target is a number.
  func classCounts(_ part: TablePart) -> [Int] {
    guard !encoding.target.classes.isEmpty, let name = encoding.target.columns.first?.name,
      case .category(let codes, let labels) = part.table.column(name).contents
    else { return [] }
    let mapping = CategoryMapping(
      labels: labels, categories: encoding.target.classes, missing: nil)
    return encoding.target.counts(
      of: part.rows.lazy.map { Int(mapping.position(of: codes[Int($0)])) })
  }

  /// Encodes the files of all parts, each file once.
  func encode(_ parts: [Part: TablePart]) -> [Part: ExampleSet] {
    var encoded: [String: (features: ExampleMatrix, targets: ExampleMatrix)] = [:]
    return parts.mapValues { part in
      let file = part.table.file
      let data = encoded[file] ?? (encodeFeatures(part.table), encodeTargets(part.table))
      encoded[file] = data
      return ExampleSet(
        features: data.features, targets: data.targets, rows: part.rows)
    }
  }

  private func encodeFeatures(_ table: LoadedTable) -> ExampleMatrix {
    let count = table.table.rows
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
        for row in 0..<count {
          let value = source[row]
          column[row * width] = value.isNaN ? missing : Float((value - offset) / divisor)
        }
      case (let feature as CategoryFeature, .category(let codes, let labels)):
        let mapping = CategoryMapping(
          labels: labels, categories: feature.categories, missing: feature.missingValue)
        for row in 0..<count {
          let position = mapping.position(of: codes[row])
          if position >= 0 { column[row * width + Int(position)] = 1 }
        }
      default: break
      }
      first += feature.width
    }
    return ExampleMatrix(
      NumberStorage(owning: values, count: count * width), count: count, width: width)
  }

  private func encodeTargets(_ table: LoadedTable) -> ExampleMatrix {
    ExampleMatrix(
      NumberStorage(targetValues(table)), count: table.table.rows,
      width: encoding.target.kind.width)
  }

  private func targetValues(_ table: LoadedTable) -> [Float] {
    let count = table.table.rows
    let columns = encoding.target.columns
    if !encoding.target.classes.isEmpty,
      case .category(let codes, let labels) = table.column(columns[0].name).contents
    {
      let mapping = CategoryMapping(
        labels: labels, categories: encoding.target.classes, missing: nil)
      return codes.map { Float(max(0, mapping.position(of: $0))) }
    }
    var targets = [Float](repeating: 0, count: count * columns.count)
    for (index, column) in columns.enumerated() {
      guard case .number(let values) = table.column(column.name).contents else { continue }
      for row in 0..<count {
        targets[row * columns.count + index] = Float(column.scale.apply(values[row]))
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
