import StageRuntime

await StageProcess.main(PublishStage())
