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
}
