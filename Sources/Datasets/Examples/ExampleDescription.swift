/// What an example is in its file, for people.
package struct ExampleDescription: Sendable {
  /// `data.csv:12`
  package var place: String?
  /// What it says in the columns of the data, as far as they are read.
  package var fields: [(name: String, text: String)] = []

  package init(place: String? = nil, fields: [(name: String, text: String)] = []) {
    self.place = place
    self.fields = fields
  }
}
