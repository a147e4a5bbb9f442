/// The models of the local stack: all from one server on the CPU.
enum LocalModels {
    static func json(server: String) -> String {
        """
        {
          "embed": { "protocol": "openai", "url": "\(server)", "model": "all-MiniLM-L6-v2" },
          "transcribe": { "protocol": "openai", "url": "\(server)", "model": "pocketsphinx-en-us" },
          "readText": { "protocol": "kserve", "url": "\(server)", "model": "ocr" }
        }

        """
    }
}
