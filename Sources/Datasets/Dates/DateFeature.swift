import Configuration
import Glibc

/// A date, perhaps with a time; inputs for each of its parts.
package struct DateFeature: FeatureEncoding {
  package static let type = "datetime"
  package static let summary = "A date or a time, in parts."

  /// A part that is a number, scaled.
  package struct PartScale: ConfigObject {
    package var scale = Scale.identity

    package init() {}

    init(_ scale: Scale) { self.scale = scale }

    package static let keys: [Key<Self>] = [
      .number("offset", \.scale.offset, help: "Subtracted from the number."),
      .number("divisor", \.scale.divisor, help: "Divides the difference."),
    ]
  }

  package var name = ""
  package var order = DateOrder.yearFirst
  package var kind = TimeFormat.Kind.date
  package var parts: [DatePart] = []
  package var encoding = DatePartEncoding.cyclic
  /// The first day of the training part, as days since 1970.
  package var origin = 0
  /// Of the parts that are numbers, in their order.
  package var scales: [PartScale] = []
  /// What stands in for a missing date, as days since 1970; `nil` makes it an error.
  package var missingValue: Double?
  package var hasIndicator = false

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("name", \.name, .string(), help: "The column."),
    Key("order", \.order, .choice, help: "The order of day, month and year."),
    Key("kind", \.kind, .choice, help: "Whether there is a day and a time."),
    Key("parts", \.parts, .list(.choice, atLeast: 1), help: "In the order of the inputs."),
    Key("encoding", \.encoding, .choice, help: "How parts that come back become inputs."),
    Key(
      "origin", \.origin, .integer(in: .between(-1_000_000, 3_000_000)),
      help: "The day that days are counted from, as days since 1970."),
    Key("scales", \.scales, .list(.object()), help: "Of the parts that are numbers."),
    .number("missing_value", \.missingValue, help: "Stands in for a missing date."),
    .boolean("indicator", \.hasIndicator, help: "Whether a last input says that it is missing."),
  ]

  package var standsInForMissing: Bool { missingValue != nil }

  /// Whether a part is one scaled number.
  func isNumber(_ part: DatePart) -> Bool { part.cycle == nil || encoding == .number }

  private func width(of part: DatePart) -> Int {
    guard let cycle = part.cycle else { return 1 }
    return switch encoding {
    case .cyclic: 2
    case .number: 1
    case .oneHot: cycle.count
    }
  }

  package var width: Int { parts.reduce(hasIndicator ? 1 : 0) { $0 + width(of: $1) } }

  /// What each input means, and how its number is scaled.
  package var inputs: [(name: String, scale: Scale)] {
    var scales = self.scales.makeIterator()
    return parts.flatMap { part -> [(name: String, scale: Scale)] in
      let name = "\(self.name) \(part.rawValue)"
      if isNumber(part) { return [(name, scales.next()?.scale ?? .identity)] }
      guard encoding == .oneHot, let cycle = part.cycle else {
        return [("\(name) sine", .identity), ("\(name) cosine", .identity)]
      }
      return (0..<cycle.count).map { ("\(name)=\(cycle.first + $0)", .identity) }
    } + (hasIndicator ? [("\(name) is missing", .identity)] : [])
  }

  /// Why the feature of a model file cannot be; `nil` if it is sound.
  package var problem: String? {
    if Set(parts).count < parts.count { return "a date has a part twice" }
    if scales.count != parts.count(where: isNumber) { return "its scales do not fit its dates" }
    if scales.contains(where: { $0.scale.divisor == 0 }) { return "a scale divides by zero" }
    return nil
  }

  /// - Parameter moment: `nil` where the date is missing.
  func encode(_ moment: ClockTime?, into inputs: UnsafeMutablePointer<Float>) {
    inputs.update(repeating: 0, count: width)
    if hasIndicator, moment == nil { inputs[width - 1] = 1 }
    guard let moment = moment ?? standIn else { return }
    var input = inputs
    var scales = self.scales.makeIterator()
    for part in parts {
      let value = part.value(of: moment, origin: origin)
      if let cycle = part.cycle, encoding != .number {
        let place = value - Double(cycle.first)
        if encoding == .oneHot {
          input[Int(place)] = 1
        } else {
          let angle = 2 * Double.pi * place / Double(cycle.count)
          input[0] = Float(sin(angle))
          input[1] = Float(cos(angle))
        }
      } else {
        input.pointee = (scales.next()?.scale ?? .identity).encode(value)
      }
      input += width(of: part)
    }
  }

  private var standIn: ClockTime? {
    // That of a hostile model may be anything.
    missingValue.map {
      ClockTime(
        shown: Int(
          (min(max($0, -700_000), 2_900_000) * Double(TimeValue.microsecondsPerDay)).rounded()))
    }
  }

  /// Reads a field as training did.
  ///
  /// - Returns: `nil` if it is no date of this kind.
  func moment(_ text: UnsafeRawBufferPointer) -> ClockTime? {
    guard let stamp = TimeStamp.parseDate(text, order: order), stamp.format.kind == kind else {
      return nil
    }
    return ClockTime(stamp)
  }

  package func moment(_ text: String) -> ClockTime? {
    var text = text
    return text.withUTF8 { moment(UnsafeRawBufferPointer($0)) }
  }

  /// What to say of a field that is no such date.
  func mismatch(_ text: String, more: Int = 0) -> Diagnostic {
    Diagnostic(
      .error, .data, code: "not-a-date",
      "'\(text.prefix(40))' in column '\(name)' is not \(kind.name) as in the training part"
        + (more > 0 ? " (and \(Spelling.count(more, "more row")))" : ""))
  }
}
