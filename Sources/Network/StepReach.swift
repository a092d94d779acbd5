/// What of a sequence a layer looks at to say something of one step of it.
package enum StepReach: Int, Comparable, Sendable {
  /// That step, and what a state carries over from the steps before.
  case step
  /// Earlier steps of the same window too, or the place of the step in it.
  case window
  /// Later steps too, so that a network that is to predict them would see the answers.
  case ahead

  package static func < (first: StepReach, second: StepReach) -> Bool {
    first.rawValue < second.rawValue
  }
}
