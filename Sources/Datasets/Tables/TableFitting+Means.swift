import Configuration
import Numerics

// Categories as means of the target.
extension TableFitting {
  /// - Parameters:
  ///   - target: that of a row.
  ///   - isSound: whether there is nothing wrong with the target.
  /// - Returns: `nil` for another encoding, and where something is wrong.
  func fitMeans(
    _ column: CategoryColumn, _ target: TargetEncoding, isSound: Bool,
    _ findings: inout [Diagnostic]
  ) -> (feature: CodedFeature, outOfFold: OutOfFoldInputs)? {
    let name = column.name
    guard config.columns[name]?.encoding == .target else { return nil }
    let known = findings.count
    refuse(
      [
        "decimal", "thousands", "signs", "dimensions", "unseen_categories", "minimum_count",
        "buckets", "shared", "order", "bins",
      ], of: name, holding: "means of the target", &findings)
    if config.window != nil {
      findings.append(
        context.finding(
          "contradiction",
          "in a series the mean of the target over a category would tell of the rows to come",
          at: [.key("columns"), .key(name), .key("encoding")],
          help: "use \"embedding\", \"one_hot\" or \"frequency\""))
    }
    let missing = missingCategory(column, &findings)
    var feature = coded(.target, column, missing, &findings)
    guard isSound, findings.count == known else { return nil }
    feature.categories = column.categories(withMissing: missing)
    let answers = TargetNumbers(target, table)
    let sums = CategorySums(column, feature, answers, rows: rows, folds: folds(of: target))
    let (numbers, unseen) = sums.means(besides: nil)
    feature.numbers = numbers
    // Around one center: those of the folds would tell of the targets that they lack.
    let perFold = (0..<OutOfFoldInputs.foldCount).map { fold in
      let (numbers, center) = sums.means(besides: fold)
      return numbers.enumerated().map { index, number in
        number - center[index % center.count] + unseen[index % center.count]
      }
    }
    let clip = config.columns[name]?.clip ?? config.clip
    // Scaled by what the network gets in training.
    feature.inputs = answers.names.indices.map { index in
      NumberFeature(
        name: answers.names[index], missingValue: nil, fitting: scaling(of: name),
        to: { visit in
          for (position, fold) in zip(sums.positions, sums.folds) where position >= 0 {
            visit(perFold[fold][position * answers.names.count + index])
          }
        }, clip: clip)
    }
    feature.unseen = zip(unseen, feature.inputs).map { Double($1.encode($0)) }
    var foldOfRow = [Int8](repeating: -1, count: table.rows)
    for (row, fold) in zip(rows, sums.folds) { foldOfRow[Int(row)] = Int8(fold) }
    return (
      feature,
      OutOfFoldInputs(
        file: table.key, folds: foldOfRow,
        tables: perFold.map { [feature] in feature.table(of: $0) })
    )
  }

  /// The fold of each training row: classes are dealt out evenly, and no group is in two folds.
  private func folds(of target: TargetEncoding) -> [Int] {
    var strata: [Int32]?
    if !target.classes.isEmpty, case .category(let codes, _) = table.column(targets[0]).contents {
      strata = codes
    }
    let dealt = Folds(
      rows, count: OutOfFoldInputs.foldCount, strata: groups == nil ? strata : nil, groups: groups,
      seed: context.seed, step: 2)
    var fold: [Int32: Int] = [:]
    for (index, rows) in dealt.rows.enumerated() { for row in rows { fold[row] = index } }
    return rows.map { fold[$0] ?? 0 }
  }
}

/// The target of a row as numbers whose means say something: of two classes whether it is the second, of several
/// whether it is each, and numbers as they are learned.
struct TargetNumbers {
  let names: [String]
  private let value: (_ row: Int, _ index: Int) -> Double

  init(_ target: TargetEncoding, _ table: LoadedTable) {
    guard target.classes.isEmpty else {
      let classes = target.classes
      names = classes.count == 2 ? [classes[1]] : classes
      let first = classes.count == 2 ? 1 : 0
      var positions: [Int32] = []
      if case .category(let codes, let labels) = table.column(target.columns[0].name).contents {
        let mapping = CategoryMapping(labels: labels, categories: classes, missing: nil)
        positions = codes.map { mapping.position(of: $0) }
      }
      value = { row, index in Int(positions[row]) == first + index ? 1 : 0 }
      return
    }
    names = target.columns.map(\.name)
    if let list = target.list,
      case .category(let codes, let fields) = table.column(list.column).contents
    {
      let sets = LabelMapping(list, fields: fields, labels: names).positions.map { Set($0) }
      value = { row, index in
        codes[row] >= 0 && sets[Int(codes[row])].contains(index) ? 1 : 0
      }
      return
    }
    let columns = target.columns.map { column -> (scale: Scale, values: DoubleBuffer?) in
      guard case .number(let values) = table.column(column.name).contents else {
        return (column.scale, nil)
      }
      return (column.scale, values)
    }
    value = { row, index in
      columns[index].values.map { columns[index].scale.apply($0[row]) } ?? 0
    }
  }

  subscript(row: Int, index: Int) -> Double { value(row, index) }
}

/// The sums behind the means of a target over categories, of all training rows and of each fold of them.
struct CategorySums {
  /// The category and the fold of each training row.
  let positions: [Int]
  let folds: [Int]
  private let centers: [Double]
  /// Shape `categories × numbers`, of all rows.
  private var all: [SmoothedMeans.Sums]
  private var ofFold: [[SmoothedMeans.Sums]]

  init(
    _ column: CategoryColumn, _ feature: CodedFeature, _ answers: TargetNumbers, rows: [Int32],
    folds: [Int]
  ) {
    let mapping = CategoryMapping(
      labels: column.labels, categories: feature.categories, missing: feature.missingValue)
    let width = answers.names.count
    positions = rows.map { Int(mapping.position(of: column.codes[Int($0)])) }
    self.folds = folds
    // Around the mean squares keep their digits; it changes no mean.
    centers = (0..<width).map { index in
      rows.reduce(0) { $0 + answers[Int($1), index] } / Double(max(1, rows.count))
    }
    all = Array(repeating: SmoothedMeans.Sums(), count: feature.categories.count * width)
    ofFold = Array(repeating: all, count: OutOfFoldInputs.foldCount)
    for (place, row) in rows.enumerated() where positions[place] >= 0 {
      for index in 0..<width {
        let value = answers[Int(row), index] - centers[index]
        all[positions[place] * width + index].add(value)
        ofFold[folds[place]][positions[place] * width + index].add(value)
      }
    }
  }

  /// The smoothed means of all rows, or of those that are not in a fold.
  ///
  /// - Returns: shape `categories × numbers`, and those of a category without rows.
  func means(besides fold: Int?) -> (numbers: [Double], unseen: [Double]) {
    let width = centers.count
    let sums = fold.map { fold in zip(all, ofFold[fold]).map { $0 - $1 } } ?? all
    var numbers = [Double](repeating: 0, count: sums.count)
    var unseen: [Double] = []
    for (index, center) in centers.enumerated() {
      let own = stride(from: index, to: sums.count, by: width).map { sums[$0] }
      let smoothed = SmoothedMeans(own)
      for (category, mean) in smoothed.means.enumerated() {
        numbers[category * width + index] = (mean + center).inSinglePrecision
      }
      unseen.append((smoothed.ofUnseen + center).inSinglePrecision)
    }
    return (numbers, unseen)
  }
}

extension Double {
  /// As a model file holds it.
  fileprivate var inSinglePrecision: Double {
    let single = Float(self)
    return single.isNormal ? Double(single) : 0
  }
}
