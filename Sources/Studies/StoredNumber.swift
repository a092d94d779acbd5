import GRDB

/// How Optuna stores a value that no column of numbers holds: a number or null, and a word.
struct StoredNumber {
  let value: Double?
  let type: String

  init(_ number: Double) {
    value = number.isFinite ? number : nil
    type =
      number.isNaN ? "NAN" : number.isFinite ? "FINITE" : number < 0 ? "INF_NEG" : "INF_POS"
  }

  /// - Returns: nil for what Optuna does not write.
  static func number(_ value: DatabaseValue, type: DatabaseValue) -> Double? {
    switch String.fromDatabaseValue(type) {
    case "FINITE": Double.fromDatabaseValue(value)
    case "INF_POS": .infinity
    case "INF_NEG": -.infinity
    case "NAN": .nan
    default: nil
    }
  }
}
