import Configuration

/// How much the examples of each class weigh in a loss, as configured.
package enum ClassWeights: Sendable {
  /// n / (classes · examples of the class), so that every class weighs the same as a whole (King and
  /// Zeng 2001; scikit-learn's `balanced`).
  case balanced
  /// By label; labels that are left out weigh 1.
  case byLabel([String: Double])

  /// The labels that were named and are no classes, in the order of their names.
  package func unknownLabels(classes: [String]) -> [String] {
    guard case .byLabel(let weights) = self else { return [] }
    return weights.keys.filter { label in !classes.contains { Self.names(label, $0) } }.sorted()
  }

  /// Whether a label is that of a class: of a whole number however many zeros stand behind its point.
  private static func names(_ label: String, _ name: String) -> Bool {
    guard label != name else { return true }
    guard Int(name) != nil, label.hasPrefix(name + ".") else { return false }
    let decimals = label.dropFirst(name.count + 1)
    return !decimals.isEmpty && decimals.allSatisfy { $0 == "0" }
  }

  /// One weight a class.
  ///
  /// - Parameters:
  ///   - classes: the labels in the order of the outputs.
  ///   - counts: the training examples of each, or what they weigh.
  package func resolved(classes: [String], counts: [Double]) -> [Float] {
    switch self {
    case .byLabel(let weights):
      return classes.map { name in
        let other = weights.keys.sorted().first { Self.names($0, name) }
        let weight = Float(weights[name] ?? other.flatMap { weights[$0] } ?? 1)
        // One over a subnormal number is infinite.
        return weight.isNormal ? weight : 0
      }
    case .balanced:
      let examples = counts.reduce(0, +)
      return counts.map { count in
        let weight = count > 0 ? Float(examples / (Double(counts.count) * count)) : 0
        return weight.isFinite ? weight : 0
      }
    }
  }
}

extension Codec where Value == ClassWeights {
  fileprivate static var classWeights: Codec {
    let name = "balanced"
    let weight = Codec<Double>.number(in: .between(0, 1e9))
    let weights = Codec<[String: Double]>.map(of: "label", weight)
    let form = Form.either([.choice([name]), .map(of: "label", weight.form, atLeast: 1)])
    return Codec(
      form: form,
      read: { json, reading in
        if json.string == name { return .balanced }
        guard let members = json.members else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        if members.isEmpty {
          reading.report(
            code: "too-few", "'\(reading.path.name)' needs at least 1 label", at: json.location,
            help: "write \"\(name)\", or a weight for a label")
          return nil
        }
        return weights.read(json, &reading).map { .byLabel($0) }
      },
      write: { value in
        switch value {
        case .balanced: .string(name)
        case .byLabel(let values): weights.write(values)
        }
      })
  }
}

/// A loss of classes that may weigh them differently. The mean over examples is then
/// `Σ loss / Σ weight`, as PyTorch takes it.
package protocol ClassWeightedLoss: Loss {
  var classWeights: ClassWeights? { get set }
  var weights: [Float] { get set }
}

extension ClassWeightedLoss {
  package func resolved(classes: [String], counts: [Double]) -> any Loss {
    var loss = self
    loss.weights = classWeights?.resolved(classes: classes, counts: counts) ?? []
    return loss
  }
}

extension Key where Root: ClassWeightedLoss {
  static var classWeights: Key {
    Key(
      "class_weights", \.classWeights, .classWeights,
      synonyms: ["class_weight", "weight", "weights", "pos_weight"],
      help:
        "How much the examples of each class weigh: by label (1 where left out), or balanced, which makes all classes weigh the same as a whole; the loss is the weighted mean.",
      guidance: .choice(
        """
        balanced where a rare class counts as much as the frequent ones: its recall rises \
        and its precision falls. Weights by label where mistakes have known costs. Neither \
        where the accuracy or true probabilities count.
        """,
        typical: "Left out; balanced where one class is more than ten times rarer than another.",
        example: #""class_weights": "balanced""#))
  }
}
