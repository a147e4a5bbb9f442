import Pipeline

/// The WebVTT track that tells a player which part of which sheet belongs to a time, as media fragments (`#xywh=`).
package struct StoryboardTrack {
    private var cues: [(startMilliseconds: Int, address: String)] = []

    package init() {}

    package var isEmpty: Bool { cues.isEmpty }

    /// Adds the tiles of a sheet.
    ///
    /// - Parameters:
    ///   - sheet: the sheet.
    ///   - name: its address as seen from the track.
    package mutating func add(_ sheet: StoryboardSheet, named name: String) {
        for tile in sheet.tiles {
            let part = "\(tile.x),\(tile.y),\(sheet.tileWidth),\(sheet.tileHeight)"
            cues.append((tile.startMilliseconds, "\(name)#xywh=\(part)"))
        }
    }

    /// The track as text; each tile is shown until the next.
    package func webVTT(endMilliseconds: Int) -> String {
        Captions.webVTT(
            cues.indices.map { index in
                let isLast = index + 1 == cues.count
                return Moment(
                    kind: .shot,
                    startMilliseconds: index == 0 ? 0 : cues[index].startMilliseconds,
                    endMilliseconds: isLast ? endMilliseconds : cues[index + 1].startMilliseconds,
                    text: cues[index].address
                )
            }
        )
    }
}
