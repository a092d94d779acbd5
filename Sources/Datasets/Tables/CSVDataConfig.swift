import Configuration
import Numerics

/// A CSV file as data: columns are features and targets.
package struct CSVDataConfig: DataConfig {
  package static let type = "csv"
  package static let summary = "A table in a CSV file, plain or in gzip."
  package static let guidance = Guidance.choice(
    """
    Tables, and series with a window: numbers and categories in columns. Images fit \
    better as idx, in a tenth of the space.
    """,
    typical: "The default, so that format may be left out.",
    example:
      #""data": {"format": "csv", "train": "iris.csv", "target": "species", "scaling": "standard"}"#
  )
  package static let synonyms = ["tsv", "table"]

  package var train: [String]?
  package var validation: HeldOut<[String]>?
  package var test: HeldOut<[String]>?
  package var target: [String]?
  package var task: LearningTask?
  package var features: [String]?
  package var ignore: [String] = []
  package var header: CSVHeaderOption = .present
  package var delimiter: String?
  package var quote = "\""
  package var decimal = DecimalMark.point
  package var thousands: ThousandsSeparator?
  package var signs: [String] = []
  package var missing = MissingConfig()
  package var columns: [String: ColumnConfig] = [:]
  package var scaling = Scaling.none
  package var clip: Double?
  package var numberEncoding = NumberEncoding.number
  package var bins: Int?
  package var unseenCategories = UnseenCategories.error
  package var minimumCount: Int?
  package var group: String?
  package var weight: String?
  package var window: WindowConfig?
  package var storage: StorageConfig?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "train", \.train, .tablePaths, required: true,
      synonyms: ["path", "file", "files", "data", "train_path", "training"],
      help:
        "The file or files with the training examples; a pattern stands for all files that fit.",
      guidance: .choice(
        """
        A file in UTF-8 whose lines are examples, plain or in gzip. Several files have the \
        same columns, in any order, and are read one behind the other; * stands for any \
        characters of a name.
        """,
        typical: "A path from the folder of the configuration.",
        example: #""train": ["old.csv", "2024-*.csv.gz"]"#)),
    Key(
      "validation", \.validation, .heldOut(.oneOrMore(.string("a path"))),
      synonyms: ["val", "valid", "validation_split", "eval"],
      help: "Examples to choose the best epoch by: a file, or a fraction of train.",
      guidance: .validation(example: #""validation": {"fraction": 0.2}"#)),
    Key(
      "test", \.test, .heldOut(.oneOrMore(.string("a path"))), synonyms: ["test_split", "holdout"],
      help: "Examples for the final figures: a file, or a fraction of train.",
      guidance: .test(example: #""test": {"fraction": 0.2}"#)),
    Key(
      "target", \.target, .oneOrMore(.string("a column")), required: true,
      synonyms: ["targets", "label", "labels", "y", "label_column"],
      help: "The column or columns to predict.",
      guidance: .choice(
        """
        The column to answer; several columns of numbers make several outputs that share the \
        network. What is only known after the target has to be in ignore: it gives the \
        answer away.
        """,
        typical: "One column.",
        example: #""target": "species""#)),
    Key(
      "task", \.task, .choice,
      help: "What to learn; by default what the loss is made for, else by the target's contents.",
      guidance: .choice(
        """
        Say it where no loss is named and the target is misread: classification for classes \
        that are numbers, such as 0 to 9; regression for numbers of which there are few.
        """,
        typical: "Left out.",
        example: #""task": "classification""#)),
    Key(
      "features", \.features, .list(.string("a column"), atLeast: 1),
      synonyms: ["inputs", "feature_columns", "x"],
      help:
        "The columns to learn from; by default all but the ignored ones and, without a window, the target.",
      guidance: .choice(
        """
        Name them where few of many columns shall count, or to keep the model as it is when \
        columns are added to the file. Otherwise ignore is shorter.
        """,
        typical: "Left out.",
        example: #""features": ["age", "income"]"#)),
    Key(
      "ignore", \.ignore, .oneOrMore(.string("a column"), atLeast: 0),
      synonyms: ["exclude", "drop", "skip"],
      help: "Columns to leave out.",
      guidance: .choice(
        """
        Numbers of rows, names and other columns that differ in each row: a network learns \
        them by heart. Also what follows from the target.
        """,
        typical: "id, name, the time of the row.",
        example: #""ignore": ["id", "name"]"#)),
    Key(
      "header", \.header, .header, help: CSVHeaderOption.help,
      guidance: .choice(
        """
        true where the first line has the names; a list for files without, whose columns are \
        then c0, c1 and so on. A first line of numbers with true loses an example.
        """,
        typical: "true.",
        example: #""header": ["height", "width", "species"]"#)),
    Key(
      "delimiter", \.delimiter, .string("one character"), synonyms: ["sep", "separator"],
      help:
        "The character between fields; by default a tab in .tsv files, else what divides the first row.",
      guidance: .choice(
        """
        Where the first row does not tell: without a comma in it, a tab, semicolon or bar is \
        taken. The wrong one makes one column of each line, and the target is not found.
        """,
        typical: "Left out.",
        example: #""delimiter": ";""#)),
    Key(
      "quote", \.quote, .string("one character"), help: "The character around quoted fields.",
      guidance: .choice(
        """
        Another one only where the file has another, such as a single quote. Fields that \
        hold the delimiter or a line break need quotes.
        """,
        typical: "A double quote.",
        example: #""quote": "'""#)),
    Key(
      "decimal", \.decimal, .choice, synonyms: ["decimal_separator", "decimal_mark"],
      help: "The mark before the fraction of numbers.",
      guidance: .choice(
        """
        A comma for files of most of Europe. With the wrong mark numbers become categories, \
        or thousands fractions; check says when a column looks like it.
        """,
        typical: "A point; \",\" beside the delimiter \";\".",
        example: #""decimal": ",""#)),
    Key(
      "thousands", \.thousands, .choice, synonyms: ["thousands_separator", "grouping"],
      help: "What stands between the thousands of numbers.",
      guidance: .choice(
        """
        Where numbers are written for people, as 1,234,567 or 1 234 567. Numbers without it \
        are read all the same.
        """,
        typical: "Left out.",
        example: #""thousands": ",""#)),
    Key(
      "signs", \.signs, .oneOrMore(.string("a sign"), atLeast: 0),
      synonyms: ["units", "currency", "symbols"],
      help: "What may stand before or behind numbers and is left out.",
      guidance: .choice(
        """
        Percent, currencies and other units that the numbers of a column share: 12 % is 12. \
        Not for units that differ within a column. Three say that a number is negative: "()" \
        for (5), "-" for 5-, and "\u{2212}" (U+2212) for \u{2212}5.
        """,
        typical: "Left out.",
        example: #""signs": ["%", "$"]"#)),
    Key(
      "missing", \.missing, MissingConfig.codec, synonyms: ["na", "missing_values"],
      help: "What counts as a missing value and what becomes of it.",
      guidance: .choice(
        """
        error until it is known why values are missing; median for numbers and most_frequent \
        for categories where few are, drop_row where most of a row is. The training part \
        gives the values.
        """,
        typical: "median, or constant with a value that means missing.",
        example: #""missing": "median""#)),
    Key(
      "columns", \.columns, .map(of: "column", ColumnConfig.codec),
      help: "Settings for single columns; they win over those for all.",
      guidance: .choice(
        """
        For columns that are unlike the others: numbers that are codes, ones on another \
        scale, ones with values missing.
        """,
        typical: "Postal codes and other codes as categories.",
        example: #""columns": {"zip": "category", "age": {"missing": "median"}}"#)),
    Key(
      "scaling", \.scaling, .choice, synonyms: ["normalization", "normalize", "scale", "scaler"],
      help:
        "How numbers are scaled, by statistics of the training part; targets too where the loss allows, and predictions and metrics are scaled back.",
      guidance: .choice(
        """
        standard for nearly every table: inputs of different sizes make training slow or \
        diverge. min_max for bounded numbers without outliers, which would press all others \
        together; robust (median and quartiles) for ones with; log for numbers over several \
        powers of ten, such as incomes; quantile for any distribution, of which it keeps the \
        ranks. none for numbers near 1 already, or 0 and 1.
        """,
        typical: "standard; quantile for tables of columns of all kinds.",
        example: #""scaling": "standard""#)),
    .number(
      "clip", \.clip, in: .above(0), synonyms: ["clipping", "clip_outliers"],
      help:
        "How far from 0 numbers may be once they are scaled, or as they are without scaling; those beyond are set to it. Targets are not clipped.",
      guidance: .amount(
        tooLow: "Numbers that differ become the same.",
        tooHigh: "Outliers pull at the network as they do without it.",
        typical: "Left out; 3 to 5 with standard or robust scaling of columns with outliers.",
        example: #""scaling": "robust", "clip": 3"#)),
    Key(
      "number_encoding", \.numberEncoding, .choice,
      synonyms: ["numeric_encoding", "number_embedding", "numeric_embedding", "ple"],
      help:
        "How columns of numbers become inputs: one scaled number each, or piecewise_linear, an input for each of some bins of the training numbers.",
      guidance: .choice(
        """
        piecewise_linear for targets that depend on numbers in steps and peaks, where a network of \
        scaled numbers stays smooth: each bin has a slope of its own. It takes the place of \
        scaling, and needs more memory and time, as the first layer has an input for each bin.
        """,
        typical: "number; piecewise_linear from some thousand rows on, or for single columns.",
        example: #""number_encoding": "piecewise_linear", "bins": 16"#)),
    .bins(
      \.bins,
      help:
        "How many bins the training numbers of a column are divided into, each of as many rows, with piecewise_linear; by default 16. Ties make fewer.",
      example: #""number_encoding": "piecewise_linear", "bins": 32"#),
    Key(
      "unseen_categories", \.unseenCategories, .choice, synonyms: ["handle_unknown"],
      help:
        "A category that the training part lacks is an error, zeros in all its inputs, or one of the rare ones.",
      guidance: .choice(
        """
        error to learn of misspelt categories; zeros for a model that shall answer for new \
        ones, as of shops or words, by the other columns; rare to answer for them as for those \
        that training has seldom seen, which for names is the better guess.
        """,
        typical: "error while training, zeros or rare in use.",
        example: #""unseen_categories": "zeros""#)),
    .minimumCount(\.minimumCount),
    Key(
      "group", \.group, .string("a column"), synonyms: ["groups", "group_column", "split_by"],
      help:
        "A column whose values are divided as wholes: rows of one are in one part, or one fold, only. It is no input unless features names it.",
      guidance: .choice(
        """
        Patients, customers, machines: where several rows are of one, and the model shall \
        answer for new ones. With its rows in two parts the figures would flatter.
        """,
        typical: "Left out.",
        example: #""group": "patient""#)),
    Key(
      "weight", \.weight, .string("a column"),
      synonyms: ["sample_weight", "weights", "weight_column", "sample_weights", "example_weights"],
      help:
        "A column of numbers that say how much each row counts, in the loss and in all figures. It is no input.",
      guidance: .choice(
        """
        Surveys, in which a row stands for many people; rows that were counted together; \
        measurements of which some are more certain. 0 leaves a row out of account. For rare \
        classes alone class_weights of the loss are shorter.
        """,
        typical: "Left out, which is a weight of 1 for all.",
        example: #""weight": "persons""#)),
    Key(
      "window", \.window, WindowConfig.codec,
      synonyms: [
        "windows", "windowing", "time_series", "timeseries", "sequence", "lookback", "forecast",
      ],
      help:
        "Reads the rows as time series: inputs are runs of rows, targets the rows that follow. Fractions are then the last rows, not shuffled.",
      guidance: .choice(
        """
        Series, of which the next rows are to be predicted from those before. Not for rows \
        that have no order.
        """,
        typical: "Two seasons of inputs, such as 48 hours, for a horizon of up to one.",
        example: #""window": {"length": 48, "horizon": 24}"#)),
    Key(
      "storage", \.storage, StorageConfig.codec,
      synonyms: ["out_of_core", "streaming", "on_disk", "pages", "cache"],
      help:
        "Where the examples are kept while training: in memory, or on the disk for tables larger than memory.",
      guidance: .choice(
        """
        disk for a table that does not fit into memory: it is read twice in pieces, its examples go to a \
        temporary file in TMPDIR or else /var/tmp, and a part of them is in memory at a time.
        """,
        typical: "Left out, which is memory.",
        example: #""storage": "disk""#)),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    if window != nil { validateWindow(json, &reading) }
    if window != nil, group != nil {
      reading.report(
        code: "contradiction", "series are divided by time, and not by 'group'",
        at: json["group"]?.location,
        help: "'window' has a 'group' of its own, which tells series apart")
    }
    reading.checkNotation(decimal, thousands, signs, json)
    validateBins(json, &reading)
    validateLabels(json, &reading)
  }

  package var isComplete: Bool { train != nil && target != nil }

  package mutating func mapPaths(_ transform: (String) -> String) {
    mapSources { $0.map(transform) }
  }

  /// Writes the files in the place of patterns.
  mutating func expandPatterns(in folder: String) {
    mapSources { paths in paths.flatMap { FilePattern.files($0, in: folder) } }
  }

  private mutating func mapSources(_ transform: ([String]) -> [String]) {
    train = train.map(transform)
    if let paths = validation?.source { validation = .source(transform(paths)) }
    if let paths = test?.source { test = .source(transform(paths)) }
  }

  package func prepare(_ context: DataContext) throws -> PreparedData {
    try examine(context).sound
  }

  package func examine(_ context: DataContext) throws -> ExaminedData {
    try TablePreparation(config: self, context: context).examine()
  }

  package func prepareFolds(_ count: Int, _ context: DataContext) throws -> FoldedData {
    try TablePreparation(config: self, context: context).prepareFolds(count)
  }
}

/// What becomes of a category that the training part lacks.
package enum UnseenCategories: String, CaseIterable, Sendable {
  case error
  case zeros
  /// As the categories of the training part that are rare.
  case rare
}

/// Whether a file names its columns.
package enum CSVHeaderOption: Sendable, Equatable {
  case present
  case absent
  case names([String])

  static let help =
    "true if the first line names the columns, false for the names c0, c1, …, or a list of names."

  var mode: CSVHeaderMode {
    switch self {
    case .present: .present
    case .absent: .absent
    case .names(let names): .names(names)
    }
  }
}

extension Codec where Value == CSVHeaderOption {
  static var header: Codec {
    let names = Codec<[String]>.list(.string("a name"), atLeast: 1)
    let form = Form.either([.boolean, names.form])
    return Codec(
      form: form,
      read: { json, reading in
        if let flag = json.boolean { return flag ? .present : .absent }
        guard json.items != nil else {
          reading.reportMismatch(json, expected: form)
          return nil
        }
        guard let list = names.read(json, &reading) else { return nil }
        for (index, name) in list.enumerated() where list[..<index].contains(name) {
          reading.report(
            code: "duplicate-column", "the name \"\(name)\" stands twice in '\(reading.path.name)'",
            at: json.items?[index].location)
          return nil
        }
        return .names(list)
      },
      write: { value in
        switch value {
        case .present: .boolean(true)
        case .absent: .boolean(false)
        case .names(let list): names.write(list)
        }
      })
  }
}

extension Codec where Value == [String] {
  /// Files of a table; those of arrays are named by an object.
  fileprivate static var tablePaths: Codec {
    Codec.oneOrMore(.string("a path")).suggesting { json in
      json["features"] == nil && json["labels"] == nil
        ? nil : "write \"format\": \"idx\" in data beside it"
    }
  }
}
