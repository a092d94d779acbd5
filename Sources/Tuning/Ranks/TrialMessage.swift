import Configuration
import Search

/// What ranks that run the trials of one study tell each other.
package enum TrialMessage {
  /// To a rank: a trial to run.
  case task(TrialTask)
  /// To a rank: all trials are to end.
  case stop
  /// To a rank: no more trials will come.
  case end
  /// From a rank: a trial has ended.
  case result(EndedTrial)

  private enum Kind: UInt64 { case task, stop, end, result }

  package var bytes: [UInt8] {
    var message = MessageBytes()
    switch self {
    case .task(let task):
      message.put(Kind.task.rawValue)
      message.put(task)
    case .stop: message.put(Kind.stop.rawValue)
    case .end: message.put(Kind.end.rawValue)
    case .result(let trial):
      message.put(Kind.result.rawValue)
      message.put(trial)
    }
    return message.bytes
  }

  /// - Parameter bytes: of such a message.
  package init(_ bytes: [UInt8]) {
    var message = MessageReader(bytes)
    switch Kind(rawValue: message.word()) {
    case .task: self = .task(message.task())
    case .stop: self = .stop
    case .end: self = .end
    case .result: self = .result(message.trial())
    case nil: preconditionFailure("another program's message")
    }
  }
}

extension MessageBytes {
  fileprivate mutating func put(_ values: [Double]) { put(values) { $0.put($1) } }

  fileprivate mutating func put(_ task: TrialTask) {
    put(task.place)
    put(task.number)
    put(task.point.values) { $0.put($1) { $0.put($1) } }
    put(task.parent) { message, parent in
      message.put(parent.number)
      message.put(parent.curve)
    }
    put(task.others) { message, other in
      message.put(other.number)
      message.put(other.curve)
    }
  }

  fileprivate mutating func put(_ trial: EndedTrial) {
    put(trial.place)
    let result = trial.result
    put(result.end)
    put(result.curve)
    put(result.deviations) { $0.put($1) }
    put(result.iterations)
    put(JSONValue.object(result.adapted).compactText)
    put(result.seconds)
  }

  private mutating func put(_ end: TrialResult.End) {
    switch end {
    case .complete(let values):
      put(0)
      put(values)
    case .pruned: put(1)
    case .failed(let reason):
      put(2)
      put(reason) { $0.put($1) }
    case .stopped: put(3)
    }
  }
}

extension MessageReader {
  private mutating func doubles() -> [Double] { array { $0.double() } }

  fileprivate mutating func task() -> TrialTask {
    TrialTask(
      place: integer(), number: integer(), point: Point(array { $0.optional { $0.double() } }),
      parent: optional { .init(number: $0.integer(), curve: $0.doubles()) },
      others: array { PastTrial(number: $0.integer(), curve: $0.doubles()) })
  }

  fileprivate mutating func trial() -> EndedTrial {
    EndedTrial(place: integer(), result: result())
  }

  private mutating func result() -> TrialResult {
    TrialResult(
      end: end(), curve: doubles(), deviations: optional { $0.doubles() }, iterations: integer(),
      adapted: JSONParser.parse(SourceText(name: "message", text())).value.members ?? [],
      seconds: double())
  }

  private mutating func end() -> TrialResult.End {
    switch integer() {
    case 0: .complete(doubles())
    case 1: .pruned
    case 2: .failed(optional { $0.text() })
    default: .stopped
    }
  }
}
