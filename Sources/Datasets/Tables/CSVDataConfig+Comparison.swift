import Configuration

extension CSVDataConfig {
  /// The same settings, with those of single columns that another configuration writes out: where a column says
  /// nothing of its own, it has what is said for all.
  package func stating(columnsOf other: CSVDataConfig) -> CSVDataConfig {
    var forAll = ColumnMissingConfig()
    (forAll.strategy, forAll.value) = (missing.strategy, missing.value)
    var config = self
    for (name, theirs) in other.columns {
      var column = columns[name] ?? ColumnConfig()
      func state<Value>(_ setting: WritableKeyPath<ColumnConfig, Value?>, _ standard: Value?) {
        guard theirs[keyPath: setting] != nil, column[keyPath: setting] == nil else { return }
        column[keyPath: setting] = standard
      }
      state(\.decimal, decimal)
      state(\.thousands, thousands)
      state(\.signs, signs)
      state(\.scaling, scaling)
      state(\.clip, clip)
      state(\.missing, forAll)
      state(\.bins, bins)
      state(\.unseenCategories, unseenCategories)
      state(\.minimumCount, minimumCount)
      config.columns[name] = column
    }
    return config
  }
}
