resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.key.arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsAndBudget"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account } }
      },
      {
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

locals {
  topic_arn    = "${var.arns}:sns:${var.region}:${var.account}:${var.name}-alarms"
  pace_seconds = 900
  lanes = merge([for stage, names in var.queue_names : {
    for lane in ["interactive", "bulk"] : names[lane] => { stage = stage, lane = lane }
  }]...)
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  for_each = var.queue_names

  alarm_name          = "${each.value.dead}-not-empty"
  alarm_description   = "Something has failed for good in ${each.key}: `media dlq show ${each.key}`."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value.dead }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "oldest" {
  for_each = local.lanes

  alarm_name          = "${each.key}-oldest"
  alarm_description   = "A message waits too long for ${each.value.stage}, too few tasks or none that work: infra/runbooks/oldest-message.md."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.oldest_message_seconds[each.value.lane]
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  dynamic "metric_query" {
    for_each = {
      age     = { name = "ApproximateAgeOfOldestMessage", stat = "Maximum" }
      waiting = { name = "ApproximateNumberOfMessagesVisible", stat = "Minimum" }
      ended   = { name = "NumberOfMessagesDeleted", stat = "Sum" }
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/SQS"
        metric_name = metric_query.value.name
        dimensions  = { QueueName = each.key }
        period      = local.pace_seconds
        stat        = metric_query.value.stat
      }
    }
  }

  # The oldest message may be one that is worked on, for hours: its age counts only where there were always messages that wait,
  # and more of them than are ended within the threshold at the pace of this quarter of an hour.
  metric_query {
    id          = "waits"
    label       = "Age of the oldest, where messages wait"
    expression  = "IF(waiting * ${local.pace_seconds} > FILL(ended, 0) * ${var.oldest_message_seconds[each.value.lane]}, age, 0)"
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "search" {
  for_each = {
    errors    = { name = "HTTPCode_Target_5XX_Count", statistic = "Sum", threshold = 5, text = "Search answers with errors." }
    unreached = { name = "HTTPCode_ELB_5XX_Count", statistic = "Sum", threshold = 5, text = "The load balancer finds no Search that answers." }
    unhealthy = { name = "UnHealthyHostCount", statistic = "Maximum", threshold = 0, text = "A task of Search does not answer." }
  }

  alarm_name        = "${var.name}-search-${each.key}"
  alarm_description = each.value.text
  namespace         = "AWS/ApplicationELB"
  metric_name       = each.value.name
  dimensions = merge(
    { LoadBalancer = var.search.balancer },
    each.key == "unreached" ? {} : { TargetGroup = var.search.target_group },
  )
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = {
    storage = {
      name = "FreeStorageSpace", below = true, threshold = var.database.allocated_gb * 1024 * 1024 * 1024 / 10
      text = "Less than a tenth of the storage asked for is free."
    }
    cpu = { name = "CPUUtilization", below = false, threshold = 85, text = "The database computes without a pause." }
    connections = {
      name = "DatabaseConnections", below = false, threshold = floor(var.database.max_connections * 0.8)
      text = "Four fifths of the connections are in use: infra/runbooks/database-limits.md."
    }
    memory = { name = "FreeableMemory", below = true, threshold = 512 * 1024 * 1024, text = "Too many connections or too small an instance." }
  }

  alarm_name          = "${var.name}-database-${each.key}"
  alarm_description   = each.value.text
  namespace           = "AWS/RDS"
  metric_name         = each.value.name
  dimensions          = { DBInstanceIdentifier = var.database.id }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 15
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "missing"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_budgets_budget" "month" {
  name         = "${var.name}-month"
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:Project$%s", var.name)]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }

  depends_on = [aws_sns_topic_policy.alarms]
}
