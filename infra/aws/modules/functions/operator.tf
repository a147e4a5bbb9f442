# Tasks that a person starts: the migration, and inside the network the `media` command and psql.

locals {
  all_queue_arns = flatten([for arns in values(var.queue_arns) : [arns.interactive, arns.bulk, arns.dead]])
  operator_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Redrive, export and drop of dead letters; `media doctor`.
        Sid    = "Queues"
        Effect = "Allow"
        Action = [
          "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
          "sqs:ReceiveMessage", "sqs:SendMessage",
        ]
        Resource = local.all_queue_arns
      },
      {
        Sid      = "Objects"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for prefix in ["uploads/", "bulk/", "derived/", "payloads/"] : "${var.bucket_arn}/${prefix}*"]
      },
      {
        Sid      = "Upload"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = [for prefix in ["uploads/", "bulk/", "payloads/"] : "${var.bucket_arn}/${prefix}*"]
      },
      {
        # What `media doctor --write` has put there.
        Sid      = "Doctor"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject"]
        Resource = ["${var.bucket_arn}/payloads/doctor/*"]
      },
      {
        Sid    = "Bucket"
        Effect = "Allow"
        Action = [
          "s3:GetBucketLocation", "s3:GetBucketNotification", "s3:GetBucketVersioning", "s3:GetLifecycleConfiguration",
          "s3:ListBucket",
        ]
        Resource = [var.bucket_arn]
      },
    ]
  })
}

module "operator" {
  source = "../task"

  platform    = var.platform
  name        = "operator"
  cpus        = 0.25
  memory_mb   = 512
  entry_point = ["media"]
  secrets     = local.password
  policies    = { pipeline = local.operator_policy }
  collector   = false
  environment = merge(var.environment, { MEDIA_SEARCH_URL = var.search_url })
}

# psql as the database's administrator: no superuser, so that row-level security shows it the rows of one tenant.
module "administrator" {
  source = "../task"

  platform    = merge(var.platform, { image = var.postgres_client_image })
  name        = "administrator"
  cpus        = 0.25
  memory_mb   = 512
  entry_point = ["psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
  secrets     = { PGPASSWORD = { arn = var.database.admin_secret_arn, key = "password" } }
  policies    = {}
  collector   = false
  environment = {
    PGHOST     = var.database.address
    PGPORT     = var.database.port
    PGUSER     = var.database.admin
    PGDATABASE = var.database.role
    PGSSLMODE  = "require"
    PGOPTIONS  = "-c media.tenant=${var.environment.MEDIA_TENANT}"
  }
}

module "migrate" {
  source = "../task"

  platform    = var.platform
  name        = "migrate"
  cpus        = 0.25
  memory_mb   = 512
  entry_point = ["media", "migrate"]
  secrets     = local.password
  policies    = {}
  collector   = false
  environment = var.environment

  # The role, its database and the extension are the administrator's to make.
  before = [{
    name        = "prepare"
    image       = var.postgres_client_image
    entry_point = ["sh", "-c", "printf '%s' \"$STATEMENTS\" | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=role=\"$ROLE\" \"$ADMIN_URL\""]
    environment = {
      ADMIN_URL  = var.database.admin_url
      ROLE       = var.database.role
      STATEMENTS = file("${path.module}/prepare.sql")
    }
    secrets = {
      PGPASSWORD    = { arn = var.database.admin_secret_arn, key = "password" }
      ROLE_PASSWORD = { arn = var.platform.database_secret_arn, key = "password" }
    }
  }]
}
