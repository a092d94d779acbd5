import Dispatch
import Glibc
import Numerics

/// The windows of a file in their order: the one that examples are taken from, and the next one, which a thread reads
/// meanwhile.
///
/// All methods are called from one thread.
final class PageWindows {
  /// For who goes through a file from its beginning to its end, in bytes.
  static let sequentialBytes = 8 << 20

  let file: PageFile
  private(set) var order: PageOrder
  private let thread = BackgroundThread(yields: false)
  private let slots: [Slot]

  /// - Parameter memoryBytes: what windows may take.
  init(_ file: PageFile, memoryBytes: Int) {
    self.file = file
    let layout = PageLayout(examples: file.count, width: file.width, memoryBytes: memoryBytes)
    order = PageOrder(layout, epoch: nil)
    slots = (0..<min(2, layout.windowCount)).map { _ in
      Slot(examples: layout.windowExamples, file: file)
    }
  }

  deinit { for slot in slots { slot.wait() } }

  var layout: PageLayout { order.layout }

  /// Begins an epoch.
  ///
  /// - Parameter epoch: what the order is drawn for; `nil` leaves it as the file has it.
  func begin(epoch: Int?, seed: UInt64) {
    for slot in slots {
      slot.wait()
      slot.window = nil
    }
    order = PageOrder(layout, seed: seed, epoch: epoch)
  }

  /// Shows places of an epoch run by run, each of which lies in one window.
  ///
  /// - Parameters:
  ///   - moves: whether windows before these places are done with, so that the next one can be read.
  ///   - body: is given the numbers of the window, the examples at the places as rows of these, and how many they are;
  ///     valid until it returns.
  func forEachRun(
    of places: Range<Int>, moves: Bool,
    _ body: (
      _ window: Int, _ numbers: UnsafePointer<Float>, _ rows: UnsafePointer<Int32>, _ count: Int
    ) -> Void
  ) {
    var place = places.lowerBound
    while place < places.upperBound {
      let window = order.window(at: place)
      let held = order.places(of: window)
      let end = min(places.upperBound, held.upperBound)
      if let slot = slot(of: window) {
        if moves { readAhead(behind: window) }
        body(window, slot.numbers, slot.rows + (place - held.lowerBound), end - place)
      }
      place = end
    }
  }

  /// Where a window is in memory; `nil` if there is no memory.
  private func slot(of window: Int) -> (
    numbers: UnsafeMutablePointer<Float>, rows: UnsafeMutablePointer<Int32>
  )? {
    let slot = slots[window % slots.count]
    if slot.window != window { fill(slot, window) }
    slot.wait()
    return slot.memory
  }

  private func readAhead(behind window: Int) {
    guard window + 1 < order.layout.windowCount else { return }
    let slot = slots[(window + 1) % slots.count]
    if slot.window != window + 1 { fill(slot, window + 1) }
  }

  private func fill(_ slot: Slot, _ window: Int) {
    slot.wait()
    slot.window = window
    slot.begin()
    thread.run { [order, file] in slot.fill(order, window, file) }
  }
}

/// A place in memory for a window. While it is being filled, only the thread that does so touches it.
private final class Slot: @unchecked Sendable {
  /// What it holds, or will when it is filled.
  var window: Int?
  /// Room for the numbers of a window, and for its examples in their order; `nil` if there is none to be had.
  let memory: (numbers: UnsafeMutablePointer<Float>, rows: UnsafeMutablePointer<Int32>)?
  /// The pages whose numbers are here.
  private var pages: [Int32] = []
  private var isPending = false
  private let isFilled = DispatchSemaphore(value: 0)

  init(examples: Int, file: PageFile) {
    let numberBytes = examples * file.width * MemoryLayout<Float>.stride
    // Untouched memory costs nothing, and there may be none: a limit of the process is no reason to end in a trap.
    memory = malloc(max(1, numberBytes + examples * MemoryLayout<Int32>.stride)).map {
      (
        $0.bindMemory(to: Float.self, capacity: examples * file.width),
        ($0 + numberBytes).bindMemory(to: Int32.self, capacity: examples)
      )
    }
    if memory == nil { file.fail(ENOMEM) }
  }

  deinit { free(memory?.numbers) }

  func begin() { isPending = true }

  func fill(_ order: PageOrder, _ window: Int, _ file: PageFile) {
    if let memory {
      let wanted = Array(order.pages(of: window))
      if wanted != pages {
        read(wanted, order.layout, file, to: memory.numbers)
        pages = wanted
      }
      let count = order.places(of: window).count
      order.order(window, into: UnsafeMutableBufferPointer(start: memory.rows, count: count))
    }
    isFilled.signal()
  }

  /// Waits for what is being filled.
  func wait() {
    guard isPending else { return }
    isFilled.wait()
    isPending = false
  }

  /// Reads pages, neighbouring ones at once.
  private func read(
    _ pages: [Int32], _ layout: PageLayout, _ file: PageFile,
    to numbers: UnsafeMutablePointer<Float>
  ) {
    var done = 0
    var index = 0
    while index < pages.count {
      var last = index
      while last + 1 < pages.count, pages[last + 1] == pages[last] + 1 { last += 1 }
      let examples =
        layout.examples(of: Int(pages[index]))
        .lowerBound..<layout.examples(of: Int(pages[last]))
        .upperBound
      file.read(examples, to: numbers + done * file.width)
      done += examples.count
      index = last + 1
    }
  }
}

// What batches take from windows.
extension PageWindows {
  /// Copies examples to where the network reads them.
  func load(
    _ places: Range<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>, pool: ThreadPool
  ) {
    let (inputs, answers, width) = (file.inputs, file.targets, file.width)
    var done = 0
    forEachRun(of: places, moves: true) { _, numbers, rows, count in
      pool.run(
        Gather(
          ExampleReader(numbers, width: inputs, stride: width), rows: rows, count: count,
          into: features + done * inputs))
      for index in 0..<count {
        let source = numbers + Int(rows[index]) * width + inputs
        (targets + (done + index) * answers).update(from: source, count: answers)
      }
      done += count
    }
  }

  /// The examples of the file at some places.
  func examples(at places: Range<Int>) -> [Int32] {
    var examples: [Int32] = []
    forEachRun(of: places, moves: false) { window, _, rows, count in
      for index in 0..<count { examples.append(order.example(Int(rows[index]), of: window)) }
    }
    return examples
  }

  /// Shows the targets of the examples at some places.
  func forEachTarget(at places: Range<Int>, _ body: (Float) -> Void) {
    forEachRun(of: places, moves: false) { _, numbers, rows, count in
      for index in 0..<count {
        let target = numbers + Int(rows[index]) * file.width + file.inputs
        for position in 0..<file.targets { body(target[position]) }
      }
    }
  }
}
