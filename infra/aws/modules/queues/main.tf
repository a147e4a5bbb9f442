locals {
  retention_seconds = 14 * 86400
  # The runtime counts attempts in its ledger; this is the net below it.
  receive_count = 1000

  lanes = merge([for stage, names in var.names : {
    for lane in ["interactive", "bulk"] : names[lane] => { stage = stage, lane = lane, arn = var.arns[stage][lane] }
  }]...)

  tls_only = {
    Sid       = "TLSOnly"
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }
  from_bucket = {
    Sid       = "EventsOfTheBucket"
    Effect    = "Allow"
    Principal = { Service = "s3.amazonaws.com" }
    Action    = "sqs:SendMessage"
    Condition = {
      ArnEquals    = { "aws:SourceArn" = var.bucket_arn }
      StringEquals = { "aws:SourceAccount" = var.account }
    }
  }
}

resource "aws_sqs_queue" "dead" {
  for_each = var.names

  name                              = each.value.dead
  message_retention_seconds         = local.retention_seconds
  sqs_managed_sse_enabled           = !var.key.own ? true : null
  kms_master_key_id                 = var.key.arn
  kms_data_key_reuse_period_seconds = !var.key.own ? null : 300
}

resource "aws_sqs_queue" "lane" {
  for_each = local.lanes

  name                              = each.key
  message_retention_seconds         = local.retention_seconds
  visibility_timeout_seconds        = var.visibility_seconds[each.value.stage]
  receive_wait_time_seconds         = 20
  sqs_managed_sse_enabled           = !var.key.own ? true : null
  kms_master_key_id                 = var.key.arn
  kms_data_key_reuse_period_seconds = !var.key.own ? null : 300

  redrive_policy = jsonencode({
    deadLetterTargetArn = var.arns[each.value.stage].dead
    maxReceiveCount     = local.receive_count
  })

  depends_on = [aws_sqs_queue.dead]
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  for_each = var.names

  queue_url = aws_sqs_queue.dead[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [var.arns[each.key].interactive, var.arns[each.key].bulk]
  })
}

resource "aws_sqs_queue_policy" "dead" {
  for_each = var.names

  queue_url = aws_sqs_queue.dead[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge(local.tls_only, { Resource = var.arns[each.key].dead })]
  })
}

resource "aws_sqs_queue_policy" "lane" {
  for_each = local.lanes

  queue_url = aws_sqs_queue.lane[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.tls_only, { Resource = each.value.arn })],
      each.value.stage == "ingest" ? [merge(local.from_bucket, { Resource = each.value.arn })] : [],
    )
  })
}
