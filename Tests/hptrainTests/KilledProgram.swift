import Foundation
import TestSupport
import Testing

extension Program {
  /// Begins a command again each time that it was killed, and lets it end the last time.
  ///
  /// - Returns: how often it was killed.
  static func runKilling(
    _ arguments: [String], in path: String, times: Int
  ) throws -> Int {
    var generator = SplitMix64(seed: 5)
    var kills = 0
    while true {
      let process = Program.process(arguments, in: path)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      if kills < times {
        usleep(UInt32(20_000 + generator.next() % 120_000))
        if process.isRunning { kills += 1 }
        kill(process.processIdentifier, SIGKILL)
      }
      process.waitUntilExit()
      guard process.terminationReason == .exit else { continue }
      #expect(process.terminationStatus == 0)
      return kills
    }
  }
}
