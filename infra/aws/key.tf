# One key for what is stored: objects, messages, rows, secrets, images, logs.

locals {
  # Whether it is there is known before it is.
  key = { own = var.customer_managed_key, arn = one(aws_kms_key.media[*].arn) }
}

resource "aws_kms_key" "media" {
  count = var.customer_managed_key ? 1 : 0

  description             = "${var.name}: objects, messages, rows, secrets, images, logs"
  enable_key_rotation     = true
  deletion_window_in_days = var.protect_data ? 30 : 7

  # In a key's policy "*" is the key itself.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountDecidesByIAM"
        Effect    = "Allow"
        Principal = { AWS = "${local.arns}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "BucketSendsToQueuesAlarmsToTopic"
        Effect    = "Allow"
        Principal = { Service = ["s3.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = { ArnLike = {
          "kms:EncryptionContext:aws:logs:arn" = "${local.arns}:logs:${var.region}:${local.account}:log-group:*"
        } }
      },
    ]
  })
}

resource "aws_kms_alias" "media" {
  count = var.customer_managed_key ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.media[0].key_id
}
