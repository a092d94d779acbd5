/// Why a search ended, in the words of a run.
enum SearchEnd: String {
  /// The study has all trials.
  case completed
  case timedOut = "timed_out"
  case interrupted
}
