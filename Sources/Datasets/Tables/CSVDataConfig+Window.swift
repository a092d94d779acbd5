import Configuration

extension CSVDataConfig {
  /// Reports what contradicts the order of rows in a window.
  func validateWindow(_ json: JSONValue, _ reading: inout Reading) {
    for (key, part) in [("validation", validation), ("test", test)] {
      guard part?.share?.isStratified == true else { continue }
      reading.report(
        code: "contradiction",
        "'stratify' contradicts 'window', whose parts are divided by time",
        at: json[key]?["stratify"]?.location, help: "remove it")
    }
    guard window?.gaps == nil || window?.gaps == .error else { return }
    let help =
      window?.time == nil
      ? "fill the values in, or name the column of times in data.window, by which gaps can be told"
      : "fill the values in, or let \"gaps\": \"split\" or \"ignore\" in data.window say "
        + "what becomes of the gap"
    if missing.strategy == .dropRow {
      let place = json["missing"]?["strategy"]?.location ?? json["missing"]?.location
      reading.report(
        code: "contradiction", "\"drop_row\" would leave gaps in the windows", at: place, help: help
      )
    }
    for (name, column) in columns.sorted(by: { $0.key < $1.key })
    where column.missing?.strategy == .dropRow {
      let settings = json["columns"]?[name]?["missing"]
      reading.report(
        code: "contradiction", "\"drop_row\" would leave gaps in the windows",
        at: settings?["strategy"]?.location ?? settings?.location, help: help)
    }
  }
}
