import Configuration

/// Settings for one column: `"category"` or `{"type": "category", "missing": "most_frequent"}`.
package struct ColumnConfig: ConfigObject {
  package enum Kind: String, CaseIterable, Sendable {
    case number
    case category
  }

  package enum Encoding: String, CaseIterable, Sendable {
    case oneHot = "one_hot"
  }

  package var type: Kind?
  package var decimal: DecimalMark?
  package var thousands: ThousandsSeparator?
  package var signs: [String]?
  package var scaling: Scaling?
  package var missing: ColumnMissingConfig?
  package var indicator = false
  package var encoding: Encoding?
  package var unseenCategories: UnseenCategories?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "type", \.type, .choice,
      help: "By default a number if most fields are numbers, else a category.",
      guidance: .choice(
        """
        category for codes that are written as numbers, such as postal codes and months; \
        number for a column of more words than numbers, to have them as errors with their \
        places.
        """,
        typical: "Left out.",
        example: #""type": "category""#)),
    Key(
      "decimal", \.decimal, .choice, help: "The mark before the fraction, in this column.",
      guidance: .choice(
        "Where the numbers of this column are written otherwise than those of the others.",
        typical: "Left out, which is as for all.",
        example: #""decimal": ",""#)),
    Key(
      "thousands", \.thousands, .choice, help: "What stands between thousands, in this column.",
      guidance: .choice(
        "Where the numbers of this column are written otherwise than those of the others.",
        typical: "Left out, which is as for all.",
        example: #""thousands": ",""#)),
    Key(
      "signs", \.signs, .oneOrMore(.string("a sign"), atLeast: 0),
      help: "What may stand before or behind the numbers of this column.",
      guidance: .choice(
        "A unit that only this column has, or an empty list where the signs of all are texts.",
        typical: "Left out, which is as for all.",
        example: #""signs": "%""#)),
    Key(
      "scaling", \.scaling, .choice, help: "How the numbers of this column are scaled.",
      guidance: .choice(
        """
        none for columns of 0 and 1 beside others that are scaled; min_max for bounded ones \
        such as shares of hours; standard for the rest.
        """,
        typical: "Left out, which is as for all.",
        example: #""scaling": "none""#)),
    Key(
      "missing", \.missing, ColumnMissingConfig.codec,
      help: "What becomes of missing values in this column.",
      guidance: .choice(
        """
        Where this column needs another answer than the others: constant where missing says \
        something of its own.
        """,
        typical: "median for numbers, most_frequent for categories.",
        example: #""missing": {"strategy": "constant", "value": 0}"#)),
    .boolean(
      "indicator", \.indicator, synonyms: ["missing_indicator", "add_indicator"],
      help: "One more input that is 1 where the value is missing, and else 0.",
      guidance: .choice(
        """
        true where that a value is missing says something by itself, as an age that nobody \
        asked for. It needs a strategy that fills the value in.
        """,
        typical: "Left out; true where more than some in a hundred are missing.",
        example: #""missing": "median", "indicator": true"#)),
    Key(
      "encoding", \.encoding, .choice,
      help: "How a category becomes inputs: one for each category.",
      guidance: .choice(
        """
        There is one so far. A column of thousands of categories makes as many inputs: group \
        the rare ones in the file first.
        """,
        typical: "Left out; up to some hundred categories.",
        example: #""type": "category", "encoding": "one_hot""#)),
    Key(
      "unseen_categories", \.unseenCategories, .choice,
      help: "A category that the training part lacks is an error, or zeros.",
      guidance: .choice(
        """
        zeros where new categories of this column are to be expected, such as names of \
        shops; error where one would be a mistake.
        """,
        typical: "error for sex or species, zeros for names.",
        example: #""unseen_categories": "zeros""#)),
  ]
  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    reading.checkNotation(decimal, thousands, signs ?? [], json)
  }

  static let codec = Codec<ColumnConfig>.shortForm(.object()) { (type: Kind) in
    var config = ColumnConfig()
    config.type = type
    return config
  }
}
