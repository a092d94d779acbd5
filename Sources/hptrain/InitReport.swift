import Configuration
import Training

/// What `init` says of its choice.
struct InitReport {
  private let proposal: Proposal

  init(_ proposal: Proposal) { self.proposal = proposal }

  var text: String {
    var table = TextTable([.left, .left])
    for fact in proposal.facts { table.add(fact.subject, fact.text) }
    let notes = proposal.notes.map { $0.text(color: Console.paint.isOn) }
    return (table.lines() + notes).joined(separator: "\n")
  }

  /// A path as a shell reads it.
  static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/._-+=:,@%".utf8.contains($0)
      }
    }
    return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
  }
}
