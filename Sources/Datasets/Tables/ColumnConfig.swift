import Configuration

/// Settings for one column: `"category"` or `{"type": "category", "missing": "most_frequent"}`.
package struct ColumnConfig: ConfigObject {
  package enum Kind: String, CaseIterable, Sendable {
    case number
    case category
    case datetime
  }

  package enum Encoding: String, CaseIterable, Sendable {
    case oneHot = "one_hot"
    case embedding
    case ordinal
    case hash
    case frequency
    case target
    case cyclic
    case number
    case piecewiseLinear = "piecewise_linear"
  }

  package var type: Kind?
  package var decimal: DecimalMark?
  package var thousands: ThousandsSeparator?
  package var signs: [String]?
  package var scaling: Scaling?
  package var clip: Double?
  package var missing: ColumnMissingConfig?
  package var indicator = false
  package var encoding: Encoding?
  package var bins: Int?
  package var separator: String?
  package var dimensions: Int?
  package var parts: [DatePart]?
  package var order: ColumnOrder?
  package var buckets: Int?
  package var shared: String?
  package var unseenCategories: UnseenCategories?
  package var minimumCount: Int?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "type", \.type, .choice,
      help:
        "By default a number if most fields are numbers, datetime if most are dates, else a category.",
      guidance: .choice(
        """
        category for codes that are written as numbers, such as postal codes and months; \
        number for a column of more words than numbers, to have them as errors with their \
        places; datetime for dates of series, which are not taken for inputs unasked.
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
    .number(
      "clip", \.clip, in: .above(0), help: "How far from 0 scaled numbers of this column may be.",
      guidance: .amount(
        tooLow: "Numbers that differ become the same.",
        tooHigh: "Outliers pull at the network as they do without it.",
        typical: "Left out, which is as for all; 3 for a column with outliers.",
        example: #""clip": 3"#)),
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
      help:
        "How a category becomes inputs: one_hot, embedding, ordinal, hash, frequency or target. How a number does: number or piecewise_linear. How the parts of dates that come back do: cyclic, number or one_hot.",
      guidance: .choice(
        """
        one_hot learns each category for itself; embedding, a vector that is learned with the \
        network, lets categories resemble each other and keeps the layers behind it small. \
        ordinal where categories have an order, as sizes do; hash where new ones come all the \
        time; frequency where being rare says something; target, the smoothed mean of the target, \
        for thousands of categories and few rows each. piecewise_linear for a number on which the target \
        depends in steps and peaks. Of dates cyclic for what changes little by little, as over a year; one_hot for what \
        leaps, as from Friday to Saturday.
        """,
        typical: "Left out: one_hot for up to 50 categories, embedding for more, cyclic for dates.",
        example: #""type": "category", "encoding": "embedding""#)),
    .bins(
      \.bins,
      help:
        "How many bins the training numbers of this column are divided into, with the encoding piecewise_linear; by default as for all columns.",
      example: #""encoding": "piecewise_linear", "bins": 16"#),
    .integer(
      "dimensions", \.dimensions, in: .between(1, 1_000_000),
      synonyms: ["embedding_dim", "embedding_size"],
      help: "Numbers of the vector for each category of this column, where it has one.",
      guidance: .amount(
        tooLow: "Categories cannot be told apart well.",
        tooHigh: "Rare categories are learned by heart.",
        typical:
          "Left out: 1.6 times their number to the power of 0.56, at most 50; 10 for 30, 21 for 100.",
        example: #""encoding": "embedding", "dimensions": 8"#)),
    Key(
      "parts", \.parts, .oneOrMore(.choice),
      help: "What of a date becomes an input; by default what differs in the training part.",
      guidance: .choice(
        """
        elapsed, days since the first of the training part, and year for what grows; month, \
        day, weekday, hour and so on for what comes back. Leave elapsed out where the model \
        shall answer for times long after the training part.
        """,
        typical: "Left out.",
        example: #""type": "datetime", "parts": ["month", "weekday"]"#)),
    Key(
      "order", \.order, .columnOrder,
      synonyms: ["date_order", "dayfirst", "ordered_categories", "levels"],
      help:
        "The order of day, month and year in dates, by default as the rows tell; or all categories from the first to the last, for the encoding ordinal and for a target of classes that follow each other.",
      guidance: .choice(
        """
        Of dates where no day is beyond 12, so that 03/04/2024 may be in March or in April. Of \
        categories always with ordinal, the encoding or the loss: the letters do not tell that S \
        comes before L.
        """,
        typical: "Left out for dates.",
        example: #""encoding": "ordinal", "order": ["S", "M", "L"]"#)),
    .integer(
      "buckets", \.buckets, in: .between(2, 1_000_000_000),
      synonyms: ["hash_buckets", "n_features", "num_buckets"],
      help:
        "How many buckets the texts of this column fall into, with the encoding hash; each is one-hot, or a vector where they are more than 50.",
      guidance: .amount(
        tooLow: "Texts that have nothing in common share a bucket.",
        tooHigh: "Memory, and vectors that are never learned.",
        typical: "Two to four times as many as there are texts.",
        example: #""encoding": "hash", "buckets": 1024"#)),
    Key(
      "shared", \.shared, .string("a name"), synonyms: ["share", "shared_embedding", "table"],
      help:
        "A name of vectors that all columns with it have in common, with the encoding embedding.",
      guidance: .choice(
        """
        Columns that hold the same things in other roles, such as the home and the guest team, \
        or the place where a trip begins and ends: what is learned of one holds for the other.
        """,
        typical: "Left out.",
        example: #""encoding": "embedding", "shared": "team""#)),
    Key(
      "separator", \.separator, .string("what stands between labels"),
      synonyms: ["label_separator", "labels_separator", "sep"],
      help:
        "What stands between the labels of a target whose fields hold several, such as a|b|c; each is learned as a yes or no, with binary_cross_entropy.",
      guidance: .choice(
        """
        Tags, topics, genres: one column whose fields are lists. Labels are those of the training \
        part, without the blanks around them, and an empty field has none. Not for classes whose \
        names happen to hold the character.
        """,
        typical: "Left out, by which a field is one class.",
        example: #""separator": "|""#)),
    Key(
      "unseen_categories", \.unseenCategories, .choice,
      help: "A category that the training part lacks is an error, zeros, or one of the rare ones.",
      guidance: .choice(
        """
        zeros where new categories of this column are to be expected, such as names of \
        shops; error where one would be a mistake.
        """,
        typical: "error for sex or species, zeros for names.",
        example: #""unseen_categories": "zeros""#)),
    .minimumCount(\.minimumCount),
  ]
  /// The settings among some that say something.
  func given(of keys: [String]) -> [String] {
    let isGiven = [
      "scaling": scaling != nil, "missing": missing != nil, "encoding": encoding != nil,
      "clip": clip != nil, "decimal": decimal != nil, "thousands": thousands != nil,
      "signs": signs != nil, "parts": parts != nil, "order": order != nil, "indicator": indicator,
      "unseen_categories": unseenCategories != nil, "dimensions": dimensions != nil,
      "minimum_count": minimumCount != nil, "buckets": buckets != nil, "shared": shared != nil,
      "bins": bins != nil, "separator": separator != nil,
    ]
    return keys.filter { isGiven[$0] == true }
  }

  /// Whether it says no more than that there are dates, and in which order their parts are.
  var saysOnlyDates: Bool {
    let isOfDates = type == .datetime || type == nil && order?.ofDates != nil
    return isOfDates && order?.ofCategories == nil
      && given(of: Self.keys.map(\.name)).allSatisfy { $0 == "order" }
  }

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    reading.checkNotation(decimal, thousands, signs ?? [], json)
  }

  static let codec = Codec<ColumnConfig>.shortForm(.object()) { (type: Kind) in
    var config = ColumnConfig()
    config.type = type
    return config
  }
}

extension Key {
  static func minimumCount(_ property: WritableKeyPath<Root, Int?> & Sendable) -> Key {
    .integer(
      "minimum_count", property, in: .between(1, 1_000_000_000), unit: "rows",
      synonyms: ["min_frequency", "minimum_frequency", "min_count"],
      help: """
        Categories with fewer training rows are one, the rare ones, as are unseen ones then; by \
        default 1, and 2 where unseen_categories is rare.
        """,
      guidance: .amount(
        tooLow: "Categories of a row or two are learned by heart.",
        tooHigh: "What tells the target is lost among the rare ones.",
        typical: "Left out; 5 to 20 for columns of thousands of categories.",
        example: #""minimum_count": 10"#))
  }
}

extension ConfigPath {
  /// Where a configuration has the settings of a column.
  package static func settings(ofColumn name: String) -> ConfigPath {
    ConfigPath.root.key("data").key("columns").key(name)
  }
}
