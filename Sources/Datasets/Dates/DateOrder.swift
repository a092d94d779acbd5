/// In which order a date has its parts.
package enum DateOrder: String, CaseIterable, Sendable {
  /// `2024-01-31`, `2024/01/31`, or the month `2024-01`.
  case yearFirst = "year_first"
  /// `31.01.2024`, `31/1/2024`, `31-01-2024`.
  case dayFirst = "day_first"
  /// `01/31/2024`, `1-31-2024`.
  case monthFirst = "month_first"
}
