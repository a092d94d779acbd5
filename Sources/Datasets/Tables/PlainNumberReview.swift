import Configuration

/// Looks for columns that became categories since their numbers are plain and a setting says that they are not.
struct PlainNumberReview {
  /// A setting, and the columns of plain numbers that it holds for.
  private struct Mistake {
    /// Of all columns, or of one.
    let path: [ConfigPath.Step]
    var columns: [String]
    let example: String
    /// Whether the points may also stand between thousands.
    let mayBeThousands: Bool
  }

  private var mistakes: [Mistake] = []
  private let context: DataContext

  /// One in so many different texts may be no number all the same.
  private static let tolerance = 10
  /// How many texts of a column are looked at.
  private static let sample = 200

  /// - Parameter used: the columns whose contents tell what they are.
  init(_ config: CSVDataConfig, used: [String], _ table: LoadedTable, context: DataContext) {
    self.context = context
    // With signs and thousands alone plain numbers are read all the same.
    for name in used where config.columns[name]?.type == nil {
      let notation = config.notation(of: name)
      guard notation.decimal == .comma,
        case .category(_, let labels) = table.column(name).contents,
        Self.arePlain(labels), DateRecognition(labels) == nil
      else { continue }
      let isOwn = config.columns[name]?.decimal != nil
      let path: [ConfigPath.Step] =
        isOwn ? [.key("columns"), .key(name), .key("decimal")] : [.key("decimal")]
      if let index = mistakes.firstIndex(where: { $0.path == path }) {
        mistakes[index].columns.append(name)
        continue
      }
      let thousands = NumberNotation(decimal: .comma, thousands: .point)
      mistakes.append(
        Mistake(
          path: path, columns: [name], example: labels.first ?? "",
          mayBeThousands: notation.thousands == nil
            && labels.prefix(Self.sample).allSatisfy { thousands.reads($0) }))
    }
  }

  private static func arePlain(_ labels: [String]) -> Bool {
    let texts = labels.prefix(sample)
    let others = texts.count { !NumberNotation.plain.reads($0) }
    return !texts.isEmpty && others * tolerance <= texts.count
  }

  var warnings: [Diagnostic] {
    mistakes.map { mistake in
      let names = Spelling.shortened(mistake.columns.map { "\"\($0)\"" })
      let isOne = mistake.columns.count == 1
      return context.finding(
        "number-notation",
        "\(isOne ? "column" : "columns") \(names) \(isOne ? "is" : "are") read as \(isOne ? "a category" : "categories"), since plain numbers such as '\(mistake.example)' are none with a decimal comma",
        at: mistake.path, help: Self.advice(on: mistake), severity: .warning)
    }
  }

  /// What to do about the setting that makes a column a category.
  func advice(for name: String) -> String? {
    mistakes.first { $0.columns.contains(name) }.map { Self.advice(on: $0) }
  }

  private static func advice(on mistake: Mistake) -> String {
    let member = "\"decimal\": \",\""
    let thousands =
      mistake.mayBeThousands ? "; write \"thousands\": \".\" beside it if points stand there" : ""
    guard mistake.path.count == 1 else { return "remove \(member)\(thousands)" }
    return "remove \(member), or say it for the columns that need it: "
      + "\"columns\": {\"…\": {\(member)}}\(thousands)"
  }
}
