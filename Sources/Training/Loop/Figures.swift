import Configuration
import Datasets
import Network
import Numerics

/// The loss and the metrics of some examples, in the order of the configuration.
package struct Figures: Sendable, Equatable {
  package struct Figure: Sendable, Equatable {
    package let name: String
    package let value: Double

    package init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  package let all: [Figure]

  package init(all: [Figure]) { self.all = all }

  package var loss: Double { all.first?.value ?? .nan }

  package subscript(_ name: String) -> Double? { all.first { $0.name == name }?.value }

  /// Numbers that JSON does not have become null.
  package var json: JSONValue {
    .object(all.map { JSONMember($0.name, $0.value.isFinite ? .number($0.value) : .null) })
  }
}

/// Gathers losses and metrics batch by batch.
struct FigureAccumulator: RunState {
  private let names: [String]
  private let metrics: [any MetricAccumulator]
  private let outputs: Slot
  private let targets: Slot
  private let positions: Int
  private let isWeighted: Bool
  private var loss = LossSum()
  private var rows = 0

  /// - Parameter examples: the most that are added before a reset.
  init(_ plan: EvaluationPlan, examples: Int) {
    names = plan.names
    outputs = plan.network.output
    targets = plan.targets
    positions = plan.positions
    isWeighted = plan.target.isWeighted
    let link = type(of: plan.loss).link
    metrics = plan.metrics.map {
      $0.makeAccumulator(plan.target, link: link, examples: examples * plan.positions)
    }
  }

  mutating func reset() {
    loss = LossSum()
    rows = 0
    for metric in metrics { metric.reset() }
  }

  /// - Parameter loss: of the rows.
  mutating func add(_ memory: Memory, loss: LossSum, rows: Int) {
    self.loss += loss
    self.rows += rows
    let answers = Answers(
      outputs: memory.value(outputs), width: outputs.shape.count / positions,
      targets: memory.value(targets), targetWidth: targets.shape.count / positions,
      count: rows * positions, isWeighted: isWeighted)
    for metric in metrics { metric.add(answers) }
  }

  var figures: Figures {
    let loss = Figures.Figure(name: "loss", value: rows > 0 ? loss.mean : .nan)
    return Figures(
      all: [loss] + zip(names, metrics).map { Figures.Figure(name: $0, value: $1.value) })
  }

  /// Becomes what the accumulators of all ranks would be as one.
  ///
  /// - Parameter own: that of this rank, which stays as it is.
  mutating func takeTotals(of own: FigureAccumulator, over ranks: any Communicator) {
    var sums = [own.loss.loss, own.loss.weight, Double(own.rows)]
    ranks.sum(&sums)
    (loss.loss, loss.weight, rows) = (sums[0], sums[1], Int(sums[2]))
    for (total, metric) in zip(metrics, own.metrics) { total.takeTotals(of: metric, over: ranks) }
  }

  /// Whether so many rows were added since the last reset.
  func holds(rows count: Int) -> Bool {
    rows == count
      && metrics.allSatisfy { ($0.keptAnswers ?? count * positions) == count * positions }
  }

  mutating func exchange(_ archive: inout StateArchive) {
    archive.value("loss", &loss.loss)
    archive.value("weight", &loss.weight)
    archive.value("rows", &rows)
    for (index, metric) in metrics.enumerated() {
      archive.within("metrics.\(index)") { metric.exchange(&$0) }
    }
  }
}
