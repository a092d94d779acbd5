import Configuration
import Datasets
import Network

/// The metrics that a model is evaluated by: those of its training, the others that fit what it
/// predicts, and those that were asked for, which stand for others of their type.
package struct MetricSelection: Sendable {
  package let metrics: [any Metric]
  /// The type of each, with what tells it from others of the same type.
  package let names: [String]
  /// What was left out.
  package let notes: [Diagnostic]

  /// What a metric may keep of the examples unless it was asked for, in bytes.
  private static let mostBytes = 64 << 20

  /// For figures that are not wanted.
  package static let none = MetricSelection(metrics: [], notes: [])

  private init(metrics: [any Metric], notes: [Diagnostic]) {
    self.metrics = metrics
    self.notes = notes
    names = metrics.map { metric in
      let type = type(of: metric).type
      let isOnly = metrics.count { Swift.type(of: $0).type == type } == 1
      return isOnly ? type : Self.name(metric)
    }
  }

  /// - Parameters:
  ///   - wanted: as on a command line: the name of a metric, or the object of a configuration.
  ///   - examples: how many are evaluated.
  /// - Throws: `Failure` with every metric that is none or does not fit the model.
  package init(wanted: [String], for model: TrainedModel, examples: Int) throws {
    let target = model.encoding.target
    let link = type(of: model.loss).link
    let isText = model.encoding.vocabularySize != nil
    func problem(of metric: any Metric) -> PlanError? {
      Metrics.problem(of: metric, target, isText: isText, link: link)
    }
    var findings: [Diagnostic] = []
    var named: [any Metric] = []
    for text in wanted {
      guard let metric = Self.read(text, &findings) else { continue }
      if let problem = problem(of: metric) {
        findings.append(
          Diagnostic(.error, .usage, code: problem.code, problem.message, help: problem.help))
      } else {
        named.append(metric.resolved(for: target))
      }
    }
    if !findings.isEmpty { throw Failure(findings) }

    let known = (model.config.training.metrics ?? []).filter { problem(of: $0) == nil }
    var notes: [Diagnostic] = []
    let answers = examples * (model.encoding.positions ?? 1)
    let others = Metrics.catalog.entries.map { $0.make() }.filter { metric in
      let type = type(of: metric)
      guard !(known + named).contains(where: { Swift.type(of: $0).type == type.type }),
        problem(of: metric) == nil
      else { return false }
      let bytes = metric.accumulatorBytes(target, examples: answers)
      guard bytes > Self.mostBytes else { return true }
      notes.append(
        Diagnostic(
          .note, .data, code: "left-out",
          "\(type.type) would keep \(Spelling.bytes(bytes)) and is left out",
          help: "--metric \(type.type) has it computed"))
      return false
    }
    let types = Set(named.map { type(of: $0).type })
    let standard = (known + others).filter { !types.contains(type(of: $0).type) }
    self.init(metrics: standard.map { $0.resolved(for: target) } + named, notes: notes)
  }

  /// Why figures are undefined, where some are.
  package func undefined(in figures: Figures) -> [Diagnostic] {
    // Of a model whose answers are no numbers, the examples are not to blame.
    guard figures.loss.isFinite else { return [] }
    return zip(metrics, names).compactMap { metric, name in
      guard let requirement = type(of: metric).requirement, figures[name]?.isNaN == true else {
        return nil
      }
      return Diagnostic(
        .note, .data, code: "undefined", "\(name) is undefined: it needs \(requirement)")
    }
  }

  private static func read(_ text: String, _ findings: inout [Diagnostic]) -> (any Metric)? {
    let source = SourceText(name: "--metric", text)
    let isObject = text.utf8.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "{")
    let whole = Location(source, 0..<source.bytes.count)
    let parsed = isObject ? JSONParser.parse(source) : nil
    let value = parsed?.value ?? JSONValue(.string(text), at: whole)
    var reading = Reading(root: RunConfig.form)
    let metric = Metrics.catalog.codec.read(value, &reading)
    let found = (parsed?.diagnostics ?? []) + reading.diagnostics
    findings += found.map { diagnostic in
      var diagnostic = diagnostic
      diagnostic.category = .usage
      return diagnostic
    }
    return found.contains { $0.severity == .error } ? nil : metric
  }

  /// `top_k_accuracy(k=3)`
  private static func name<Item: Metric>(_ metric: Item) -> String {
    let settings = metric.resolvedMembers.map { member in
      "\(member.key)=\(member.value.string ?? member.value.compactText)"
    }
    return settings.isEmpty ? Item.type : "\(Item.type)(\(settings.joined(separator: ",")))"
  }
}
