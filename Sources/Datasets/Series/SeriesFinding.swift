import Configuration

/// What is wrong with the rows of series, in words; where a file is read as a whole, with how many more
/// there are.
enum SeriesFinding {
  static func missing(_ meaning: String, in column: String, more: Int = 0) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "missing-value",
      "\(meaning) is missing in column '\(column)'" + counted(more, "row"),
      help: "every row of a series has to say where it belongs")
  }

  /// - Parameter order: that in which dates are read.
  static func noTime(
    _ text: String, in column: String, order: DateOrder, more: Int = 0
  ) -> Diagnostic {
    let isOfOtherOrder = DateOrder.allCases.contains {
      $0 != order && DateRecognition.stamp(text, $0) != nil
    }
    let fault = isOfOtherOrder ? "is written in another way than the other times" : "is no time"
    return Diagnostic(
      .error, .data, code: "not-a-time",
      "'\(text.prefix(40))' in column '\(column)' \(fault)" + counted(more, "row"),
      help: "times are written \(TimeStamp.examples)")
  }

  static func otherKind(
    _ text: String, _ kind: TimeFormat.Kind, in column: String, than expected: TimeFormat.Kind,
    of owner: String
  ) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "time-kind",
      "'\(text)' in column '\(column)' is \(kind.name), but \(owner) has \(expected.name)",
      help: "write all times in one way")
  }

  /// A time that does not lie behind the one before it.
  static func disorder(
    _ text: String, after previous: String, isSame: Bool, in column: String, of series: String?,
    more: Int = 0
  ) -> Diagnostic {
    let finding =
      isSame
      ? "'\(text)' in column '\(column)' follows on '\(previous)', the same time"
      : "'\(text)' in column '\(column)' comes after '\(previous)'"
    return Diagnostic(
      .error, .data, code: isSame ? "duplicate-time" : "time-order",
      finding + named(series) + ", but times must ascend" + counted(more, "row"),
      help: series == nil
        ? "sort the rows by time; if they are several series, data.window.group names the column that "
          + "tells them apart"
        : "sort the rows by time" + (isSame ? ", and keep one of those with the same" : ""))
  }

  /// A time that does not follow the one before it by the regular step.
  static func gap(
    _ text: String, after previous: String, distance: String, in column: String,
    of series: String?, step: TimeStep, more: Int = 0, help: String
  ) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "gap",
      "'\(text)' in column '\(column)' is \(distance) after '\(previous)'\(named(series)), but the "
        + "regular step is \(step.text)" + counted(more, "irregular step"),
      help: help)
  }

  /// A regular step that single precision does not hold.
  static func immeasurable(
    _ text: String, after previous: String, in column: String, step: TimeStep
  ) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "time-step",
      "the step from '\(previous)' to '\(text)' in column '\(column)' is too "
        + "\(step.count > 1 ? "large" : "small") for single precision",
      help: "write the times in another unit")
  }

  private static func named(_ series: String?) -> String {
    series.map { " in the series '\($0.prefix(40))'" } ?? ""
  }

  private static func counted(_ more: Int, _ noun: String) -> String {
    more > 0 ? " (and \(Spelling.count(more, "more \(noun)")))" : ""
  }
}

extension Diagnostic {
  func placed(at place: Place?) -> Diagnostic {
    var diagnostic = self
    diagnostic.place = place
    return diagnostic
  }
}
