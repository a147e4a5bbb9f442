import StageRuntime

await StageProcess.main(TranscribeStage())
