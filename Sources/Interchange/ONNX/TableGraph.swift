import Configuration
import Datasets
import Network
import Numerics

/// Writes how the columns of a table become the inputs of a network.
///
/// Each column is an input of the model under its name: numbers as `double`, of which NaN is a missing one, and texts
/// as they stand in a file, without blanks around them. Shapes: `batch × 1`, or `batch × length` in models of series.
struct TableGraph {
  var graph: Graph
  let encoding: TableEncoding
  /// The vectors of categories by the name of their table: `categories × dimensions`.
  let vectors: (_ table: String) -> (values: [Float], shape: Shape)?

  /// Texts that are missing values, as a set that keeps its order.
  private var missingTokens: [String] {
    encoding.missingTokens.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private var length: Int { encoding.window?.length ?? 1 }
  private var isSeries: Bool { encoding.window != nil }

  /// What has been read of the columns.
  struct Inputs {
    /// What the first layer sees, `batch × inputs` or `batch × length × inputs`.
    let value: Graph.Value
    /// Whether the model has an answer to an example, `batch × 1`: `predict` refuses the others.
    let isAnswered: Graph.Value
  }

  /// - Throws: `Failure` naming a column that cannot be read by operators of ONNX.
  mutating func write() throws -> Inputs {
    if let problem = encoding.features.lazy.compactMap(Self.problem).first { throw problem }
    var parts: [Graph.Value] = []
    var refusals: [Graph.Value] = []
    var run: [NumberFeature] = []
    func isAlike(_ number: NumberFeature) -> Bool {
      guard let first = run.first else { return true }
      return first.curve.kind == number.curve.kind && number.curve.kind != .quantile
        && !first.hasIndicator && !number.hasIndicator
    }
    for feature in encoding.features {
      if let number = feature as? NumberFeature, isAlike(number) {
        run.append(number)
        continue
      }
      if !run.isEmpty { parts.append(numbers(run)) }
      run = []
      if let number = feature as? NumberFeature { run = [number] }
      if let category = feature as? CategoryFeature {
        parts += categories(category, &refusals)
      }
      if let coded = feature as? CodedFeature { parts += self.coded(coded, &refusals) }
      if let bins = feature as? PiecewiseLinearFeature { parts.append(piecewise(bins)) }
    }
    if !run.isEmpty { parts.append(numbers(run)) }
    graph.scope = "inputs"
    let inputs = graph.concatenate(parts)
    return Inputs(value: inputs, isAnswered: isAnswered(inputs, refusals))
  }

  /// Why a column cannot be written; `nil` if it can.
  private static func problem(of feature: any FeatureEncoding) -> Failure? {
    let (what, help): (String, String)
    switch feature {
    case is HashFeature:
      what = "is encoded by a hash of its bytes, which no operator of ONNX computes"
      help =
        "train it with \"encoding\": \"embedding\" in \(ConfigPath.settings(ofColumn: feature.name))"
    case is DateFeature:
      what = "holds dates, which no operator of ONNX reads"
      help = "split it into columns of numbers, or leave it out with data.ignore"
    default: return nil
    }
    return Failure(
      Diagnostic(
        .error, .configuration, code: "not-exportable", "the column \"\(feature.name)\" \(what)",
        help: help))
  }

  /// The finite inputs of an example are answered, unless a category is refused.
  private mutating func isAnswered(
    _ inputs: Graph.Value, _ refusals: [Graph.Value]
  ) -> Graph.Value {
    let checked = graph.concatenate([inputs] + refusals)
    let size = graph.node(Node(.abs), checked)
    let infinity = graph.number(Float.infinity, named: "infinity")
    let finite = graph.node(Node(.less), size, infinity)
    let numbers = graph.cast(finite, to: .float)
    let axes = isSeries ? [1, 2] : [1]
    var least = graph.node(
      Node(.reduceMin).with("axes", axes).with("keepdims", isSeries ? 0 : 1), numbers)
    if isSeries { least = graph.unsqueeze(least, axis: 1) }
    return graph.cast(least, to: .bool)
  }

  mutating func column(_ name: String, _ type: Graph.ElementType) -> Graph.Value {
    let input = graph.input(name, type, [.named("batch"), .fixed(length)])
    return isSeries ? graph.unsqueeze(input, axis: 2) : input
  }

  // MARK: - Numbers

  /// Columns beside each other that are treated alike: the numbers of all in one pass.
  private mutating func numbers(_ features: [NumberFeature]) -> Graph.Value {
    graph.scope = features.count == 1 ? features[0].name : "numbers"
    let columns = features.map { column($0.name, .double) }
    let values = graph.concatenate(columns)
    let count = features.count
    func vector(
      _ name: String, _ value: (NumberFeature) -> Double, _ graph: inout Graph
    ) -> Graph.Value {
      graph.array(features.map(value), [count], named: name)
    }
    var filled = values
    var indicators: [Graph.Value] = []
    if !encoding.missing.values.isEmpty || features.contains(where: \.standsInForMissing)
      || features.contains(where: \.hasIndicator)
    {
      let isMissing = isMissing(values)
      let standIn = vector("missing_value", { $0.missingValue ?? .nan }, &graph)
      filled = graph.choose(isMissing, standIn, values)
      // A column with an indicator stands alone.
      if features.contains(where: \.hasIndicator) {
        indicators = [graph.cast(isMissing, to: .float)]
      }
    }
    filled = curved(filled, features[0].curve)
    if features.contains(where: { $0.scale != .identity }) {
      let offset = vector("offset", { $0.scale.offset }, &graph)
      let centered = graph.node(Node(.sub), filled, offset)
      let divisor = vector("divisor", { $0.scale.divisor }, &graph)
      filled = graph.node(Node(.div), centered, divisor)
    }
    if features.contains(where: { $0.clip != nil }) {
      let most = vector("most", { $0.clip ?? .infinity }, &graph)
      let least = vector("least", { -($0.clip ?? .infinity) }, &graph)
      let clipped = graph.node(Node(.min), filled, most)
      filled = graph.node(Node(.max), clipped, least)
    }
    return graph.concatenate([graph.cast(filled, to: .float)] + indicators)
  }

  /// NaN, and numbers that are the tokens of missing values.
  mutating func isMissing(_ values: Graph.Value) -> Graph.Value {
    var isMissing = graph.node(Node(.isNaN), values)
    for token in encoding.missing.values {
      let number = graph.number(token, named: "missing_token")
      let isToken = graph.node(Node(.equal), values, number)
      isMissing = graph.node(Node(.or), isMissing, isToken)
    }
    return isMissing
  }

  private mutating func curved(_ values: Graph.Value, _ curve: NumberCurve) -> Graph.Value {
    switch curve.kind {
    case .none: return values
    case .log:
      let size = graph.node(Node(.abs), values)
      let one = graph.number(1.0, named: "one")
      let shifted = graph.node(Node(.add), size, one)
      let logarithm = graph.node(Node(.log), shifted)
      let sign = graph.node(Node(.sign), values)
      return graph.node(Node(.mul), sign, logarithm)
    case .quantile: return QuantileNodes.write(values, curve, to: &graph)
    }
  }

  // MARK: - Texts

  /// A number for each text: that of the first table that knows it, or one for all others.
  private mutating func lookup(
    _ texts: Graph.Value, _ entries: [(text: String, number: Int)], others: Int
  ) -> Graph.Value {
    graph.node(
      Node(machineLearning: "LabelEncoder").with("keys_strings", entries.map(\.text))
        .with("values_int64s", entries.map(\.number)).with("default_int64", others), texts)
  }

  /// The same with numbers that inputs are.
  private mutating func mark(
    _ texts: Graph.Value, _ entries: [(text: String, number: Float)], others: Float
  ) -> Graph.Value {
    graph.node(
      Node(machineLearning: "LabelEncoder").with("keys_strings", entries.map(\.text))
        .with("values_floats", entries.map(\.number)).with("default_float", others), texts)
  }

  /// The places of the categories of a column, what is missing at that of its stand-in, and marks of the texts that
  /// are refused.
  ///
  /// - Parameters:
  ///   - others: the place of all other texts.
  ///   - acceptsOthers: whether they may occur.
  private mutating func places(
    _ texts: Graph.Value, _ categories: [String], standIn: String?, others: Int,
    acceptsOthers: Bool, _ refusals: inout [Graph.Value]
  ) -> Graph.Value {
    let missing = missingTokens
    let index = CategoryIndex(categories)
    let known = categories.enumerated().flatMap { place, category in
      [category, index.otherText(of: category)].compactMap(\.self).map { (text: $0, place: place) }
    }.filter { !missing.contains($0.text) }
    let ofMissing = standIn.flatMap { index[$0] } ?? others
    let entries =
      known.map { (text: $0.text, number: $0.place) }
      + missing.map { (text: $0, number: ofMissing) }
    if standIn == nil || !acceptsOthers {
      let accepted =
        (acceptsOthers ? [] : known.map { (text: $0.text, number: Float(0)) })
        + missing.map { (text: $0, number: standIn == nil ? Float.nan : 0) }
      if !accepted.isEmpty {
        refusals.append(mark(texts, accepted, others: acceptsOthers ? 0 : .nan))
      }
    }
    return lookup(texts, entries, others: others)
  }

  private mutating func indicator(_ texts: Graph.Value) -> Graph.Value {
    mark(texts, missingTokens.map { (text: $0, number: Float(1)) }, others: 0)
  }

  private mutating func categories(
    _ feature: CategoryFeature, _ refusals: inout [Graph.Value]
  ) -> [Graph.Value] {
    graph.scope = feature.name
    let texts = column(feature.name, .text)
    // Behind the last category is none of them.
    let others = feature.categories.count
    let places = places(
      texts, feature.categories, standIn: feature.missingValue, others: others,
      acceptsOthers: feature.acceptsUnseen, &refusals)
    let inputs: Graph.Value
    if feature.dimensions != nil {
      let (values, shape) = vectors(feature.table ?? feature.name) ?? ([], Shape(0, 0))
      let dimensions = shape.dimensions[1]
      let zeros = feature.hasRare ? [] : [Float](repeating: 0, count: dimensions)
      let table = graph.array(
        values + zeros, [others + 1, dimensions], named: "vectors")
      let rows = graph.gather(table, places)
      inputs = graph.squeeze(rows, axis: -2)
    } else {
      let depth = graph.list([feature.count], named: "depth")
      let ends = graph.array([0, 1] as [Float], [2], named: "values")
      let rows = graph.node(Node(.oneHot).with("axis", -1), places, depth, ends)
      inputs = graph.squeeze(rows, axis: -2)
    }
    return [inputs] + (feature.hasIndicator ? [indicator(texts)] : [])
  }

  private mutating func coded(
    _ feature: CodedFeature, _ refusals: inout [Graph.Value]
  ) -> [Graph.Value] {
    graph.scope = feature.name
    let texts = column(feature.name, .text)
    let others = feature.categories.count
    let places = places(
      texts, feature.categories, standIn: feature.missingValue, others: others,
      acceptsOthers: feature.acceptsUnseen, &refusals)
    let table = graph.array(
      feature.table, [others + 1, feature.inputs.count], named: "numbers")
    let rows = graph.gather(table, places)
    let inputs = graph.squeeze(rows, axis: -2)
    return [inputs] + (feature.hasIndicator ? [indicator(texts)] : [])
  }
}
