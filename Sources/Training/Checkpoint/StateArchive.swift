import Configuration

/// Something that changes while a run goes on and that its next iterations depend on.
///
/// One method names each value once for both directions, so that what is held and what is saved cannot
/// drift apart.
package protocol RunState {
  /// Shows each value to the archive, which takes it down, or replaces it by the one that it has.
  mutating func exchange(_ archive: inout StateArchive)
}

/// The values of a run by their names: taken from where they live, or put back there.
///
/// Numbers and short lists go to a JSON object, long arrays to tensors of their own.
package struct StateArchive {
  /// An array where it lives; it has to stay there until it was copied.
  struct Tensor {
    let name: String
    let type: Safetensors.ElementType
    let bytes: UnsafeRawBufferPointer
  }

  private enum Direction {
    case saving
    case restoring(Safetensors, state: JSONValue)
    case listing
    case placing
  }

  private var direction: Direction
  private var prefix = ""
  private var members: [JSONMember] = []
  private(set) var tensors: [Tensor] = []
  /// The first value that was missing or of another kind.
  private(set) var problem: String?
  /// What is listed, or to be placed from `next` on.
  private var numbers: [Double] = []
  private var next = 0

  /// An archive that takes values down.
  package init() { direction = .saving }

  /// An archive that puts values back.
  ///
  /// - Parameter state: the numbers, as `state` gave them.
  init(restoring file: Safetensors, state: JSONValue) {
    direction = .restoring(file, state: state)
  }

  private var isOfNumbers: Bool {
    switch direction {
    case .listing, .placing: true
    case .saving, .restoring: false
    }
  }

  var isRestoring: Bool {
    if case .restoring = direction { true } else { false }
  }

  /// All numbers of something that has no arrays, in the order in which it names them.
  static func numbers(of state: any MetricAccumulator) -> [Double] {
    var archive = StateArchive()
    archive.direction = .listing
    state.exchange(&archive)
    return archive.numbers
  }

  /// Puts numbers where `numbers(of:)` of something alike took them from.
  static func put(_ numbers: [Double], into state: any MetricAccumulator) {
    var archive = StateArchive()
    archive.direction = .placing
    archive.numbers = numbers
    state.exchange(&archive)
  }

  /// The numbers and lists that were taken down.
  package var state: JSONValue { .object(members) }

  /// Gives the values of a part names of their own.
  mutating func within(_ name: String, _ body: (inout Self) -> Void) {
    let outer = prefix
    prefix += name + "."
    defer { prefix = outer }
    body(&self)
  }

  // MARK: - Numbers

  /// A count, from which a run can count on.
  mutating func value(_ name: String, _ value: inout Int) {
    exchange(name, &value, write: { .integer($0) }, read: Self.count)
  }

  mutating func value(_ name: String, _ value: inout Bool) {
    exchange(name, &value, write: { .boolean($0) }, read: \.boolean)
  }

  mutating func value(_ name: String, _ value: inout Double) {
    switch direction {
    case .listing: return numbers.append(value)
    case .placing:
      value = numbers[next]
      next += 1
      return
    case .saving, .restoring: break
    }
    exchange(name, &value, write: Self.json, read: Self.double)
  }

  mutating func value(_ name: String, _ value: inout Int?) {
    exchange(
      name, &value, write: { $0.map { .integer($0) } ?? .null },
      read: { json in
        if case .null = json.kind { return .some(nil) }
        return Self.count(json).map { .some($0) }
      })
  }

  /// A list of a fixed length.
  mutating func values(_ name: String, _ values: inout [Double]) {
    if isOfNumbers {
      for index in values.indices { value(name, &values[index]) }
      return
    }
    let count = values.count
    exchange(
      name, &values, write: { .array($0.map(Self.json)) },
      read: { json in
        let found = json.items?.compactMap(Self.double)
        return found?.count == count && json.items?.count == count ? found : nil
      })
  }

  private mutating func exchange<Value>(
    _ name: String, _ value: inout Value, write: (Value) -> JSONValue,
    read: (JSONValue) -> Value?
  ) {
    let name = prefix + name
    switch direction {
    case .listing, .placing: preconditionFailure("'\(name)' is no number that ranks add up")
    case .saving:
      members.append(JSONMember(name, write(value)))
    case .restoring(_, let state):
      guard let found = state[name].flatMap(read) else {
        return note("'\(name)' is missing or cannot be")
      }
      value = found
    }
  }

  /// The shortest digits that give the very number again; what is not finite is a word.
  private static func json(_ value: Double) -> JSONValue {
    value.isFinite
      ? JSONValue(.number(JSONNumber(text: value.description, value: value)))
      : .string(value.description)
  }

  private static func double(_ json: JSONValue) -> Double? {
    json.double ?? json.string.flatMap { Double($0) }
  }

  private static func count(_ json: JSONValue) -> Int? {
    json.integer.flatMap { 0...Int.max / 2 ~= $0 ? $0 : nil }
  }

  // MARK: - Arrays

  mutating func array(_ name: String, _ values: UnsafeMutableBufferPointer<Float>) {
    exchange(name, UnsafeMutableRawBufferPointer(values), .float)
  }

  mutating func array(_ name: String, _ values: UnsafeMutableBufferPointer<UInt32>) {
    exchange(name, UnsafeMutableRawBufferPointer(values), .word)
  }

  private mutating func exchange(
    _ name: String, _ bytes: UnsafeMutableRawBufferPointer, _ type: Safetensors.ElementType
  ) {
    let name = prefix + name
    switch direction {
    case .listing, .placing: preconditionFailure("'\(name)' is no number that ranks add up")
    case .saving:
      tensors.append(Tensor(name: name, type: type, bytes: UnsafeRawBufferPointer(bytes)))
    case .restoring(let file, _):
      guard let tensor = file.tensors.first(where: { $0.name == name }), tensor.type == type,
        tensor.range.count == bytes.count
      else { return note("the array '\(name)' is missing or of another size") }
      file.copyBytes(of: tensor, to: bytes)
    }
  }

  /// Remembers why the values cannot be put back, unless there is a reason already.
  mutating func note(_ problem: String) { self.problem = self.problem ?? problem }
}
