import Numerics

/// The work of a rank that runs trials for the one that has the study.
package enum TrialServer {
  /// Runs the trials that come until no more will.
  ///
  /// - Parameters:
  ///   - shouldStop: the wish of someone to end the search, told to this process.
  package static func run(
    _ workers: LocalTrials, _ ranks: any Communicator, shouldStop: @escaping @Sendable () -> Bool
  ) {
    let isStopping = Stopping(shouldStop)
    while true {
      while let (_, bytes) = ranks.receive() {
        switch TrialMessage(bytes) {
        case .task(let task): workers.begin(task, shouldStop: { isStopping.isWanted })
        case .stop: isStopping.stop()
        case .end: return
        case .result: preconditionFailure("nobody runs trials for this rank")
        }
      }
      for trial in workers.takeEnded(milliseconds: RankedTrials.pauseMilliseconds) {
        ranks.send(TrialMessage.result(trial).bytes, to: 0)
      }
    }
  }
}
