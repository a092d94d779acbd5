/// What helps where a layer of sequences gets something else.
enum LayerHelp {
  static let sequence =
    "recurrent layers before it hand on all steps with \"return_sequences\": true; plain numbers become a sequence by {\"type\": \"reshape\", \"shape\": [steps, dimensions]}"
  static let reshape = "put {\"type\": \"reshape\", \"shape\": [steps, dimensions]} before it"
}
