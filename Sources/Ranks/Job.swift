import CProcessor
import Glibc
import Numerics

#if MPI
  import CMPI
#endif

/// The job that this process is a rank of, where one of Open MPI's programs started it.
package enum Job {
  /// What the program can do with several processes: the version of the library, or `nil` in a build without the trait
  /// MPI.
  package static var library: String? {
    #if MPI
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { text in
        text.initialize(repeating: 0)
        guard let base = text.baseAddress else { return nil }
        mpi_version(base)
        // Behind the name and the number there is who packaged it.
        return String(cString: base).split(separator: ",").first.map(String.init)
      }
    #else
      nil
    #endif
  }

  /// How many processes were started together, as those who start them say: mpirun, and srun with pmix; 1 without them.
  package static var announcedSize: Int { number("OMPI_COMM_WORLD_SIZE") ?? 1 }

  /// Which of these this process is, before it joined.
  package static var announcedRank: Int {
    number("OMPI_COMM_WORLD_RANK") ?? number("PMIX_RANK") ?? 0
  }

  /// Whether this process was started as a rank.
  package static var isAnnounced: Bool {
    number("OMPI_COMM_WORLD_SIZE") != nil || number("PMIX_RANK") != nil
  }

  private static func number(_ variable: String) -> Int? {
    getenv(variable).flatMap { Int(String(cString: $0)) }
  }

  /// Joins the job; a process that belongs to none is alone. It is called once, by the thread that trains.
  package static func join() -> any Communicator {
    #if MPI
      guard isAnnounced else { return SingleProcess.shared }
      let joined = MPICommunicator()
      hasJoined = true
      return joined
    #else
      SingleProcess.shared
    #endif
  }

  /// Leaves the job, if this process has joined one; the others may go on.
  package static func leave() {
    #if MPI
      guard hasJoined else { return }
      hasJoined = false
      mpi_leave()
    #endif
  }

  /// Ends the job, if this process has joined one: of all ranks, with the exit code.
  package static func end(_ code: Int32) {
    #if MPI
      if hasJoined { mpi_abort(code) }
    #endif
  }

  #if MPI
    nonisolated(unsafe) private static var hasJoined = false
  #endif

  /// The threads that this rank computes on unless told otherwise: the processors that it may use, shared with the
  /// other ranks of its host that were given the same ones.
  package static func threads(_ ranks: any Communicator) -> Int {
    let processors = ThreadPool.availableProcessors
    #if MPI
      guard ranks.size > 1 else { return processors }
      var mask = [UInt8](repeating: 0, count: 1024)
      _ = processor_affinity(0, UInt(mask.count), &mask)
      let sharing = Int(mpi_count_equal_on_host(mask, Int32(mask.count)))
      return max(1, processors / max(1, sharing))
    #else
      return processors
    #endif
  }
}
