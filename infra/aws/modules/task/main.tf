# A task definition of Fargate with its two roles and its log: the program, what must end before it, and the
# collector that its telemetry goes to.

locals {
  # Sizes that Fargate has: memory in MB by CPU units.
  sizes = {
    256  = [512, 1024, 2048]
    512  = range(1024, 4097, 1024)
    1024 = range(2048, 8193, 1024)
    2048 = range(4096, 16385, 1024)
    4096 = range(8192, 30721, 1024)
  }
  collector_memory_mb = 128
  # The program gets all that the topology says; the collector's memory comes on top.
  needed_mb = var.memory_mb + local.collector_memory_mb
  cpu = min([for cpu, memories in local.sizes : tonumber(cpu)
  if tonumber(cpu) >= var.cpus * 1024 && max(memories...) >= local.needed_mb]...)
  memory_mb = min([for memory in local.sizes[local.cpu] : memory if memory >= local.needed_mb]...)

  # Of the image; without a name in it and without a login.
  user        = "10001:10001"
  stop_second = 60

  log = {
    logDriver = "awslogs"
    options = {
      awslogs-group   = aws_cloudwatch_log_group.this.name
      awslogs-region  = var.platform.region
      mode            = "non-blocking"
      max-buffer-size = "4m"
    }
  }
  hardened = {
    user                   = local.user
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { add = [], drop = ["ALL"] } }
    # The only place that may be written to: the heartbeat and scratch files.
    mountPoints    = [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }]
    volumesFrom    = []
    systemControls = []
  }
  collector_endpoint = "http://127.0.0.1:4318"

  before = [for step in var.before : merge(local.hardened, {
    name             = step.name
    image            = step.image
    essential        = false
    entryPoint       = step.entry_point
    environment      = [for name, value in step.environment : { name = name, value = value }]
    secrets          = [for name, secret in step.secrets : { name = name, valueFrom = "${secret.arn}:${secret.key}::" }]
    portMappings     = []
    logConfiguration = merge(local.log, { options = merge(local.log.options, { awslogs-stream-prefix = step.name }) })
  })]

  program = merge(local.hardened, {
    name        = var.name
    image       = var.platform.image
    essential   = true
    entryPoint  = var.entry_point
    memory      = var.memory_mb
    stopTimeout = local.stop_second
    environment = [for name, value in merge(var.environment, var.collector ? {
      OTEL_EXPORTER_OTLP_ENDPOINT = local.collector_endpoint
      OTEL_RESOURCE_ATTRIBUTES    = "service.namespace=${var.platform.name},service.version=${var.platform.build}"
    } : {}) : { name = name, value = value }]
    secrets          = [for name, secret in var.secrets : { name = name, valueFrom = "${secret.arn}:${secret.key}::" }]
    portMappings     = var.port == null ? [] : [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]
    dependsOn        = [for step in var.before : { containerName = step.name, condition = "SUCCESS" }]
    logConfiguration = merge(local.log, { options = merge(local.log.options, { awslogs-stream-prefix = var.name }) })
    }, var.health_command == null ? {} : {
    healthCheck = { command = concat(["CMD"], var.health_command), interval = 30, timeout = 10, retries = 3, startPeriod = 60 }
  })

  collectors = var.collector ? [{
    name                   = "collector"
    image                  = var.platform.collector_image
    essential              = false
    memory                 = local.collector_memory_mb
    stopTimeout            = local.stop_second
    user                   = local.user
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { add = [], drop = ["ALL"] } }
    environment = [{
      name = "AOT_CONFIG_CONTENT"
      value = templatefile("${path.module}/collector.yaml", {
        region         = var.platform.region, namespace = var.platform.name, log_group = local.metrics_group
        prometheus_url = try(var.platform.prometheus.remote_write_url, ""), is_amazons = local.workspace_arn != null
      })
    }]
    mountPoints      = []
    volumesFrom      = []
    systemControls   = []
    portMappings     = []
    logConfiguration = merge(local.log, { options = merge(local.log.options, { awslogs-stream-prefix = "collector" }) })
  }] : []

  workspace_arn = try(var.platform.prometheus.workspace_arn, null)
  metrics_group = "/${var.platform.name}/metrics"
  logs_arn      = "${var.platform.arns}:logs:${var.platform.region}:${var.platform.account}:log-group:"
  assumed_by_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.platform.account }
        ArnLike      = { "aws:SourceArn" = "${var.platform.arns}:ecs:${var.platform.region}:${var.platform.account}:*" }
      }
    }]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.platform.name}/${var.name}"
  retention_in_days = var.platform.log_retention_days
  kms_key_id        = var.platform.key.arn
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.platform.name}-${var.name}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = local.cpu
  memory                   = local.memory_mb
  execution_role_arn       = aws_iam_role.start.arn
  task_role_arn            = aws_iam_role.run.arn
  container_definitions    = jsonencode(concat(local.before, [local.program], local.collectors))

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.platform.cpu_architecture
  }

  volume {
    name = "scratch"
  }

  # Whoever starts it at once has all of its rights.
  depends_on = [
    aws_iam_role_policy.run, aws_iam_role_policy.start, aws_iam_role_policy.secrets, aws_iam_role_policy.key,
    aws_iam_role_policy.telemetry,
  ]
}

# What the program may do.
resource "aws_iam_role" "run" {
  name               = "${var.platform.name}-${var.name}"
  assume_role_policy = local.assumed_by_tasks
}

resource "aws_iam_role_policy" "run" {
  for_each = var.policies

  name   = each.key
  role   = aws_iam_role.run.id
  policy = each.value
}

resource "aws_iam_role_policy" "key" {
  count = var.platform.key.own ? 1 : 0

  name = "key"
  role = aws_iam_role.run.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [var.platform.key.arn]
      Condition = { StringEquals = {
        "kms:ViaService" = ["s3.${var.platform.region}.amazonaws.com", "sqs.${var.platform.region}.amazonaws.com"]
      } }
    }]
  })
}

resource "aws_iam_role_policy" "telemetry" {
  count = var.collector ? 1 : 0

  name = "telemetry"
  role = aws_iam_role.run.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          Resource = ["${local.logs_arn}${local.metrics_group}:*"]
        },
        {
          # X-Ray knows no narrower resource.
          Effect   = "Allow"
          Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
          Resource = ["*"]
        },
      ],
      local.workspace_arn == null ? [] : [{
        Effect   = "Allow"
        Action   = ["aps:RemoteWrite"]
        Resource = [local.workspace_arn]
      }],
    )
  })
}

# What ECS may do to start the task.
resource "aws_iam_role" "start" {
  name               = "${var.platform.name}-${var.name}-start"
  assume_role_policy = local.assumed_by_tasks
}

resource "aws_iam_role_policy" "start" {
  name = "image-and-log"
  role = aws_iam_role.start.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [var.platform.repository_arn]
      },
      {
        # The registry's token is of no repository.
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"]
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.logs_arn}/${var.platform.name}/${var.name}:*"]
      },
    ]
  })
}

locals {
  secrets = concat(values(var.secrets), flatten([for step in var.before : values(step.secrets)]))
}

resource "aws_iam_role_policy" "secrets" {
  count = length(local.secrets) > 0 ? 1 : 0

  name = "secrets"
  role = aws_iam_role.start.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = distinct([for secret in local.secrets : secret.arn])
      }],
      var.platform.key.own ? [{
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [var.platform.key.arn]
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.platform.region}.amazonaws.com" } }
      }] : [],
    )
  })
}
