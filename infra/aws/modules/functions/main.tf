# The stages, each with a role of its own; the operator's tasks.

locals {
  lanes      = ["interactive", "bulk"]
  containers = { for name, stage in var.stages : name => stage if var.variants[name] == "containers" }
  functions  = { for name, stage in var.stages : name => stage if var.variants[name] == "lambda" }
  limits = { for name, stage in var.stages : name => {
    min = lookup(var.min_tasks, name, stage.minTasks)
    max = lookup(var.max_tasks, name, stage.maxTasks)
  } }

  password = { PGPASSWORD = { arn = var.platform.database_secret_arn, key = "password" } }

  # Whoever closes an asset's ledger sends to publish.
  sends = { for name, stage in var.stages : name => distinct(concat(stage.sends, ["publish"])) }
  sent_arns = { for name, stage in var.stages : name => distinct(concat(
    [for kind in ["interactive", "bulk", "dead"] : var.queue_arns[name][kind]],
    [for pair in setproduct(local.sends[name], local.lanes) : var.queue_arns[pair[0]][pair[1]]],
  )) }

  policies = { for name, stage in var.stages : name => jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "Receive"
          Effect = "Allow"
          Action = [
            "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
          ]
          Resource = [for lane in local.lanes : var.queue_arns[name][lane]]
        },
        {
          Sid      = "Send"
          Effect   = "Allow"
          Action   = ["sqs:GetQueueUrl", "sqs:SendMessage"]
          Resource = local.sent_arns[name]
        },
        {
          Sid      = "Read"
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = [for prefix in distinct(concat(stage.reads, ["payloads/"])) : "${var.bucket_arn}/${prefix}*"]
        },
        {
          Sid      = "Write"
          Effect   = "Allow"
          Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          Resource = [for prefix in distinct(concat(stage.writes, ["payloads/"])) : "${var.bucket_arn}/${prefix}*"]
        },
        {
          # Without it an object that is not there is answered as forbidden.
          Sid      = "List"
          Effect   = "Allow"
          Action   = ["s3:ListBucket"]
          Resource = [var.bucket_arn]
        },
      ],
      var.variants[name] == "containers" ? [{
        Sid      = "ProtectWhileBusy"
        Effect   = "Allow"
        Action   = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
        Resource = ["${local.ecs}:task/${var.platform.cluster_name}/*"]
      }] : [],
    )
  }) }
  ecs = "${var.platform.arns}:ecs:${var.platform.region}:${var.platform.account}"
}

module "task" {
  source   = "../task"
  for_each = local.containers

  platform       = var.platform
  name           = each.key
  cpus           = each.value.cpus
  memory_mb      = each.value.memoryMB
  entry_point    = ["media-${each.key}"]
  health_command = ["media-${each.key}", "--healthy"]
  secrets        = local.password
  policies       = { pipeline = local.policies[each.key] }
  environment = merge(var.environment, {
    MEDIA_HEARTBEAT_FILE = "/tmp/heartbeat"
    # A run in quarantine is a child process beside its worker.
    MEDIA_QUARANTINE_MEMORY_MB = tostring(floor(each.value.memoryMB * 3 / 4))
  })
}

resource "aws_ecs_service" "stage" {
  for_each = local.containers

  name            = each.key
  cluster         = var.platform.cluster_id
  task_definition = module.task[each.key].arn
  # Scaling decides from here on.
  desired_count          = local.limits[each.key].min
  enable_execute_command = false
  propagate_tags         = "SERVICE"
  # It would stop tasks at work.
  availability_zone_rebalancing = "DISABLED"

  # Messages wait meanwhile, and the database has connections for as many tasks as scaling allows, not for twice as many. One
  # that is at work ends its runs first.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  capacity_provider_strategy {
    capacity_provider = var.spot ? "FARGATE_SPOT" : "FARGATE"
    weight            = 1
  }

  network_configuration {
    subnets          = var.platform.subnet_ids
    security_groups  = [var.security_groups.workers]
    assign_public_ip = false
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

module "lambda" {
  source   = "../lambda"
  for_each = local.functions

  platform          = var.platform
  name              = each.key
  stage             = each.value
  max_tasks         = local.limits[each.key].max
  environment       = var.environment
  secret_arn        = var.written_secret_arn
  queue_arns        = { for lane in local.lanes : lane => var.queue_arns[each.key][lane] }
  security_group_id = var.security_groups.workers
  policies          = { pipeline = local.policies[each.key] }
}

# Where the collectors write metrics, from which CloudWatch makes its own.
resource "aws_cloudwatch_log_group" "metrics" {
  name              = "/${var.platform.name}/metrics"
  retention_in_days = var.platform.log_retention_days
  kms_key_id        = var.platform.key.arn
}
