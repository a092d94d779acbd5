/// What an example is in its file, for people.
package struct ExampleDescription: Sendable {
  /// `data.csv:12`
  package var place: String?
  /// What it says in the columns of the data, as far as they are read.
  package var fields: [(name: String, text: String)] = []

  /// The series that it is of, where there are several.
  package var series: String?
  /// Of a window the time of each row that it predicts, where there are times.
  package var times: [String] = []

  package init(
    place: String? = nil, fields: [(name: String, text: String)] = [], series: String? = nil,
    times: [String] = []
  ) {
    self.place = place
    self.fields = fields
    self.series = series
    self.times = times
  }
}
