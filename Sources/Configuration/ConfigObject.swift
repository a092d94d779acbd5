/// A configuration object: a Swift type whose keys are declared in one table.
///
/// The defaults are those of `init()`, stated once, at the properties.
package protocol ConfigObject: Sendable {
  init()
  static var keys: [Key<Self>] { get }
  /// Keys of other programs that are no other name of a key here.
  static var foreignKeys: [String: ForeignKey] { get }

  /// Reports values that contradict each other; single values were checked by their keys.
  ///
  /// - Parameter json: the object as written, for the places of its members.
  func validate(_ json: JSONValue, _ reading: inout Reading)
}

extension ConfigObject {
  package static var foreignKeys: [String: ForeignKey] { [:] }

  package func validate(_ json: JSONValue, _ reading: inout Reading) {}

  /// Every key with its value: what the resolved configuration shows.
  package var resolvedMembers: [JSONMember] {
    Self.keys.compactMap { key in key.write(self).map { JSONMember(key.name, $0) } }
  }

  package var json: JSONValue { .object(resolvedMembers) }

  /// Reads the members of an object and reports every unknown, misplaced and missing key.
  ///
  /// - Parameters:
  ///   - json: the object itself, for the place of a missing key.
  ///   - tag: a key that chose this type and is read already.
  ///   - title: what to call the object in messages, if not by its path.
  package static func read(
    _ members: [JSONMember], of json: JSONValue, _ reading: inout Reading, tag: String? = nil,
    title: String? = nil
  ) -> Self {
    var value = Self()
    let findings = reading.findingCount
    // Keys that are there under a wrong name are not missing besides.
    var meant: Set<String> = []
    for member in members where member.key != tag {
      if let key = keys.first(where: { $0.name == member.key }) {
        reading.within(.key(member.key)) { key.read(member.value, &value, &$0) }
      } else if let name = reading.reportUnknownKey(
        member, among: keys.map { $0.keyForm() }, foreign: foreignKeys, title: title)
      {
        meant.insert(name)
      }
    }
    for key in keys where key.isRequired && !meant.contains(key.name) {
      guard !members.contains(where: { $0.key == key.name }) else { continue }
      reading.reportMissingKey(key.name, help: key.help, in: json)
    }
    // What was not understood would contradict anything.
    if reading.findingCount == findings { value.validate(json, &reading) }
    return value
  }
}

extension Reading {
  fileprivate mutating func reportMissingKey(_ name: String, help: String, in json: JSONValue) {
    guard !isTruncated else { return }
    report(
      code: "missing-key", "\(path.name) lacks the key '\(name)'", at: json.location?.opening,
      help: help.prefix(1).lowercased() + help.dropFirst())
  }

  /// Reports a key that does not exist here, with what was probably meant: that of another program, a synonym, a
  /// misspelt key of this object, the same key at another level, or what is similar here or elsewhere.
  ///
  /// - Returns: the key of this object that was probably meant.
  mutating func reportUnknownKey(
    _ member: JSONMember, among keys: @autoclosure () -> [KeyForm], foreign: [String: ForeignKey],
    title: String?
  ) -> String? {
    // Nobody reads thousands of suggestions, and each takes time.
    guard keepsFindings else {
      report(code: "unknown-key", "unknown key", at: nil)
      return nil
    }
    let keys = keys()
    let here = title ?? path.name
    let name = member.key
    let names = keys.map(\.name)
    let nearest = Spelling.nearest(to: name, among: names)
    var meant: String?
    var help: String?
    if let key = foreign[name.lowercased()] {
      help = key.advice(member.value)
    } else if let key = keys.first(where: { $0.isCalled(name) }) {
      meant = key.name
    } else if nearest == nil, let quoted = quotedPath(of: member) {
      help = WrittenPath.help(quoting: quoted)
    } else if let misspelt = Spelling.misspelt(name, among: names) {
      meant = misspelt
    } else if let elsewhere = atlas.homes(of: name, near: path) {
      help = "'\(name)' belongs to \(elsewhere)"
    } else if let nearest {
      meant = nearest
    } else if let (nearest, elsewhere) = atlas.nearest(to: name, near: path) {
      help = "did you mean '\(nearest)', which belongs to \(elsewhere)?"
    } else {
      help = names.isEmpty ? "it takes no keys" : "allowed here: \(names.joined(separator: ", "))"
      if let elsewhere = atlas.sections(of: name) {
        help?.append("; '\(name)' belongs to \(elsewhere)")
      }
    }
    report(
      code: "unknown-key", "unknown key '\(name)' in \(here)", at: member.keyLocation,
      help: help ?? meant.map { "did you mean '\($0)'?" })
    return meant
  }

  /// The path of an override that was meant by one whose dots divide a name.
  private func quotedPath(of member: JSONMember) -> ConfigPath? {
    // A name that was taken apart has a setting behind it, or the short form of one.
    guard member.keyLocation?.source.name == Override.sourceName,
      member.value.members?.count == 1 || member.value.string != nil
    else { return nil }
    var steps = path.steps + [.key(member.key)]
    var value = member.value
    // Objects on the way of an override have one member.
    while let members = value.members, members.count == 1, let next = members.first {
      steps.append(.key(next.key))
      value = next.value
    }
    return root.joined(ConfigPath(steps: steps))
  }
}
