output "urls" {
  value = { for stage, names in var.names : stage => {
    interactive = aws_sqs_queue.lane[names.interactive].url
    bulk        = aws_sqs_queue.lane[names.bulk].url
    dead        = aws_sqs_queue.dead[stage].url
  } }
}

# The ARNs, for those who need the queues to be there with their policies.
output "ready" {
  value      = var.arns
  depends_on = [aws_sqs_queue_policy.lane, aws_sqs_queue_policy.dead]
}
