import Configuration
import Datasets
import Network

/// Whether the parameters of a file stand for what they were learned for: shapes fit as well where inputs changed their
/// places, or classes their names.
extension PlanChecker {
  /// Warns of the first input, the first category, the first target and the first class that parameters are taken for
  /// from another one.
  func warnOfOtherEncoding(
    of file: Safetensors, _ parameters: InitialParameters, _ ends: LayerEnds, named name: String
  ) {
    guard let there = Self.encoding(of: file) else { return }
    let here = data.encoding
    var differences: [String] = []
    if let here = here as? TableEncoding, let there = there as? TableEncoding {
      if ends.takesFirst, let input = Self.otherInput(here, there) { differences.append(input) }
      if let category = Self.otherCategory(here, there, parameters, ends) {
        differences.append(category)
      }
      if ends.takesLast, let target = Self.otherTarget(here.target, there.target) {
        differences.append(target)
      }
    }
    let (classes, others) = (here.target.answerNames, there.target.answerNames)
    if ends.takesLast, !classes.isEmpty, !others.isEmpty,
      let difference = Self.firstDifference(classes, others, { "class \($0)" })
    {
      differences.append(difference)
    }
    guard !differences.isEmpty else { return }
    warn(
      "initial-parameters",
      "parameters of '\(name)' come to stand for something else: \(differences.joined(separator: "; "))",
      at: ConfigPath.root.key("model").key("initial_parameters"),
      help: "name columns, categories and classes as there, or take other layers only: \"include\"")
  }

  /// What the file says of its inputs and answers; `nil` where it cannot be read.
  static func encoding(of file: Safetensors) -> (any DataEncoding)? {
    guard let json = file.metadata["encoding"] else { return nil }
    var reading = Reading(root: DataEncodings.catalog.codec.form)
    let value = JSONParser.parse(SourceText(name: "encoding", json)).value
    return DataEncodings.catalog.codec.read(value, &reading)
  }

  private static func otherInput(_ here: TableEncoding, _ there: TableEncoding) -> String? {
    if let difference = firstDifference(
      here.features.map(\.name), there.features.map(\.name), { "input \($0)" })
    {
      return difference
    }
    for (own, other) in zip(here.features, there.features) {
      let (kind, otherKind) = (type(of: own).type, type(of: other).type)
      if kind != otherKind { return "'\(own.name)' is a \(kind) here, a \(otherKind) there" }
    }
    return nil
  }

  /// Columns of numbers, or of yes and no; what classes are of one column is told by their names.
  private static func otherTarget(_ here: TargetEncoding, _ there: TargetEncoding) -> String? {
    guard here.answerNames.isEmpty, there.answerNames.isEmpty else { return nil }
    return firstDifference(here.sources, there.sources, { "target \($0)" })
  }

  /// Categories of columns that both have: those with learned vectors where these are taken, others where the first
  /// layer is.
  private static func otherCategory(
    _ here: TableEncoding, _ there: TableEncoding, _ parameters: InitialParameters,
    _ ends: LayerEnds
  ) -> String? {
    for own in here.features {
      guard let other = there.features.first(where: { $0.name == own.name }) else { continue }
      var lists: (own: [String], other: [String])?
      if let own = own as? CategoryFeature, let other = other as? CategoryFeature {
        let isTaken =
          own.dimensions == nil
          ? ends.takesFirst : parameters.takes("\(Network.inputsName).\(own.table ?? own.name)")
        if isTaken { lists = (own.categories, other.categories) }
      } else if let own = own as? CodedFeature, let other = other as? CodedFeature,
        own.kind == .ordinal, other.kind == .ordinal, ends.takesFirst
      {
        lists = (own.categories, other.categories)
      }
      if let lists,
        let difference = firstDifference(
          lists.own, lists.other, { "category \($0) of '\(own.name)'" })
      {
        return difference
      }
    }
    return nil
  }

  /// - Parameter subject: what a name is called by its number from 1 on.
  private static func firstDifference(
    _ here: [String], _ there: [String], _ subject: (Int) -> String
  ) -> String? {
    func name(_ index: Int, _ names: [String]) -> String {
      index < names.count ? "'\(names[index])'" : "none"
    }
    let count = max(here.count, there.count)
    let first = (0..<count).first { name($0, here) != name($0, there) }
    return first.map { "\(subject($0 + 1)) is \(name($0, here)) here, \(name($0, there)) there" }
  }
}
