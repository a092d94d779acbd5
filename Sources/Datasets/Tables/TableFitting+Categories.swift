import Configuration
import Numerics

// Columns of categories.
extension TableFitting {
  func fitCategory(
    _ column: CategoryColumn, _ findings: inout [Diagnostic], _ warnings: inout [Diagnostic]
  ) -> any FeatureEncoding {
    let name = column.name
    let encoding = config.columns[name]?.encoding
    refuse(["decimal", "thousands", "signs", "bins"], of: name, holding: "categories", &findings)
    for (key, owner) in [("buckets", ColumnConfig.Encoding.hash), ("shared", .embedding)]
    where encoding != owner {
      refuse([key], of: name, without: owner, &findings)
    }
    if encoding != .ordinal, config.columns[name]?.order?.ofCategories != nil {
      refuse(["order"], of: name, without: .ordinal, &findings)
    }
    switch encoding {
    case .ordinal: return fitOrdinal(column, &findings)
    case .frequency: return fitFrequency(column, &findings)
    case .hash: return fitHash(column, &findings)
    default: return fitIndices(column, &findings, &warnings)
    }
  }

  // MARK: - Indices

  /// One-hot categories, and those that have a vector.
  private func fitIndices(
    _ column: CategoryColumn, _ findings: inout [Diagnostic], _ warnings: inout [Diagnostic]
  ) -> CategoryFeature {
    let name = column.name
    let settings = config.columns[name]
    refuse(["clip"], of: name, holding: "categories", &findings)
    refuseScaling(of: name, "column \"\(name)\" holds categories, which are not scaled", &findings)
    let missing = missingCategory(column, &findings)
    let unseen = settings?.unseenCategories ?? config.unseenCategories
    let vocabulary = vocabulary(of: column, missing: missing, &findings)
    if unseen == .rare, !vocabulary.hasRare {
      warnings.append(
        context.finding(
          "no-rare-category",
          "no category of column \"\(name)\" is rare in the training part, so that unseen ones are zeros",
          at: [.key("unseen_categories")],
          help: "a larger minimum_count makes some rare", severity: .warning))
    }
    let count = vocabulary.categories.count
    var feature = CategoryFeature(
      name: name, categories: vocabulary.categories, missingValue: missing,
      acceptsUnseen: unseen != .error || vocabulary.hasRare,
      hasIndicator: indicator(of: name, &findings))
    feature.hasRare = vocabulary.hasRare
    feature.dimensions = dimensions(of: name, categories: feature.count, &findings)
    feature.table = settings?.shared
    if let window = config.window, let help = feature.timesHelp(knowsTime: window.time != nil) {
      warnings.append(
        context.finding(
          "times-as-categories",
          "column \"\(name)\" looks like times, but each of its \(Spelling.grouped(count)) texts is a category of its own",
          at: [.key("window")], help: help, severity: .warning))
    } else if count > 20, count * 2 > rowCount {
      warnings.append(
        context.finding(
          "many-categories",
          "column \"\(name)\" has \(count) different texts in \(Spelling.count(rowCount, "row")), each a category of its own",
          at: [.key("train")],
          help: "if it is a name or an identifier, add it to data.ignore", severity: .warning))
    }
    return feature
  }

  /// The categories of a column, or of all that share its vectors.
  private func vocabulary(
    of column: CategoryColumn, missing: String?, _ findings: inout [Diagnostic]
  ) -> (categories: [String], hasRare: Bool) {
    let settings = config.columns[column.name]
    let unseen = settings?.unseenCategories ?? config.unseenCategories
    let least = settings?.minimumCount ?? config.minimumCount ?? (unseen == .rare ? 2 : 1)
    var sharing = [(column: column, missing: missing)]
    for other in columnsSharing(with: column.name, &findings) {
      // What is wrong with another one is said where it is fitted itself.
      var known: [Diagnostic] = []
      sharing.append((other, missingCategory(other, &known)))
    }
    var counts: [String: Int] = [:]
    for (column, _) in sharing {
      for (label, count) in zip(column.labels, column.counts) where count > 0 {
        counts[label, default: 0] += count
      }
    }
    var seen = Set(counts.filter { $0.value >= least }.keys)
    let hasRare = seen.count < counts.count
    for case (let column, let missing?) in sharing where column.hasMissing && !hasRare {
      seen.insert(missing)
    }
    return (CategoryOrder.sorted(Array(seen)), hasRare)
  }

  /// The other columns whose categories have the vectors of one.
  private func columnsSharing(
    with name: String, _ findings: inout [Diagnostic]
  ) -> [CategoryColumn] {
    guard let settings = config.columns[name], let shared = settings.shared,
      settings.encoding == .embedding
    else { return [] }
    func report(_ message: String, help: String) {
      findings.append(
        context.finding(
          "contradiction", message, at: [.key("columns"), .key(name), .key("shared")], help: help))
    }
    let others = features.filter { $0 != name && config.columns[$0]?.shared == shared }
    if others.isEmpty {
      report(
        "no other column shares the vectors \"\(shared)\"",
        help: "write \"shared\": \"\(shared)\" in the settings of the others too, or remove it")
    }
    if features.contains(shared), shared != name, !others.contains(shared) {
      report(
        "\"\(shared)\" is a column of its own, whose vectors have its name",
        help: "choose another name")
    }
    for other in others {
      let theirs = config.columns[other]
      let differs = [
        ("dimensions", settings.dimensions != theirs?.dimensions),
        ("minimum_count", settings.minimumCount != theirs?.minimumCount),
        ("unseen_categories", settings.unseenCategories != theirs?.unseenCategories),
      ].first(where: \.1)?.0
      if let differs {
        report(
          "\"\(name)\" and \"\(other)\" share vectors, but '\(differs)' is not the same for both",
          help: "write it in both, or in neither")
      }
    }
    return others.compactMap { other in
      guard case .category(let codes, let labels) = table.column(other).contents else { return nil }
      return CategoryColumn(
        other, codes, labels, rows: rows, statistics: statistics?.categories[other])
    }
  }

  /// Of the vector for each category; `nil` for one-hot.
  private func dimensions(
    of name: String, categories: Int, _ findings: inout [Diagnostic]
  ) -> Int? {
    let settings = config.columns[name]
    func refuse(_ key: String, _ message: String, help: String) {
      findings.append(
        context.finding(
          "contradiction", message, at: [.key("columns"), .key(name), .key(key)], help: help))
    }
    switch settings?.encoding {
    case .embedding where categories < 2:
      refuse(
        "encoding", "column \"\(name)\" has one category, so that there is nothing to tell apart",
        help: "add it to data.ignore")
    case .oneHot where settings?.dimensions != nil:
      refuse(
        "dimensions", "one-hot categories have no vectors", help: "use \"encoding\": \"embedding\"")
    case .embedding: return settings?.dimensions ?? CategoryFeature.dimensions(for: categories)
    case nil where settings?.dimensions != nil: return settings?.dimensions
    case nil where categories > InputLayout.mostOneHot:
      return CategoryFeature.dimensions(for: categories)
    default: break
    }
    return nil
  }

  // MARK: - Buckets

  private func fitHash(
    _ column: CategoryColumn, _ findings: inout [Diagnostic]
  ) -> HashFeature {
    let name = column.name
    let settings = config.columns[name]
    refuse(
      ["clip", "unseen_categories", "minimum_count"], of: name,
      holding: "texts that fall into buckets", &findings)
    refuseScaling(of: name, "buckets are not scaled", &findings)
    var feature = HashFeature()
    feature.name = name
    feature.missingValue = missingCategory(column, &findings)
    feature.hasIndicator = indicator(of: name, &findings)
    guard let buckets = settings?.buckets else {
      let texts = column.counts.count { $0 > 0 }
      var enough = 16
      while enough < texts { enough *= 2 }
      findings.append(
        context.finding(
          "missing-key",
          "the encoding \"hash\" of column \"\(name)\" needs 'buckets' for its \(Spelling.count(texts, "text")) to fall into",
          at: [.key("columns"), .key(name), .key("encoding")],
          help: "write \"buckets\": \(enough) beside it"))
      return feature
    }
    feature.buckets = buckets
    feature.dimensions =
      settings?.dimensions
      ?? (buckets > InputLayout.mostOneHot ? CategoryFeature.dimensions(for: buckets) : nil)
    return feature
  }

  // MARK: - Numbers

  private func fitOrdinal(
    _ column: CategoryColumn, _ findings: inout [Diagnostic]
  ) -> CodedFeature {
    let name = column.name
    let settings = config.columns[name]
    refuse(["dimensions", "minimum_count"], of: name, holding: "places in an order", &findings)
    let missing = missingCategory(column, &findings)
    let unseen = settings?.unseenCategories ?? config.unseenCategories
    if settings?.unseenCategories == .rare {
      findings.append(
        context.finding(
          "contradiction", "what is rare has no place in the order of column \"\(name)\"",
          at: [.key("columns"), .key(name), .key("unseen_categories")], help: "use \"zeros\""))
    }
    var feature = coded(.ordinal, column, missing, &findings)
    guard let order = settings?.order?.ofCategories else {
      let found = column.categories(withMissing: missing).map { JSONValue.string($0).compactText }
      findings.append(
        context.finding(
          "missing-key",
          "the encoding \"ordinal\" of column \"\(name)\" needs the order of its categories",
          at: [.key("columns"), .key(name), .key("encoding")],
          // A line with the categories by their letters would be wrong as it stands, and nothing would say so.
          help: "write \"order\": […] beside it, with these from the first to the last, "
            + "which their names do not tell: \(Spelling.shortened(found))"))
      return feature
    }
    let places = CategoryIndex(order)
    // One that occurs is said where it does.
    if let missing, places[missing] == nil, !column.labels.contains(missing) {
      findings.append(
        context.finding(
          "contradiction",
          "\"\(missing)\", which stands in for what is missing, is not in the order of column \"\(name)\"",
          at: [.key("columns"), .key(name), .key("order")]))
    }
    if unseen == .error {
      let occurring = zip(column.labels, column.counts).filter { $1 > 0 }.map(\.0)
      findings += misspeltOrder(
        of: name, seen: column.labels, missing: occurring.filter { places[$0] == nil })
    }
    feature.categories = order
    feature.numbers = order.indices.map { Double($0) }
    if unseen == .zeros { feature.unseen = [0] }
    let mapping = CategoryMapping(labels: column.labels, categories: order, missing: missing)
    scale(&feature) { visit in
      column.forEachCode(of: rows) { code in
        let position = mapping.position(of: code)
        if position >= 0 { visit(Double(position)) }
      }
    }
    return feature
  }

  private func fitFrequency(
    _ column: CategoryColumn, _ findings: inout [Diagnostic]
  ) -> CodedFeature {
    let name = column.name
    refuse(
      ["dimensions", "unseen_categories", "minimum_count"], of: name,
      holding: "shares of the rows, which is 0 for what is unseen", &findings)
    let missing = missingCategory(column, &findings)
    var feature = coded(.frequency, column, missing, &findings)
    feature.categories = column.categories(withMissing: missing)
    let mapping = CategoryMapping(
      labels: column.labels, categories: feature.categories, missing: missing)
    var counts = feature.categories.map { _ in 0.0 }
    column.forEachCode(of: rows) { code in
      let position = Int(mapping.position(of: code))
      if position >= 0 { counts[position] += 1 }
    }
    feature.numbers = counts.map { $0 / Double(max(1, rowCount)) }
    let numbers = feature.numbers
    scale(&feature) { visit in
      column.forEachCode(of: rows) { code in
        let position = Int(mapping.position(of: code))
        if position >= 0 { visit(numbers[position]) }
      }
    }
    feature.unseen = [Double(feature.inputs[0].encode(0))]
    return feature
  }

  /// A feature of numbers, without them yet.
  func coded(
    _ kind: CodedFeature.Kind, _ column: CategoryColumn, _ missing: String?,
    _ findings: inout [Diagnostic]
  ) -> CodedFeature {
    var feature = CodedFeature()
    feature.name = column.name
    feature.kind = kind
    feature.missingValue = missing
    feature.hasIndicator = indicator(of: column.name, &findings)
    return feature
  }

  /// Scales the one number of a feature as those of columns of numbers are.
  private func scale(_ feature: inout CodedFeature, _ visitAll: ((Double) -> Void) -> Void) {
    feature.inputs = [
      NumberFeature(
        name: feature.name, missingValue: nil, fitting: scaling(of: feature.name), to: visitAll,
        clip: config.columns[feature.name]?.clip ?? config.clip)
    ]
  }

  // MARK: - Missing categories

  /// What stands in for a missing category; `nil` where it is an error.
  func missingCategory(
    _ column: CategoryColumn, _ findings: inout [Diagnostic]
  ) -> String? {
    let name = column.name
    let settings = config.columns[name]
    switch strategy(of: name) {
    case .error, .dropRow: return fillsAtPrediction ? column.mostFrequent : nil
    case .constant:
      return switch settings?.missing.map(\.value) ?? config.missing.value {
      case .text(let text): text
      case .number(let number): JSONNumber(number).text
      case nil: nil
      }
    case .mean, .median, .mostFrequent:
      if let strategy = settings?.missing?.strategy, strategy != .mostFrequent {
        findings.append(
          context.finding(
            "contradiction",
            "column \"\(name)\" holds categories, which have no \(strategy.rawValue)",
            at: [.key("columns"), .key(name), .key("missing")], help: "use \"most_frequent\""))
      }
      return column.mostFrequent
    }
  }

  // MARK: - Settings without effect

  private func refuseScaling(
    of name: String, _ message: String, _ findings: inout [Diagnostic]
  ) {
    guard let scaling = config.columns[name]?.scaling, scaling != .none else { return }
    findings.append(
      context.finding(
        "contradiction", message, at: [.key("columns"), .key(name), .key("scaling")]))
  }

  func refuse(
    _ keys: [String], of name: String, without encoding: ColumnConfig.Encoding,
    _ findings: inout [Diagnostic]
  ) {
    for key in config.columns[name]?.given(of: keys) ?? [] {
      findings.append(
        context.finding(
          "contradiction", "'\(key)' has no effect without the encoding \"\(encoding.rawValue)\"",
          at: [.key("columns"), .key(name), .key(key)],
          help: "write \"encoding\": \"\(encoding.rawValue)\" beside it, or remove it"))
    }
  }
}
