/// Which values of an objective are better.
package enum Direction: String, Sendable {
  case minimize = "MINIMIZE"
  case maximize = "MAXIMIZE"
}
