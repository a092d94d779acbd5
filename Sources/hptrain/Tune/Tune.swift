import ArgumentParser

struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Searches hyperparameters: the tuning section of a configuration.",
    discussion: """
      The section names paths of the same file and their ranges; each trial trains the file with other \
      values there. Trials go to a study, an SQLite file that the same command goes on with after it was \
      interrupted, and that Optuna and optuna-dashboard read.

        hptrain tune iris.json --trials 100 --jobs 2
        hptrain tune table studies/iris.db
        hptrain tune history studies/iris.db
        hptrain tune importance studies/iris.db
        hptrain tune best studies/iris.db --write-config best.json --config iris.json

      Any other program is tuned by asking for settings and telling what came of them:

        hptrain tune create study.db space.json
        settings=$(hptrain tune ask study.db)
        hptrain tune tell study.db 0 0.125
      """,
    subcommands: [
      TuneRun.self, TuneBest.self, TuneTable.self, TuneHistory.self, TuneImportance.self,
      TuneCreate.self, TuneAsk.self, TuneTell.self,
    ],
    defaultSubcommand: TuneRun.self)
}
