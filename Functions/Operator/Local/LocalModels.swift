/// The models of the local stack: all from one server on the CPU.
enum LocalModels {
    static func json(server: String) -> String {
        """
        {
          "models": {
            "sentences": {
              "protocol": "openai", "url": "\(server)", "name": "all-MiniLM-L6-v2", "revision": "1"
            },
            "speech": {
              "protocol": "openai", "url": "\(server)", "name": "pocketsphinx-en-us", "revision": "1",
              "timeoutSeconds": 600
            },
            "text": { "protocol": "kserve", "url": "\(server)", "name": "ocr", "revision": "1" }
          },
          "routes": { "embed": ["sentences"], "transcribe": ["speech"], "readText": ["text"] }
        }

        """
    }
}
