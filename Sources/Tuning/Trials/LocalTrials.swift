import Configuration
import Dispatch
import Numerics
import Training

/// Runs trials on threads of this process.
package final class LocalTrials: TrialWorkers {
  package let capacity: Int
  private let plan: TuningPlan
  private let states: MemberStates?
  private let threads: Int
  private var idlePools: [ThreadPool] = []
  private let queue = DispatchQueue(label: "trials", attributes: .concurrent)
  private let ended = Locked<[(trial: EndedTrial, pool: ThreadPool)]>([])
  private let signal = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - states: where the members of a population stand; `nil` for other algorithms.
  ///   - jobs: how many trials run at once, at the most.
  ///   - threads: of each.
  package init(_ plan: TuningPlan, states: MemberStates?, jobs: Int, threads: Int) {
    self.plan = plan
    self.states = states
    self.threads = threads
    capacity = jobs
  }

  package func begin(_ task: TrialTask, shouldStop: @escaping @Sendable () -> Bool) {
    let pool = idlePools.popLast() ?? ThreadPool(threads: threads)
    queue.async { [plan, states, ended, signal] in
      let result = task.run(plan, states, pool, shouldStop: shouldStop)
      ended.withLock { $0.append((EndedTrial(place: task.place, result: result), pool)) }
      signal.signal()
    }
  }

  package func takeEnded() -> [EndedTrial] { takeEnded(milliseconds: 100) }

  /// - Parameter milliseconds: how long it waits if none has ended.
  func takeEnded(milliseconds: Int) -> [EndedTrial] {
    guard signal.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return [] }
    let taken = ended.withLock { ended in
      defer { ended = [] }
      return ended
    }
    idlePools += taken.map(\.pool)
    return taken.map(\.trial)
  }
}
