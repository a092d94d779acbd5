import ArgumentParser
import Configuration
import Numerics
import Ranks
import Training
import Tuning

extension Communicator {
  /// Does something on every rank; it is done when it is done on all.
  ///
  /// - Throws: on the first rank on which it failed what it failed with, which is then told once; on the others the exit
  ///   code of that.
  func together<Value>(_ body: () throws -> Value) throws -> Value {
    guard size > 1 else { return try body() }
    let result = Result { try body() }
    var codes = [Double](repeating: 0, count: size)
    if case .failure(let error) = result { codes[rank] = Double(Self.exitCode(for: error)) }
    sum(&codes)
    guard let first = codes.firstIndex(where: { $0 != 0 }), first != rank else {
      return try result.get()
    }
    throw ExitCode(Int32(codes[first]))
  }

  /// Does something in which the ranks wait for each other; if it fails on one, that tells why and ends the job.
  func orEndingJob<Value>(_ format: OutputFormat, _ body: () throws -> Value) throws -> Value {
    guard size > 1 else { return try body() }
    do {
      return try body()
    } catch let failure as Failure {
      try? show(failure.diagnostics, format)
      Job.end(Self.exitCode(for: failure))
      throw failure
    }
  }

  private static func exitCode(for error: any Error) -> Int32 {
    let code =
      (error as? Failure)?.diagnostics.exitCode ?? Hptrain.exitCode(for: error)
    return max(1, code.rawValue)
  }

  /// Makes sure that every rank can read a configuration.
  func checkInput(_ config: String) throws {
    guard config == "-", size > 1 else { return }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "ranks", "standard input reaches one of \(size) ranks only",
        help: "name a file that all can read"))
  }

  /// Makes sure that all ranks make the same run of the same data.
  func compare(_ plan: RunPlan, _ checkpoint: Checkpoint?) throws {
    guard size > 1 else { return }
    try compare(["configuration", "data", "checkpoint", "network", "examples"]) {
      try plan.identity(at: checkpoint)
    }
  }

  /// Makes sure that all ranks search for the same in the same data.
  func compare(_ plan: TuningPlan) throws {
    guard size > 1 else { return }
    try compare(["search"]) { [Study.identity(of: plan)] }
    try compare(plan.run, nil)
  }

  /// - Parameters:
  ///   - names: of what the numbers stand for.
  ///   - numbers: what has to be the same on all ranks.
  private func compare(_ names: [String], _ numbers: () throws -> [Int]) throws {
    let others = try together(numbers).map { gather($0) }
    try together {
      guard let index = others.firstIndex(where: { $0[rank] != $0[0] }) else { return }
      throw Failure(
        Diagnostic(
          .error, .data, code: "ranks-differ",
          "rank \(rank) has another \(names[index]) than rank 0",
          help: "all ranks need the same files, as from a file system that all hosts share"))
    }
  }
}

/// What a job of several processes can be told to do.
enum RankedCommand {
  /// Ends the program where several processes would do what only one can.
  ///
  /// - Throws: `Failure` on the first rank, the exit code on the others.
  static func check(_ command: any ParsableCommand) throws {
    guard Job.announcedSize > 1, !(command is Info) else { return }
    let problem: (message: String, help: String)
    if !(command is Train || command is TuneRun) {
      problem = (
        "'\(type(of: command)._commandName)' is the work of one process, and \(Job.announcedSize) were started",
        "start it without mpirun; only 'train' and 'tune' divide their work among ranks"
      )
    } else if Job.library == nil {
      problem = (
        "\(Job.announcedSize) processes were started, but this program was built without MPI and each would train for itself",
        "build it with MPI: make build MPI=1"
      )
    } else {
      return
    }
    let failure = Failure(
      Diagnostic(.error, .usage, code: "ranks", problem.message, help: problem.help))
    guard Job.announcedRank == 0 else { throw ExitCode(failure.diagnostics.exitCode.rawValue) }
    throw failure
  }
}
