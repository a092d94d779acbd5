import Configuration
import Datasets

/// What a column of a table holds, gathered row by row in bounded memory.
struct ColumnProfile: Sendable {
  let name: String
  /// Whether the file has no name for it.
  let isUnnamed: Bool
  private(set) var rows = 0
  /// Fields that hold a word for a missing value, by the word.
  private(set) var missingWords: [String: Int] = [:]
  private(set) var numbers = 0
  private(set) var integers = 0
  /// The first of the integers that are codes rather than quantities.
  private(set) var code: CodeNumber?
  private(set) var dates = DateTally()
  /// Fields that are none of these.
  private(set) var texts = 0
  /// How numbers are written.
  let notation: NumberNotation
  private(set) var minimum = Double.infinity
  private(set) var maximum = -Double.infinity
  /// Whether each number is larger than the one before it.
  private(set) var isAscending = true
  /// The different texts and how often each occurs, numbers and times too; the first of very many, without words
  /// that are a missing value in some columns.
  private(set) var labels: [Label] = []
  /// The texts among them that are neither numbers nor times.
  private(set) var otherLabels: Set<String> = []

  struct Label: Sendable {
    let text: String
    var count: Int
  }

  /// Whether words among numbers are names as well: of classes, where they are names in other columns.
  var keepsWords = false

  private var last = -Double.infinity
  private var positions: [Int: Int] = [:]
  /// Hashes of the texts, since the texts of a large file would fill the memory.
  private var hashes: Set<Int> = []
  private var repeated = 0

  /// How many different texts are kept as texts, and how many are told apart at all.
  private static let mostLabels = 1000
  private static let mostHashes = 1 << 16

  init(name: String, isUnnamed: Bool, notation: NumberNotation) {
    self.name = name
    self.notation = notation
    self.isUnnamed = isUnnamed || ColumnReview.isNameOfPandas(name)
  }

  // MARK: - Gathering

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    rows += 1
    let contents = FieldContents(bytes, notation: notation)
    if contents == .missing {
      let word = String(decoding: bytes, as: UTF8.self)
      missingWords[word, default: 0] += 1
      if MissingWords.ambiguous.contains(word) { dates.addOther(bytes) }
      return
    }
    count(bytes, isOther: contents == .text)
    switch contents {
    case .number(let value):
      add(value, bytes)
      dates.addOther(bytes)
    case .date(let readings): dates.add(bytes, readings)
    case .foreignDate: dates.addUnread(bytes)
    case .text:
      texts += 1
      dates.addOther(bytes)
    case .missing: break
    }
  }

  private mutating func add(_ value: Double, _ bytes: UnsafeRawBufferPointer) {
    numbers += 1
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    isAscending = isAscending && value > last
    last = value
    guard value == value.rounded() else { return }
    integers += 1
    code = code ?? CodeNumber(bytes)
  }

  private mutating func count(_ bytes: UnsafeRawBufferPointer, isOther: Bool) {
    let bytes = ClassName.withoutDecimals(bytes)
    let hash = Self.hash(bytes)
    if let position = positions[hash] {
      labels[position].count += 1
      repeated += 1
    } else if !hashes.contains(hash), hashes.count < Self.mostHashes {
      hashes.insert(hash)
      guard labels.count < Self.mostLabels else { return }
      let text = String(decoding: bytes, as: UTF8.self)
      positions[hash] = labels.count
      labels.append(Label(text: text, count: 1))
      if isOther { otherLabels.insert(text) }
    } else if hashes.contains(hash) {
      repeated += 1
    }
  }

  /// By which texts are told apart.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }

  // MARK: - Findings

  enum Kind: Equatable {
    case empty
    case number
    case category
    /// Dates, most of which can be read.
    case time
    /// Dates in a notation that is not read.
    case foreignDate
  }

  /// Whether words that are names elsewhere are missing values here.
  var missesNames: Bool { kind == .number && !keepsWords }

  var missing: Int {
    let missesNames = missesNames
    return missingWords.reduce(0) { sum, word in
      missesNames || !MissingWords.ambiguous.contains(word.key) ? sum + word.value : sum
    } + (missesNames && hasMissingWordsOfItsOwn ? texts : 0)
  }

  /// Rows with a value.
  var present: Int { rows - missing }

  /// As the table reader decides, a number if more than half of the values are, and so with dates.
  var kind: Kind {
    let values = rows - missingWords.values.reduce(0, +)
    let ambiguous = missingWords.filter { MissingWords.ambiguous.contains($0.key) }
    if values == 0 { return ambiguous.isEmpty ? .empty : .category }
    if numbers * 2 > values { return isMixed ? .category : .number }
    guard dates.count * 2 > values else { return .category }
    return dates.unread * 2 > values ? .foreignDate : .time
  }

  /// How many different values there are, counted to 65,536, without texts that count as missing.
  var distinct: Int {
    hashes.count + words.count - (isNumberWithMissingWords ? others.count : 0)
  }

  private var isNumberWithMissingWords: Bool {
    missesNames && hasMissingWordsOfItsOwn
  }

  /// Words that are missing values among numbers only, and names here.
  private var words: [Label] {
    guard kind == .category || keepsWords else { return [] }
    return missingWords.filter { MissingWords.ambiguous.contains($0.key) }.map {
      Label(text: $0.key, count: $0.value)
    }
  }

  /// The same in words.
  var distinctText: String {
    Spelling.grouped(distinct) + (distinct < Self.mostHashes ? "" : " or more")
  }

  /// The values and their frequencies, the most frequent first; `nil` if there are too many to tell.
  var counts: [Label]? {
    labels.count < Self.mostLabels
      ? (labels.filter { !isNumberWithMissingWords || !otherLabels.contains($0.text) } + words)
        .sorted { ($1.count, $0.text) < ($0.count, $1.text) } : nil
  }

  /// Why its dates cannot be read; `nil` if they can, and for a column of something else.
  var dateFault: DateFault? {
    kind == .time || kind == .foreignDate ? dates.fault(present: present) : nil
  }

  var isConstant: Bool { distinct == 1 }
  var isInteger: Bool { numbers > 0 && integers == numbers }

  /// Whether hardly a value occurs twice.
  var isNearlyUnique: Bool { repeated * 20 <= rows && distinct > 1 }

  /// Whether most rows have a value that no row before them has.
  var isMostlyNew: Bool { repeated * 4 <= rows && distinct > 1 }

  /// Whether more than half of the values, as far as they were kept, stand in one row only.
  var isMostlyAlone: Bool { labels.count { $0.count == 1 } * 2 > labels.count }

  /// The words among numbers that would be missing values.
  var ownMissingWords: Set<String> {
    let ambiguous = missingWords.keys.filter(MissingWords.ambiguous.contains)
    return Set(ambiguous).union(hasMissingWordsOfItsOwn ? others.map(\.text) : [])
  }

  /// Whether it is a category of one of these names.
  func hasCategory(among names: Set<String>) -> Bool {
    kind == .category
      && (labels.contains { names.contains($0.text) }
        || missingWords.keys.contains { names.contains($0) })
  }

  /// Texts among numbers, each with the number of rows that hold it.
  var others: [Label] { labels.filter { otherLabels.contains($0.text) } }

  /// Whether the texts among the numbers count as missing: a few that recur, which are words for a missing
  /// value, or very few at all, as typing errors are.
  var hasMissingWordsOfItsOwn: Bool {
    guard numbers > texts, !otherLabels.isEmpty, !isOfFewNames else { return false }
    let others = others
    return others.count <= 3 && others.allSatisfy { $0.count > 1 } || hasStrayTexts
  }

  /// Whether some of them stand in one row only, so that they may be numbers with typing errors.
  var hasStrayTexts: Bool {
    others.count <= 5 && others.contains { $0.count == 1 } && texts * 20 <= numbers
  }

  /// Whether a column that is read as numbers holds names that are numbers more often than not: too many texts
  /// for typing errors, or a word beside a few integers that recur.
  var isMixed: Bool {
    let values = rows - missingWords.values.reduce(0, +)
    guard numbers * 2 > values, !hasMissingWordsOfItsOwn else { return false }
    return texts * 20 > values && otherLabels.count > 3 || isOfFewNames
  }

  private var isOfFewNames: Bool {
    isInteger && hashes.count <= Self.fewNames && hashes.count * 10 <= rows
      && others.contains { $0.count == 1 }
      && otherLabels.allSatisfy { $0.count > 1 && $0.allSatisfy { $0.isLetter || $0 == " " } }
  }

  private static let fewNames = 10

  /// Integers that ascend from row to row, or that differ in a column without a name, as the index of a table
  /// that was shuffled.
  var isRowNumber: Bool {
    guard kind == .number, isInteger, missing == 0 else { return false }
    return isUnnamed ? repeated == 0 : isAscending && rows >= 10
  }

  /// Row numbers that leave none out.
  var isConsecutive: Bool { isRowNumber && maximum - minimum == Double(rows - 1) }

  /// Whether digits stand for a code, as those of a postcode do.
  var isCode: Bool { kind == .number && isInteger && code != nil }
}
