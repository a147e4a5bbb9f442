import StageRuntime

await StageProcess.main(IngestStage())
