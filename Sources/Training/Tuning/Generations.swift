import Configuration
import Search

/// How long the generations of a population are, and how many there are.
package struct Generations: Sendable {
  package let search: PopulationSearch
  /// Of one generation.
  package let epochs: Int
  package let count: Int

  init(_ search: PopulationSearch, run: RunPlan) {
    self.search = search
    let all = run.epochsMade
    epochs = search.interval ?? max(1, all / 10)
    count = (all + epochs - 1) / epochs
  }

  /// All of all members.
  package var trialCount: Int {
    let (product, overflow) = search.populationSize.multipliedReportingOverflow(by: count)
    return overflow ? .max : product
  }

  /// The iterations of the first trials, were all of them like those of a run; `nil` beyond what an integer holds.
  package func iterations(ofTrials trialCount: Int, _ run: RunPlan) -> Int? {
    func made(before generation: Int) -> Int {
      let (epochs, overflow) = generation.multipliedReportingOverflow(by: self.epochs)
      guard !overflow, epochs < run.epochsMade else { return run.iterations }
      return epochs * run.iterationsPerEpoch
    }
    let (whole, rest) = trialCount.quotientAndRemainder(dividingBy: search.populationSize)
    let (all, isTooMany) = made(before: whole).multipliedReportingOverflow(
      by: search.populationSize)
    let (begun, areTooMany) = (made(before: whole + 1) - made(before: whole))
      .multipliedReportingOverflow(by: rest)
    let (sum, overflow) = all.addingReportingOverflow(begun)
    return isTooMany || areTooMany || overflow ? nil : sum
  }

  /// The member that a trial is, whose seed it has.
  package func member(at place: Int) -> Int { place % search.populationSize }

  /// The epoch with which a trial ends.
  package func lastEpoch(at place: Int) -> Int { (place / search.populationSize + 1) * epochs }

  /// Whether a run can take over the parameters and the state of another.
  ///
  /// - Throws: `Failure` if it cannot.
  static func check(_ run: RunPlan, continues other: RunPlan) throws {
    func refuse(_ message: String) -> Failure {
      Failure(
        Diagnostic(
          .error, .configuration, code: "population",
          "\(message), so that no member can go on from another",
          help: "leave that out of the space, or take another algorithm"))
    }
    let (first, second) = (run.memory.modelArrays, other.memory.modelArrays)
    guard first.map(\.name) == second.map(\.name), first.map(\.shape) == second.map(\.shape) else {
      throw refuse("the parameters have other shapes")
    }
    guard run.memory.optimizerStates == other.memory.optimizerStates,
      type(of: run.config.training.optimizer).type == type(of: other.config.training.optimizer).type
    else { throw refuse("the optimizer is another") }
    guard run.epochs == other.epochs else { throw refuse("the number of epochs is another") }
  }
}
