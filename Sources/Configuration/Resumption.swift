/// Whether a run that was stopped may go on with another value of a key.
package enum Resumption: Sendable, Equatable {
  /// What was learned so far stays what it is, and the new value holds from there on.
  case applied
  /// It would be another run; the text says why, as the end of a sentence.
  case refused(because: String)
}
