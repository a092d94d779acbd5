import Configuration
import Datasets

/// The dates of a column, counted by the ways in which they can be read.
struct DateTally: Sendable {
  /// Dates that can be read in the same ways.
  private struct Group {
    let readings: [DateReading]
    var count: Int
    let first: String
  }

  // There are few, since there are few orders and kinds.
  private var groups: [Group] = []
  /// Dates in notations that are not read.
  private(set) var unread = 0
  /// The first of them.
  private(set) var firstUnread: String?
  /// The first field that is no date, in whatever notation, and is not missing.
  private(set) var firstOther: String?

  mutating func add(_ bytes: UnsafeRawBufferPointer, _ readings: [DateReading]) {
    if let index = groups.firstIndex(where: { $0.readings == readings }) {
      groups[index].count += 1
    } else {
      groups.append(
        Group(readings: readings, count: 1, first: String(decoding: bytes, as: UTF8.self)))
    }
  }

  mutating func addUnread(_ bytes: UnsafeRawBufferPointer) {
    unread += 1
    if firstUnread == nil { firstUnread = String(decoding: bytes, as: UTF8.self) }
  }

  mutating func addOther(_ bytes: UnsafeRawBufferPointer) {
    if firstOther == nil { firstOther = String(decoding: bytes, as: UTF8.self) }
  }

  /// Dates in any notation.
  var count: Int { unread + read }
  /// Those that can be read.
  var read: Int { groups.reduce(0) { $0 + $1.count } }

  /// What keeps the dates of a column from being read.
  ///
  /// - Parameter present: how many fields of the column are not missing.
  /// - Returns: `nil` where all are of one order and one kind.
  func fault(present: Int) -> DateFault? {
    if unread * 2 > present { return .unread(firstUnread ?? "") }
    if count < present { return .other(firstOther ?? "", more: present - count - 1) }
    guard let main = groups.flatMap(\.readings).max(by: { total($0) < total($1) }),
      let first = groups.first(where: { $0.readings.contains(main) })?.first
    else { return .unread(firstUnread ?? "") }
    if let other = groups.first(where: { !$0.readings.contains(main) })?.first ?? firstUnread {
      return .several(first, other)
    }
    let isAmbiguous = groups.allSatisfy { $0.readings.count > 1 }
    return isAmbiguous ? .ambiguous(first) : nil
  }

  /// How many can be read in one way.
  private func total(_ reading: DateReading) -> Int {
    groups.reduce(0) { $0 + ($1.readings.contains(reading) ? $1.count : 0) }
  }
}

/// Why a column of dates cannot be read.
enum DateFault: Equatable {
  /// They are in a notation that is not read, such as this one.
  case unread(String)
  /// A field is no date, and so many more.
  case other(String, more: Int)
  /// Two that are written in different ways.
  case several(String, String)
  /// Whether the day or the month comes first, no row tells.
  case ambiguous(String)

  /// What is wrong with the column that is called "it".
  var reason: String {
    switch self {
    case .unread: "it holds dates in a notation that is not read"
    case .other(let text, let more):
      "'\(text.prefix(40))' among its dates is none"
        + (more > 0 ? " (and \(Spelling.count(more, "more field")))" : "")
    case .several(let first, let second):
      "its dates are of several kinds, as '\(first)' and '\(second)'"
    case .ambiguous(let text):
      "whether '\(text)' has the day or the month first, no row tells"
    }
  }

  /// - Parameter column: its name.
  func help(_ column: String) -> String {
    switch self {
    case .unread(let text): "write '\(text)' as year-month-day, as in 2023-12-31"
    case .other:
      "if it marks a missing value, add it to data.missing.tokens and take the column out of "
        + "data.ignore"
    case .several: "write all of them in one way"
    case .ambiguous:
      "take it out of data.ignore, and write \(DateRecognition.settingOfOrder(for: column))"
    }
  }
}
