import ArgumentParser
import Numerics
import Ranks

struct OverrideOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a value: training.optimizer.learning_rate=0.01. Repeatable; list items as model.layers[0].units, keys with dots as data.columns[\"unit.price\"].type.",
      valueName: "path=value"))
  var overrides: [String] = []
}

struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Threads to compute on; the results do not depend on it. (default: all processors)")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be between 1 and 256")
    }
  }

  /// All ranks ask for it together, whether they have the option or not: some may have it on a job line of several
  /// programs, and the ranks of a host count each other.
  func count(_ ranks: any Communicator) -> Int {
    let shared = Job.threads(ranks)
    return threads ?? shared
  }

  /// - Throws: `Failure` if the address space has no room for the threads.
  func makePool(_ ranks: any Communicator = SingleProcess.shared) throws -> ThreadPool {
    let count = count(ranks)
    try ranks.together { try AddressSpace.require(threads: count) }
    return ThreadPool(threads: count)
  }
}
