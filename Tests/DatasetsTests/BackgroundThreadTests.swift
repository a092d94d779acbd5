import Dispatch
import Foundation
import Testing
import Datasets

@Suite struct BackgroundThreadTests {
  private final class Owner: Sendable {
    let thread = BackgroundThread()
  }

  @Test func jobsFollowEachOther() {
    let thread = BackgroundThread()
    let done = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var order: [Int] = []
    for index in 0..<100 { thread.run { order.append(index) } }
    thread.run { done.signal() }
    done.wait()
    #expect(order == Array(0..<100))
  }

  /// Then the thread cannot wait for its own end. What a thread leaves that nobody waits for is its stack, 8 MiB of
  /// addresses.
  @Test func aJobMayBeTheLastThatRefersToIt() throws {
    let before = try Self.addressBytes
    for _ in 0..<300 {
      let ended = DispatchSemaphore(value: 0)
      let isReleased = DispatchSemaphore(value: 0)
      do {
        let owner = Owner()
        owner.thread.run { [owner] in
          isReleased.wait()
          withExtendedLifetime(owner) {}
          ended.signal()
        }
      }
      isReleased.signal()
      ended.wait()
    }
    #expect(try Self.addressBytes - before < 150 * 8 << 20)
  }

  /// The first field of proc_pid_statm(5), in bytes.
  private static var addressBytes: Int {
    get throws {
      let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      let pages = try #require(fields.split(separator: " ").first.flatMap { Int($0) })
      return pages * Int(getpagesize())
    }
  }
}
