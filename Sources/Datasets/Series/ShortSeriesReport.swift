import Configuration

/// Words what is to be said of series that give no window to a part.
struct ShortSeriesReport {
  struct Series {
    let name: String?
    /// Those in the part.
    let rows: Int
    let hasWindow: Bool
  }

  struct Finding {
    let severity: Diagnostic.Severity
    let code: String
    let message: String
    /// The key of the window that it is about.
    let key: String
  }

  let window: WindowConfig
  let part: Part
  /// The file that is the part as a whole; `nil` if it is a fraction of the training file.
  let file: String?
  /// In the order of the file.
  let series: [Series]

  /// An error if no series gives a window, a warning if some do not.
  var finding: Finding? {
    let short = series.filter { !$0.hasWindow }
    guard let first = short.first else { return nil }
    guard short.count < series.count else {
      let rows = short.reduce(0) { max($0, $1.rows) }
      let size =
        series.count == 1
        ? "it has \(Spelling.count(rows, "row"))"
        : "no series has more than \(Spelling.count(rows, "row")) there"
      return Finding(
        severity: .error, code: "no-window",
        message: "no window fits into \(partName): \(size), but \(need(rows))", key: key(rows))
    }
    return Finding(
      severity: .warning, code: "short-series",
      message:
        "\(Spelling.grouped(short.count)) of \(Spelling.grouped(series.count)) series \(short.count == 1 ? "has" : "have") no window in \(partName)"
        + (part == .train ? " and \(short.count == 1 ? "is" : "are") left out" : "")
        + "; the first, '\(first.name ?? "")', has \(Spelling.count(first.rows, "row")), but "
        + need(first.rows),
      key: key(first.rows))
  }

  private var partName: String {
    if let file { return Spelling.file(file) }
    return part == .train ? "the training part" : "the \(part.rawValue) part"
  }

  /// Inputs of a fraction reach back into the part before it.
  private var reachesBack: Bool { file == nil && part != .train }

  private func key(_ rows: Int) -> String { rows < window.horizon ? "horizon" : "length" }

  /// What so many rows lack.
  private func need(_ rows: Int) -> String {
    let whole = Spelling.grouped(window.rowsPerExample)
    if rows >= (reachesBack ? window.horizon : window.rowsPerExample) {
      return "nowhere do \(whole) follow each other without a gap"
    }
    let horizon = "a horizon of \(Spelling.grouped(window.horizon))"
    if reachesBack { return "\(horizon) needs as many" }
    return "a length of \(Spelling.grouped(window.inputRows)) and \(horizon) need \(whole)"
  }
}
