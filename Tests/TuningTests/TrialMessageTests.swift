import Configuration
import Search
import Testing

import Tuning

/// What one rank tells another arrives as it was.
@Suite struct TrialMessageTests {
  @Test(arguments: [
    TrialTask(place: 0, number: 0, point: Point([]), parent: nil, others: []),
    TrialTask(
      place: 1_000_003, number: 7,
      point: Point([0.1, nil, -.infinity, .leastNonzeroMagnitude, nil]),
      parent: .init(number: 3, curve: [0.25, .infinity]),
      others: [
        PastTrial(number: 2, curve: []), PastTrial(number: 4, curve: [1, 2.5, -0.0]),
      ]),
  ])
  func tasks(task: TrialTask) {
    guard case .task(let found) = TrialMessage(TrialMessage.task(task).bytes) else {
      Issue.record("another kind of message")
      return
    }
    #expect(found == task)
  }

  @Test(arguments: [
    TrialResult.End.complete([0.1, -3]), .pruned, .failed("no such figure: é\n"), .failed(nil),
    .stopped,
  ])
  func results(end: TrialResult.End) {
    let adapted = [
      JSONMember("learning_rate", .number(0.1)), JSONMember("weight_decay", .number(1e-7)),
    ]
    let result = TrialResult(
      end: end, curve: [.nan, 1, 0.30000000000000004], deviations: [0.5], iterations: 12,
      adapted: adapted, seconds: 0.75)
    let message = TrialMessage.result(EndedTrial(place: 9, result: result))
    guard case .result(let found) = TrialMessage(message.bytes) else {
      Issue.record("another kind of message")
      return
    }
    #expect(found.place == 9)
    #expect("\(found.result.end)" == "\(end)")
    #expect(found.result.curve.map(\.bitPattern) == result.curve.map(\.bitPattern))
    #expect(found.result.deviations == [0.5])
    #expect(found.result.iterations == 12 && found.result.seconds == 0.75)
    #expect(
      JSONValue.object(found.result.adapted).compactText == JSONValue.object(adapted).compactText)
  }

  @Test func withoutDeviations() {
    let result = TrialResult(end: .pruned, curve: [], iterations: 0, seconds: 0)
    guard
      case .result(let found) = TrialMessage(
        TrialMessage.result(EndedTrial(place: 0, result: result)).bytes)
    else {
      Issue.record("another kind of message")
      return
    }
    #expect(found.result.deviations == nil && found.result.adapted.isEmpty)
  }

  @Test func whatHasNothingInIt() {
    for message in [TrialMessage.stop, .end] {
      #expect("\(TrialMessage(message.bytes))" == "\(message)")
    }
  }
}
