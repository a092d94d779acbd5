import Foundation
import TestSupport

/// A small configuration of series.
enum SeriesSample {
  /// A daily series with a wave in it, and a column that leads it by a day.
  static func csv(days: Int = 60, from first: Int = 1) -> String {
    "date,lead,level\n"
      + (first..<first + days).map { "\(date($0)),\(level($0 + 1)),\(level($0))\n" }.joined()
  }

  /// In thousands, so that scaling shows.
  static func level(_ day: Int) -> Double {
    (5000 + 1000 * sin(Double(day) / 3)).rounded()
  }

  /// The day so many days after the last of 2019.
  static func date(_ day: Int) -> String {
    var rest = day
    for (month, days) in [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
      if rest <= days { return "2020-" + padded(month + 1) + "-" + padded(rest) }
      rest -= days
    }
    return "2021-01-" + padded(rest)
  }

  private static func padded(_ number: Int) -> String {
    (number < 10 ? "0" : "") + String(number)
  }

  /// A configuration that trains on `data.csv` beside it; its data section has a line of its own, the
  /// window another one.
  static func config(
    window: String = #""length": 8, "time": "date""#, data: String = #""target": "level""#,
    layers: String = #"{"type": "gru", "units": 6}, {"type": "dense"}"#, training: String = ""
  ) -> String {
    """
    {
      "name": "series",
      "data": {
        "train": "data.csv", \(data),
        "window": {\(window)}
      },
      "model": {"layers": [\(layers)]},
      "training": {
        "epochs": 8, "batch_size": 8,
        "optimizer": {"type": "adam", "learning_rate": 0.01}\(training)
      }
    }
    """
  }

  static func workspace(csv: String = SeriesSample.csv(), config: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    try workspace.write("config.json", config)
    return workspace
  }
}
