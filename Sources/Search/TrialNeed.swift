/// From how many trials on a setting of an algorithm or a pruner decides anything.
package struct TrialNeed: Sendable, Equatable {
  package enum Scope: Sendable {
    /// There have to be so many trials in all.
    case made
    /// So many have to be known to the last one.
    case known
  }

  /// The key of the setting.
  package let key: String
  package let count: Int
  package let scope: Scope
  /// What holds where there are fewer.
  package let consequence: String

  package init(key: String, count: Int, _ scope: Scope, otherwise consequence: String) {
    self.key = key
    self.count = count
    self.scope = scope
    self.consequence = consequence
  }
}
