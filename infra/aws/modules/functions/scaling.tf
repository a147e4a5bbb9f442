# Tasks by backlog, from none to the topology's limit and back.
#
# The measured value is the backlog per task: the messages that wait in both lanes, and those at work. A message at work
# counts as much as fills the slot that it takes, so that a stage where every slot is busy is never thought too large.
# Bulk work leaves one of several slots free: a task that is full of it has one slot less. Zero is reached when nothing
# waits and nothing is at work.

locals {
  # The topology's times are what CloudWatch takes them as: whole periods of a metric.
  period = var.scaling.metricSeconds

  backlog = { for name, stage in local.containers : name => [
    for metric in [
      { id = "waiting_i", queue = var.queue_names[name].interactive, name = "ApproximateNumberOfMessagesVisible" },
      { id = "waiting_b", queue = var.queue_names[name].bulk, name = "ApproximateNumberOfMessagesVisible" },
      { id = "busy_i", queue = var.queue_names[name].interactive, name = "ApproximateNumberOfMessagesNotVisible" },
      { id = "busy_b", queue = var.queue_names[name].bulk, name = "ApproximateNumberOfMessagesNotVisible" },
    ] : metric
  ] }
  slot_weight = { for name, stage in local.containers : name => stage.backlogPerTask / max(1, stage.concurrency - 1) }

  # The newest minutes of a metric are not there yet, of each metric another number of minutes: the last known value stands
  # for them, since a 0 in their place would be what every alarm sees last. A metric with no value in all the time that an
  # alarm looks back over is 0: SQS sends nothing of a queue that nobody has used for six hours, nor of messages at work
  # where there are none.
  waiting = "FILL(FILL(waiting_i, REPEAT), 0) + FILL(FILL(waiting_b, REPEAT), 0)"
  busy    = "FILL(FILL(busy_i, REPEAT), 0) + FILL(FILL(busy_b, REPEAT), 0)"
  desired = "FILL(FILL(tasks, REPEAT), 0)"
  # Without a number of tasks there is no backlog for each, and a value that is missing scales nothing.
  running = "FILL(tasks, REPEAT)"
  load = { for name, stage in local.containers : name =>
    "(${local.waiting} + (${local.busy}) * ${local.slot_weight[name]})"
  }
  # Of no task, what is to do counts as just enough for one: neither more tasks, nor that first one taken away again, before
  # it is seen to run.
  backlog_per_task = { for name, stage in local.containers : name =>
    "IF(${local.running} > 0, ${local.load[name]}, IF(${local.load[name]} > 0, ${stage.backlogPerTask}, 0)) / IF(${local.running} > 0, ${local.running}, 1)"
  }
  waits_for_nobody = "IF(${local.desired} < 1, ${local.waiting}, 0)"
}

resource "aws_appautoscaling_target" "stage" {
  for_each = local.containers

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.platform.cluster_name}/${aws_ecs_service.stage[each.key].name}"
  min_capacity       = local.limits[each.key].min
  max_capacity       = local.limits[each.key].max
}

resource "aws_appautoscaling_policy" "backlog" {
  for_each = local.containers

  name               = "backlog-per-task"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.stage[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.stage[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.stage[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.backlogPerTask
    scale_out_cooldown = var.scaling.outCooldownSeconds
    scale_in_cooldown  = var.scaling.inCooldownSeconds

    customized_metric_specification {
      dynamic "metrics" {
        for_each = local.backlog[each.key]

        content {
          id          = metrics.value.id
          return_data = false

          metric_stat {
            stat = "Average"

            metric {
              namespace   = "AWS/SQS"
              metric_name = metrics.value.name

              dimensions {
                name  = "QueueName"
                value = metrics.value.queue
              }
            }
          }
        }
      }

      metrics {
        id          = "tasks"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = var.platform.cluster_name
            }

            dimensions {
              name  = "ServiceName"
              value = each.key
            }
          }
        }
      }

      metrics {
        id          = "backlog_per_task"
        label       = "Backlog per task"
        expression  = local.backlog_per_task[each.key]
        return_data = true
      }
    }
  }
}

# Of none, nothing can be a multiple: the first task is started by what waits.
resource "aws_appautoscaling_policy" "first" {
  for_each = local.containers

  name               = "first-task"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.stage[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.stage[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.stage[each.key].resource_id

  step_scaling_policy_configuration {
    # One more, and not one: where the alarm is wrong, or still there after target tracking has gone on, nobody loses a task.
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Maximum"
    # Until its own effect is seen: three datapoints, and two that are late.
    cooldown = 5 * local.period

    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "first" {
  for_each = local.containers

  alarm_name          = "${var.platform.name}-${each.key}-first-task"
  alarm_description   = "Scaling, nobody's business: messages wait and no task runs."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  # One of three, for a datapoint that comes when newer ones should be there.
  evaluation_periods  = 3
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.first[each.key].arn]

  dynamic "metric_query" {
    for_each = [for metric in local.backlog[each.key] : metric if startswith(metric.id, "waiting")]

    content {
      id = metric_query.value.id

      metric {
        namespace   = "AWS/SQS"
        metric_name = metric_query.value.name
        dimensions  = { QueueName = metric_query.value.queue }
        period      = local.period
        stat        = "Maximum"
      }
    }
  }

  metric_query {
    id = "tasks"

    metric {
      namespace   = "ECS/ContainerInsights"
      metric_name = "DesiredTaskCount"
      dimensions  = { ClusterName = var.platform.cluster_name, ServiceName = each.key }
      period      = local.period
      stat        = "Maximum"
    }
  }

  metric_query {
    id          = "waits_for_nobody"
    label       = "Waiting, no task"
    expression  = local.waits_for_nobody
    return_data = true
  }
}
