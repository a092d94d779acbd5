import Configuration
import Numerics

/// Takes validation and test parts out of the rows of a file, after a seeded shuffle.
package struct Split: Sendable {
  /// The rows of each part, ascending.
  package let rows: [Part: [Int32]]

  /// - Parameters:
  ///   - rows: the rows to divide.
  ///   - fractions: of each part but the training part, which gets the rest.
  ///   - strata: for the parts to be stratified, the class of each row of the file, so that every
  ///     class is divided in the same proportion.
  ///   - groups: the group of each row of the file, no group of which may be in two parts; in their place
  ///     strata play no role.
  package init(
    _ rows: [Int32], fractions: [(part: Part, fraction: Double, isStratified: Bool)],
    strata: [Int32]?, groups: [Int32]? = nil, seed: UInt64
  ) {
    guard !fractions.isEmpty else {
      self.rows = [.train: rows.sorted()]
      return
    }
    var remaining = rows
    Random(seed: seed, .split).shuffle(&remaining)
    var parts: [Part: [Int32]] = [:]
    for (part, fraction, isStratified) in fractions {
      let wanted = fraction * Double(rows.count) / Double(max(1, remaining.count))
      let taken: Set<Int>
      if let groups {
        taken = Self.take(wanted * Double(remaining.count), of: remaining, groups: groups)
      } else if isStratified, let strata {
        taken = Self.take(wanted, of: remaining, strata: strata)
      } else {
        taken = Set(0..<Int((wanted * Double(remaining.count)).rounded()))
      }
      parts[part] = remaining.indices.filter(taken.contains).map { remaining[$0] }.sorted()
      remaining = remaining.indices.filter { !taken.contains($0) }.map { remaining[$0] }
    }
    parts[.train] = remaining.sorted()
    self.rows = parts
  }

  /// Positions of the first rows of each class, as many as the share asks for; what rounding leaves
  /// over goes to the classes with the largest remainders.
  private static func take(_ share: Double, of rows: [Int32], strata: [Int32]) -> Set<Int> {
    var positions: [Int32: [Int]] = [:]
    for (position, row) in rows.enumerated() {
      positions[strata[Int(row)], default: []].append(position)
    }
    let classes = positions.keys.sorted()
    let exact = classes.map { share * Double(positions[$0, default: []].count) }
    var counts = exact.map { Int($0) }
    let total = Int((share * Double(rows.count)).rounded())
    let byRemainder = exact.indices.sorted {
      let (first, second) = (exact[$0] - Double(counts[$0]), exact[$1] - Double(counts[$1]))
      return first == second ? $0 < $1 : first > second
    }
    // The last example of a class stays where it can be learned from.
    let open = byRemainder.filter { counts[$0] + 1 < positions[classes[$0], default: []].count }
    for index in open.prefix(max(0, total - counts.reduce(0, +))) { counts[index] += 1 }
    return Set(zip(classes, counts).flatMap { positions[$0, default: []].prefix($1) })
  }
}

extension Split {
  /// Positions of the rows of whole groups, in the order in which the rows first show them: each that brings
  /// their number nearer to the one that is wanted.
  private static func take(_ wanted: Double, of rows: [Int32], groups: [Int32]) -> Set<Int> {
    let divided = GroupedRows(rows, groups: groups)
    var taken: Set<Int> = []
    for positions in divided.positions
    where abs(Double(taken.count + positions.count) - wanted) < abs(Double(taken.count) - wanted) {
      taken.formUnion(positions)
    }
    // Where all groups are much larger than the part, the smallest is it.
    guard taken.isEmpty, let smallest = divided.positions.min(by: { $0.count < $1.count }) else {
      return taken
    }
    return Set(smallest)
  }
}

/// Rows by their group.
struct GroupedRows {
  /// For each group the positions of its rows, the groups in the order in which the rows first show them.
  let positions: [[Int]]

  /// - Parameter groups: the group of each row of the file.
  init(_ rows: [Int32], groups: [Int32]) {
    var indices: [Int32: Int] = [:]
    var positions: [[Int]] = []
    for (position, row) in rows.enumerated() {
      let group = groups[Int(row)]
      let index = indices[group] ?? positions.count
      if index == positions.count {
        indices[group] = index
        positions.append([])
      }
      positions[index].append(position)
    }
    self.positions = positions
  }
}

extension DataContext {
  /// Divides the rows of the training file as configured.
  ///
  /// - Parameters:
  ///   - strata: the class of each row; `nil` where there are no classes.
  ///   - groups: the group of each row; `nil` where rows are divided one by one.
  /// - Throws: `Failure` if a part gets no row.
  func divide(
    _ rows: [Int32], validation: (fraction: Double, isStratified: Bool)?,
    test: (fraction: Double, isStratified: Bool)?, strata: [Int32]?, groups: [Int32]? = nil
  ) throws -> Split {
    let shares = [(Part.test, test), (.validation, validation)].compactMap { part, share in
      share.map { (part: part, fraction: $0.fraction, isStratified: $0.isStratified) }
    }
    for share in shares where share.isStratified && strata == nil {
      throw Failure(
        finding(
          "contradiction", "'stratify' needs classes, but the target is a number",
          at: [.key(share.part.rawValue), .key("stratify")], help: "remove it"))
    }
    for share in shares where share.isStratified && groups != nil {
      throw Failure(
        finding(
          "contradiction", "groups are divided as wholes, and cannot keep the share of every class",
          at: [.key(share.part.rawValue), .key("stratify")], help: "remove it, or 'group'"))
    }
    let split = Split(rows, fractions: shares, strata: strata, groups: groups, seed: seed)
    if split.rows[.train, default: []].isEmpty {
      let groupCount = groups.map { groups in Set(rows.map { groups[Int($0)] }).count }
      throw Failure(nothingLeft(of: rows.count, groups: groupCount, for: shares.map(\.part)))
    }
    for share in shares where split.rows[share.part, default: []].isEmpty {
      let message =
        "a fraction of \(JSONNumber(share.fraction).text) of "
        + "\(Spelling.count(rows.count, "row")) is no row"
      throw Failure(finding("empty-part", message, at: [.key(share.part.rawValue)]))
    }
    return split
  }

  /// What to say where the fractions of other parts take all of so many rows, of so many groups where they are divided
  /// by these.
  func nothingLeft(of rows: Int, groups: Int? = nil, for parts: [Part]) -> Diagnostic {
    // Each part takes a whole group, however small its fraction is.
    if let groups, groups <= parts.count { return nothingLeft(ofGroups: groups) }
    let all = groups.map { Spelling.count($0, "group") } ?? Spelling.count(rows, "row")
    return finding(
      "empty-part", "no row is left for training: the fractions take all of \(all)",
      at: [.key((parts.last ?? .train).rawValue)], help: "make them smaller")
  }

  private func nothingLeft(ofGroups count: Int) -> Diagnostic {
    let groups =
      count == 1
      ? "all rows are of one group, which is not divided"
      : "\(Spelling.existence(of: count, "group")), which the other parts take as wholes"
    return finding(
      "empty-part", "no row is left for training: \(groups)", at: [.key("group")],
      help: "name a column with more groups, or leave 'group' out")
  }
}
