import Configuration
import Numerics

/// What each column of a table is used for.
struct TableColumns {
  enum Role: Equatable {
    case feature
    case target
    /// Times, or the names of series.
    case key
    /// How much a row counts.
    case weight
    case ignored
  }

  let names: [String]
  private(set) var roles: [Role]
  /// Columns of the table in the order in which they become inputs.
  private(set) var features: [Int]
  let targets: [Int]
  /// The columns of a window that say where a row belongs: the group and the time.
  let keys: [Int]
  /// The column that says how much a row counts.
  let weight: Int?

  /// What to do where a target stands in a list of other columns.
  private static func advice(onTargetsIn key: String) -> String {
    let advice = "leave them out of '\(key)'"
    guard key == "features" else { return advice }
    return advice + "; to learn columns from themselves, as an autoencoder does, "
      + "give the file a copy of each under another name, and name the copies in 'target'"
  }

  /// What to say where no column is called nearly as wanted.
  private static func list(_ names: [String], for wanted: String, isHeader: Bool) -> String {
    let list = "columns: \(Spelling.shortened(names))"
    guard isHeader, CSVHeader.isProbablyData(names, wanted: wanted) else { return list }
    return list + "; if these are data, write \"header\": false in data, "
      + "which calls the columns c0, c1 and so on"
  }

  /// What is wrong where the names of all columns are one, since they are divided by something else than is said.
  private static func findingAboutDelimiter(
    _ config: CSVDataConfig, _ names: [String], _ context: DataContext
  ) -> Diagnostic? {
    let others: [String] = [",", ";", "\t", "|"]
    guard let delimiter = config.delimiter, names.count == 1,
      let other = others.first(where: { $0 != delimiter && names[0].contains($0) })
    else { return nil }
    let written = JSONValue.string(other).compactText
    return context.finding(
      "unknown-column",
      "the delimiter \(JSONValue.string(delimiter).compactText) divides nothing: the data has one column, \"\(names[0].prefix(40))\"",
      at: [.key("delimiter")], help: "remove it, or write \"delimiter\": \(written)")
  }

  /// Finds the columns that the configuration names.
  ///
  /// - Throws: `Failure` with every name that the table lacks, with the nearest that it has.
  init(_ config: CSVDataConfig, names: [String], context: DataContext) throws {
    var findings: [Diagnostic] = []
    let indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })

    func find(_ name: String, at steps: [ConfigPath.Step]) -> Int? {
      if let index = indices[name] { return index }
      let help =
        Spelling.nearest(to: name, among: names).map { nearest in
          let path = ConfigPath.settings(ofColumn: nearest)
          let isPart = steps.first == .key("columns") && nearest.contains(".")
          return "did you mean \"\(nearest)\"?" + (isPart ? " Its path is \(path)" : "")
        }
        ?? Self.list(names, for: name, isHeader: config.header == .present)
      findings.append(
        context.finding(
          "unknown-column", "the data has no column \"\(name)\"", at: steps, help: help))
      return nil
    }
    func findAll(_ wanted: [String], _ key: String) -> [Int] {
      wanted.enumerated().compactMap { position, name in
        let isList = context.document["data"]?[key]?.items != nil
        return find(name, at: [.key(key)] + (isList ? [.index(position)] : []))
      }
    }

    targets = findAll(config.target ?? [], "target")
    let ignored = Set(findAll(config.ignore, "ignore"))
    let chosen = config.features.map { findAll($0, "features") }
    let time = config.window?.time.flatMap { find($0, at: [.key("window"), .key("time")]) }
    let group = config.window?.group.flatMap { find($0, at: [.key("window"), .key("group")]) }
    let splitGroup = config.group.flatMap { find($0, at: [.key("group")]) }
    let weight = config.weight.flatMap { find($0, at: [.key("weight")]) }
    for name in config.columns.keys.sorted() {
      _ = find(name, at: [.key("columns"), .key(name)])
    }
    if !findings.isEmpty, let finding = Self.findingAboutDelimiter(config, names, context) {
      throw Failure(finding)
    }
    // The past of a target is an input of a window.
    let inputs = config.window == nil ? Set(chosen ?? []) : []
    for (key, list) in [("features", inputs), ("ignore", ignored)] {
      let both = targets.filter(list.contains).map { "\"\(names[$0])\"" }
      guard !both.isEmpty else { continue }
      let subject = both.count == 1 ? "the target" : "the targets"
      findings.append(
        context.finding(
          "contradiction",
          "\(subject) \(Spelling.shortened(both)) \(both.count == 1 ? "stands" : "stand") in '\(key)' too",
          at: [.key(key)], help: Self.advice(onTargetsIn: key)))
    }
    if let chosen {
      for index in chosen where ignored.contains(index) {
        findings.append(
          context.finding(
            "contradiction", "\"\(names[index])\" stands in 'features' and in 'ignore'",
            at: [.key("ignore")]))
      }
      for (position, index) in chosen.enumerated() where chosen[..<position].contains(index) {
        findings.append(
          context.finding(
            "duplicate-column", "\"\(names[index])\" stands twice in 'features'",
            at: [.key("features"), .index(position)]))
      }
    }
    for (key, column) in [("time", time), ("group", group)] {
      guard let column else { continue }
      // The group may be an input too, by which the network tells the series apart.
      let isInput = key == "time" && chosen?.contains(column) == true
      let roles = [
        (targets.contains(column), "is the target"),
        (ignored.contains(column), "stands in 'ignore'"),
        (isInput, "stands in 'features'"), (key == "group" && time == group, "is the time"),
      ]
      for case (true, let role) in roles {
        findings.append(
          context.finding(
            "contradiction", "the \(key) column \"\(names[column])\" \(role) too",
            at: [.key("window"), .key(key)]))
      }
    }
    if let splitGroup, targets.contains(splitGroup) {
      findings.append(
        context.finding(
          "contradiction", "the group column \"\(names[splitGroup])\" is the target too",
          at: [.key("group")]))
    }
    if let weight {
      let roles = [
        (targets.contains(weight), "is the target"),
        (ignored.contains(weight), "stands in 'ignore'"),
        (chosen?.contains(weight) == true, "stands in 'features'"),
        (weight == splitGroup, "is the group"),
      ]
      for case (true, let role) in roles {
        findings.append(
          context.finding(
            "contradiction", "the weight column \"\(names[weight])\" \(role) too",
            at: [.key("weight")]))
      }
      findings += Self.inertSettings(ofWeight: names[weight], config, context)
    }
    if let group = group ?? splitGroup, config.columns[names[group]]?.type == .number {
      findings.append(
        context.finding(
          "contradiction", "the group column \"\(names[group])\" holds names, not numbers",
          at: [.key("columns"), .key(names[group]), .key("type")], help: "remove it"))
    }
    let targetSet = Set(targets)
    let keySet = Set([group, time, splitGroup, weight].compactMap { $0 })
    features =
      chosen
      ?? names.indices.filter {
        !ignored.contains($0) && !keySet.contains($0)
          && (config.window != nil || !targetSet.contains($0))
      }
    for name in config.columns.keys.sorted() {
      guard let index = indices[name] else { continue }
      // Of times no more can be said than how they are written.
      if index == time, config.columns[name]?.saysOnlyDates == true { continue }
      if !targets.contains(index), !features.contains(index), index != weight {
        let role =
          index == time
          ? "it is the time column, which is no input"
          : index == group || index == splitGroup
            ? "it is the group column, and no input" : "the column is not used"
        findings.append(
          context.finding(
            "contradiction", "the settings of \"\(name)\" have no effect: \(role)",
            at: [.key("columns"), .key(name)], help: "remove them"))
      }
    }
    for name in config.columns.keys.sorted() where config.columns[name]?.separator != nil {
      guard let index = indices[name], !targets.contains(index) else { continue }
      findings.append(
        context.finding(
          "contradiction",
          "'separator' has no effect: \"\(name)\" is no target, and only a target has several labels",
          at: [.key("columns"), .key(name), .key("separator")], help: "remove it"))
    }
    if ignored.count < config.ignore.count, Set(config.ignore).count < config.ignore.count {
      findings.append(
        context.finding(
          "duplicate-column", "a column stands twice in 'ignore'", at: [.key("ignore")])
      )
    }
    if Set(targets).count < targets.count {
      findings.append(
        context.finding(
          "duplicate-column", "a column stands twice in 'target'", at: [.key("target")])
      )
    }
    if features.isEmpty, findings.isEmpty {
      findings.append(
        context.finding("no-features", "no column is left to learn from", at: [.key("target")]))
    }
    if !findings.isEmpty { throw Failure(findings) }
    self.names = names
    keys = [group, time].compactMap { $0 }
    self.weight = weight
    let featureSet = Set(features)
    roles = names.indices.map {
      targetSet.contains($0)
        ? .target
        : $0 == weight
          ? .weight : keySet.contains($0) ? .key : featureSet.contains($0) ? .feature : .ignored
    }
  }

  /// What is read of every file besides features and targets.
  var others: [String] { (keys + (weight.map { [$0] } ?? [])).map { names[$0] } }

  /// Settings that a column of weights has no use for; how its numbers are written may be said.
  private static func inertSettings(
    ofWeight name: String, _ config: CSVDataConfig, _ context: DataContext
  ) -> [Diagnostic] {
    guard let settings = config.columns[name] else { return [] }
    var keys = settings.given(of: [
      "scaling", "clip", "missing", "indicator", "encoding", "dimensions", "parts", "order",
      "unseen_categories", "minimum_count", "bins", "buckets", "shared",
    ])
    if settings.type != nil, settings.type != .number { keys.append("type") }
    return keys.map { key in
      context.finding(
        "contradiction", "'\(key)' has no effect: column \"\(name)\" holds weights",
        at: [.key("columns"), .key(name), .key(key)], help: "remove it")
    }
  }

  /// Ignores features that turned out to be of no use.
  func leavingOut(_ indices: Set<Int>) -> TableColumns {
    var columns = self
    columns.features.removeAll(where: indices.contains)
    for index in indices { columns.roles[index] = .ignored }
    return columns
  }
}
