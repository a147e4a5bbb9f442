enum Settings {
    static let defaultSpeechModel = "/usr/share/pocketsphinx/model/en-us"
}
