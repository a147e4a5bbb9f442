# A stage as a function of Lambda: the same image, a batch of its queue at a time.

locals {
  seconds = min(var.stage.timeoutSeconds + 60, 900)
  # Lambda's CPU goes by its memory: 1769 MB are one.
  memory_mb = min(10240, max(var.stage.memoryMB, ceil(var.stage.cpus * 1769)))
  # Together max_tasks, of which the bulk lane gets a quarter; two is the least that Lambda takes, and 1000 the most.
  bulk        = min(1000, max(2, floor(var.max_tasks / 4)))
  concurrency = { interactive = min(1000, max(2, var.max_tasks - local.bulk)), bulk = local.bulk }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.platform.name}/${var.name}"
  retention_in_days = var.platform.log_retention_days
  kms_key_id        = var.platform.key.arn
}

# A function can't be given a secret as a task can: it stands in its settings, encrypted, and in the state file.
data "aws_secretsmanager_secret_version" "database" {
  secret_id = var.secret_arn
}

resource "aws_lambda_function" "this" {
  function_name = "${var.platform.name}-${var.name}"
  package_type  = "Image"
  image_uri     = var.platform.image
  architectures = [var.platform.cpu_architecture == "ARM64" ? "arm64" : "x86_64"]
  role          = aws_iam_role.run.arn
  timeout       = local.seconds
  memory_size   = local.memory_mb
  kms_key_arn   = var.platform.key.arn

  image_config {
    entry_point = ["media-${var.name}"]
  }

  ephemeral_storage {
    size = 2048
  }

  environment {
    # AWS_REGION is Lambda's own to set.
    variables = merge({ for name, value in var.environment : name => value if name != "AWS_REGION" }, {
      PGPASSWORD                 = jsondecode(data.aws_secretsmanager_secret_version.database.secret_string).password
      MEDIA_QUARANTINE_MEMORY_MB = tostring(floor(local.memory_mb * 3 / 4))
    })
  }

  vpc_config {
    subnet_ids         = var.platform.subnet_ids
    security_group_ids = [var.security_group_id]
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  depends_on = [aws_iam_role_policy.run, aws_iam_role_policy.platform]
}

resource "aws_lambda_event_source_mapping" "lane" {
  for_each = local.concurrency

  function_name    = aws_lambda_function.this.arn
  event_source_arn = var.queue_arns[each.key]
  batch_size       = min(10, var.stage.concurrency)
  # What a batch has not ended comes again, and nothing else of it.
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = each.value
  }
}

resource "aws_iam_role" "run" {
  name = "${var.platform.name}-${var.name}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "run" {
  for_each = var.policies

  name   = each.key
  role   = aws_iam_role.run.id
  policy = each.value
}

resource "aws_iam_role_policy" "platform" {
  name = "log-and-network"
  role = aws_iam_role.run.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${var.platform.arns}:logs:${var.platform.region}:${var.platform.account}:log-group:/${var.platform.name}/${var.name}:*"]
      },
      {
        # The network interfaces that Lambda makes in our network have no names before.
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = ["*"]
      },
    ]
  })
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
      Condition = { StringEquals = { "kms:ViaService" = [
        "lambda.${var.platform.region}.amazonaws.com", "s3.${var.platform.region}.amazonaws.com",
        "sqs.${var.platform.region}.amazonaws.com",
      ] } }
    }]
  })
}
