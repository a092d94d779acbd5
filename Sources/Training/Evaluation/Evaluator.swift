import Datasets
import Network
import Numerics

/// The outputs and targets of a batch that was just evaluated; valid until the next one is.
package struct EvaluatedBatch {
  /// Which examples of the file they are.
  package let rows: ArraySlice<Int32>
  /// As many as there are examples, times the answers of each.
  package let answers: Answers
  /// The loss of each answer, times its weight.
  package let losses: UnsafePointer<Float>
}

/// Computes the figures of sets of examples, batch by batch and without dropout.
///
/// What it needs is taken when it is made; evaluating takes the order of the examples only.
package final class Evaluator {
  let plan: EvaluationPlan
  private let memory: Memory
  private let pool: ThreadPool
  private var accumulator: FigureAccumulator
  /// Where those of several ranks are added up.
  private var total: FigureAccumulator?
  private let ranks: any Communicator

  /// - Parameters:
  ///   - examples: those of the largest set.
  ///   - ranks: those who evaluate with this process.
  package init(
    _ plan: EvaluationPlan, memory: Memory, pool: ThreadPool, examples: Int,
    ranks: any Communicator = SingleProcess.shared
  ) {
    self.plan = plan
    self.memory = memory
    self.pool = pool
    accumulator = FigureAccumulator(plan, examples: examples)
    total = ranks.size > 1 ? FigureAccumulator(plan, examples: examples) : nil
    self.ranks = ranks
  }

  /// The figures of a set, of whose batches each rank has its share.
  package func evaluate(_ set: ExampleSet) -> Figures {
    let batches = batches(of: set)
    evaluate(batches, ranks.share(of: batches.count)) { _ in }
    total?.takeTotals(of: accumulator, over: ranks)
    return (total ?? accumulator).figures
  }

  /// The figures of a set, all of which this process goes through.
  ///
  /// - Parameter batch: called after each batch.
  package func evaluate(_ set: ExampleSet, batch: (EvaluatedBatch) -> Void) -> Figures {
    let batches = batches(of: set)
    evaluate(batches, 0..<batches.count, batch)
    return accumulator.figures
  }

  private func evaluate(
    _ batches: Batches, _ range: Range<Int>, _ batch: (EvaluatedBatch) -> Void
  ) {
    let network = plan.network
    accumulator.reset()
    for index in range {
      let rows = batches.rowCount(of: index)
      batches.load(
        index, features: memory.value(network.input), targets: memory.value(plan.targets),
        pool: pool)
      network.forward(
        memory,
        Pass(
          .evaluation, rows: rows, pool: pool, continuesState: network.isStateful && index > 0))
      let loss = LossKernel.evaluate(
        plan.loss, outputs: network.output, targets: plan.targets, losses: plan.losses,
        memory: memory, rows: rows, needsGradient: false, isWeighted: plan.target.isWeighted,
        pool: pool)
      accumulator.add(memory, loss: loss, rows: rows)
      batch(evaluated(batches.examples(of: index)))
    }
  }

  /// Whether there is a report besides the figures.
  var reports: Bool { plan.target.task == .classification && !plan.isSequence }

  /// The figures of a set, and for classes the report on them; there is none for numbers and for sequences
  /// of answers.
  ///
  /// - Parameter batch: called after each batch.
  package func report(
    on set: ExampleSet, of part: Part?, batch: (EvaluatedBatch) -> Void = { _ in }
  ) -> (figures: Figures, report: ClassificationReport?) {
    guard reports else { return (evaluate(set, batch: batch), nil) }
    var tally = AnswerTally(plan.target, link: type(of: plan.loss).link)
    let figures = evaluate(set) {
      tally.add($0.answers)
      batch($0)
    }
    return (figures, tally.report(of: part, figures: figures))
  }

  /// A stateful network reads a set in streams about as long as those of an epoch, so that it knows as
  /// much of what came before as in training; in a larger set they are longer.
  private func batches(of set: ExampleSet) -> Batches {
    guard plan.network.isStateful else { return Batches(set, size: memory.plan.rows) }
    let streams = (set.count + plan.streamLength - 1) / plan.streamLength
    return Batches(set, size: max(1, min(memory.plan.rows, streams)), inStreams: true)
  }

  private func evaluated(_ rows: ArraySlice<Int32>) -> EvaluatedBatch {
    let outputs = plan.network.output
    return EvaluatedBatch(
      rows: rows,
      answers: Answers(
        outputs: memory.value(outputs), width: outputs.shape.count / plan.positions,
        targets: memory.value(plan.targets),
        targetWidth: plan.targets.shape.count / plan.positions,
        count: rows.count * plan.positions, isWeighted: plan.target.isWeighted),
      losses: UnsafePointer(memory.value(plan.losses)))
  }
}
