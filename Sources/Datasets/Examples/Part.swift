/// What examples are used for.
package enum Part: String, CaseIterable, Sendable {
  case train
  case validation
  case test
}
