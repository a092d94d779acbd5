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
  package init(
    _ rows: [Int32], fractions: [(part: Part, fraction: Double, isStratified: Bool)],
    strata: [Int32]?, seed: UInt64
  ) {
    var remaining = rows
    Random(seed: seed, .split).shuffle(&remaining)
    var parts: [Part: [Int32]] = [:]
    for (part, fraction, isStratified) in fractions {
      let wanted = fraction * Double(rows.count) / Double(max(1, remaining.count))
      let taken: Set<Int>
      if isStratified, let strata {
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
    for index in byRemainder.prefix(max(0, total - counts.reduce(0, +))) { counts[index] += 1 }
    return Set(zip(classes, counts).flatMap { positions[$0, default: []].prefix($1) })
  }
}

extension DataContext {
  /// Divides the rows of the training file as configured.
  ///
  /// - Parameter strata: the class of each row; `nil` where there are no classes.
  /// - Throws: `Failure` if a part gets no row.
  func divide(
    _ rows: [Int32], validation: (fraction: Double, isStratified: Bool)?,
    test: (fraction: Double, isStratified: Bool)?, strata: [Int32]?
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
    let split = Split(rows, fractions: shares, strata: strata, seed: seed)
    if split.rows[.train, default: []].isEmpty {
      throw Failure(nothingLeft(of: rows.count, for: shares.map(\.part)))
    }
    for share in shares where split.rows[share.part, default: []].isEmpty {
      let message =
        "a fraction of \(JSONNumber(share.fraction).text) of "
        + "\(Spelling.count(rows.count, "row")) is no row"
      throw Failure(finding("empty-part", message, at: [.key(share.part.rawValue)]))
    }
    return split
  }

  /// What to say where the fractions of other parts take all of so many rows.
  func nothingLeft(of rows: Int, for parts: [Part]) -> Diagnostic {
    finding(
      "empty-part",
      "no row is left for training: the fractions take all of \(Spelling.count(rows, "row"))",
      at: [.key((parts.last ?? .train).rawValue)], help: "make them smaller")
  }
}
