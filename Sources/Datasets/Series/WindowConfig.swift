import Configuration

/// A table as time series: the inputs of an example are a run of rows, its targets those that follow.
package struct WindowConfig: ConfigObject {
  /// Rows of inputs.
  package var length: Int?
  /// Rows of targets behind them.
  package var horizon = 1
  /// Rows from the start of a window to that of the next.
  package var stride = 1
  package var time: String?
  package var group: String?
  /// `nil` stands for `error` where there is a time column; without one no gap can be seen.
  package var gaps: GapPolicy?

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "length", \.length, in: rows, required: true,
      synonyms: [
        "sequence_length", "lookback", "look_back", "steps", "timesteps", "time_steps",
        "window_size",
        "size", "input_length", "context_length", "lags",
      ],
      help: "Rows of inputs: the length of the sequence that the network sees.",
      guidance: .amount(
        tooLow: """
          What the next rows depend on lies outside: the loss is hardly better than that of \
          the last value.
          """,
        tooHigh: """
          Fewer windows and longer training; a recurrent layer no longer reaches the first \
          rows.
          """,
        typical: "One or two seasons: 24 to 48 hours, 7 to 56 days, 12 to 24 months.",
        example: #""length": 48"#)),
    .integer(
      "horizon", \.horizon, in: rows,
      synonyms: [
        "forecast_horizon", "prediction_length", "output_length", "forecast_length", "steps_ahead",
        "lookahead", "ahead",
      ],
      help: "Rows behind them whose targets are predicted.",
      guidance: .amount(
        tooLow: "The forecast ends before it is needed.",
        tooHigh: """
          The far rows can hardly be known: their errors rule the loss, and the near ones get \
          worse.
          """,
        typical: "1 for the next row; up to one season.",
        example: #""length": 48, "horizon": 24"#)),
    .integer(
      "stride", \.stride, in: rows, synonyms: ["step", "shift", "hop", "sampling_rate"],
      help: "Rows from the start of a window to that of the next, in every part.",
      guidance: .amount(
        tooLow: """
          At 1 windows share nearly all rows: an epoch takes long and hardly learns more than \
          every second would teach.
          """,
        tooHigh: "Few examples are left, and the network sees only some phases of the season.",
        typical: "1; length for stateful layers and for long series.",
        example: #""length": 48, "stride": 24"#)),
    Key(
      "time", \.time, .string("a column"),
      synonyms: ["date", "datetime", "timestamp", "time_column", "date_column", "ds"],
      help:
        "The column of numbers, months, dates or dates with times that has to ascend within each series.",
      guidance: .choice(
        """
        Name it wherever there is one: gaps and rows in the wrong order are then found, and \
        forecasts have their dates.
        """,
        typical: "date, timestamp, ds.",
        example: #""length": 48, "time": "date""#)),
    Key(
      "group", \.group, .string("a column"),
      synonyms: ["groups", "id", "ids", "group_by", "group_id", "series", "unique_id", "item_id"],
      help: "The column that tells several series of a file apart; their rows may be interleaved.",
      guidance: .choice(
        """
        Several series in one file, as of shops or sensors: without it, windows reach from \
        the end of one into the next.
        """,
        typical: "store, sensor, unique_id.",
        example: #""length": 48, "group": "store""#)),
    Key(
      "gaps", \.gaps, .choice, synonyms: ["gap", "on_gap", "missing_times"],
      help:
        "What becomes of irregular steps of time: an error (the default), split (no window reaches over one), or ignore.",
      guidance: .choice(
        """
        error to learn of them; split where recordings broke off; ignore where a few rows \
        are missing of many, or weekends always.
        """,
        typical: "error at first, then split.",
        example: #""length": 48, "time": "date", "gaps": "split""#)),
  ]

  /// The bound keeps sums and products of a hostile model's numbers in range.
  static let rows = Bounds.between(1, 1_000_000)

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard gaps != nil, time == nil else { return }
    reading.report(
      code: "contradiction", "'gaps' has no effect without a 'time' column to see them by",
      at: json["gaps"]?.location, help: "name the column in 'time', or remove 'gaps'")
  }

  /// Rows of inputs; of a section that lacks them, as few as there can be.
  var inputRows: Int { length ?? 1 }
  /// Rows that one example takes.
  var rowsPerExample: Int { inputRows + horizon }

  static let codec = Codec<WindowConfig>.object().suggesting { json in
    json.integer.flatMap { $0 > 0 ? "write {\"length\": \($0)}" : nil }
  }
}

/// What becomes of steps of time that are not the regular one.
package enum GapPolicy: String, CaseIterable, Sendable {
  /// The first one is an error.
  case error
  /// No window reaches over one.
  case split
  /// Rows follow each other as they stand.
  case ignore
}
