data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_availability_zones" "available" {
  count = length(var.availability_zones) == 0 ? 1 : 0
  state = "available"
}

locals {
  topology = jsondecode(file("${path.module}/../topology.json"))
  stages   = { for stage in local.topology.stages : stage.name => stage }

  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  bucket    = coalesce(var.bucket, "${var.name}-${local.account}-${var.region}")
  zones     = length(var.availability_zones) > 0 ? var.availability_zones : slice(data.aws_availability_zones.available[0].names, 0, min(3, length(data.aws_availability_zones.available[0].names)))

  # A function of Lambda ends after 900 s, and a run that it breaks off starts anew.
  lambda_seconds = 900
  variants = { for name, stage in local.stages : name => lookup(
    var.stage_variants, name, stage.timeoutSeconds <= local.lambda_seconds ? var.variant : "containers"
  ) }

  # Names are known before anything is made, and so are the policies that are made of them: a plan can be checked.
  arns = "arn:${local.partition}"
  queue_names = { for name, stage in local.stages : name => {
    interactive = "${var.name}-${name}"
    bulk        = "${var.name}-${name}-bulk"
    dead        = "${var.name}-${name}-dlq"
  } }
  queue_arns = { for name, queues in local.queue_names : name => {
    for kind, queue in queues : kind => "${local.arns}:sqs:${var.region}:${local.account}:${queue}"
  } }
  bucket_arn = "${local.arns}:s3:::${local.bucket}"

  search_url = "http://search.${var.name}.internal:${local.search_port}"
  models = coalesce(var.models, jsonencode({
    models = {
      sentences = { protocol = "openai", url = local.model_server_url, name = "all-MiniLM-L6-v2", revision = "1" }
      speech = {
        protocol = "openai", url = local.model_server_url, name = "pocketsphinx-en-us", revision = "1", timeoutSeconds = 600
      }
      text = { protocol = "kserve", url = local.model_server_url, name = "ocr", revision = "1" }
    }
    routes = { embed = ["sentences"], transcribe = ["speech"], readText = ["text"] }
  }))
  model_server_url = "http://modelserver.${var.name}.internal:${local.model_server_port}"

  model_server_port = 8081
  search_port       = 8080

  max_tasks = { for name, stage in local.stages : name => lookup(var.max_tasks, name, stage.maxTasks) }
  # A worker has a connection for each slot and one for its sweeper, and at most 4; Search has 4. While a new build comes, Search
  # and functions are there twice, functions as four at least; stages in containers are not: see deployment_maximum_percent.
  at_once     = { for name, max in local.max_tasks : name => local.variants[name] == "lambda" ? 2 * max(4, max) : max }
  connections = sum([for name, stage in local.stages : local.at_once[name] * min(stage.concurrency + 1, 4)]) + 2 * var.search.max_tasks * 4 + 10
}

# A wrong name in a map of stages would otherwise do nothing, in silence.
resource "terraform_data" "stage_names" {
  lifecycle {
    precondition {
      condition     = length(setsubtract(concat(keys(var.stage_variants), keys(var.min_tasks), keys(var.max_tasks)), keys(local.stages))) == 0
      error_message = "stage_variants, min_tasks and max_tasks name stages of infra/topology.json: ${join(", ", keys(local.stages))}."
    }
    precondition {
      condition     = alltrue([for name, variant in local.variants : variant == "containers" || local.stages[name].timeoutSeconds <= local.lambda_seconds])
      error_message = "A stage whose runs may take more than ${local.lambda_seconds} s can't be a function of Lambda: see timeoutSeconds in infra/topology.json."
    }
    precondition {
      condition     = local.connections <= var.database.max_connections
      error_message = "At their most tasks, in a deployment too, stages and Search open ${local.connections} connections, and the database takes ${var.database.max_connections}: lower max_tasks, or take a larger class and raise database.max_connections (about 100 for each GB)."
    }
    precondition {
      condition     = length(local.zones) >= 2
      error_message = "Two availability zones at least."
    }
  }
}

module "network" {
  source = "./modules/network"

  name                = var.name
  region              = var.region
  cidr                = var.vpc_cidr
  zones               = local.zones
  nat_per_zone        = var.nat_per_zone
  interface_endpoints = var.interface_endpoints
  search_cidrs        = var.search_ingress_cidrs
  search_signs_in     = var.search_sign_in != null
  search_port         = local.search_port
  model_server_port   = local.model_server_port
  log_retention_days  = var.log_retention_days
  key                 = local.key
}

module "queues" {
  source = "./modules/queues"

  names      = local.queue_names
  arns       = local.queue_arns
  account    = local.account
  bucket_arn = local.bucket_arn
  key        = local.key
  # Lambda hides a batch for as long as the queue says: six times the function's time, as AWS advises.
  visibility_seconds = { for name, stage in local.stages : name =>
    local.variants[name] == "lambda" ? 6 * min(stage.timeoutSeconds + 60, local.lambda_seconds) : stage.leaseSeconds
  }
}

module "storage" {
  source = "./modules/storage"

  bucket         = local.bucket
  bucket_arn     = local.bucket_arn
  key            = local.key
  protect_data   = var.protect_data
  upload_origins = var.upload_origins
  # By prefix; the queues' policies must be there before the bucket may send to them.
  notified = {
    "uploads/" = module.queues.ready["ingest"].interactive
    "bulk/"    = module.queues.ready["ingest"].bulk
  }
}

module "database" {
  source = "./modules/database"

  name               = var.name
  settings           = var.database
  apply_immediately  = var.database_apply_immediately
  major_upgrade      = var.database_major_upgrade
  password_version   = var.database_password_version
  subnet_ids         = module.network.database_subnet_ids
  security_group_id  = module.network.security_groups.database
  key                = local.key
  protect_data       = var.protect_data
  log_retention_days = var.log_retention_days
}

resource "aws_ecr_repository" "image" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = !var.protect_data

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = var.customer_managed_key ? "KMS" : "AES256"
    kms_key         = local.key.arn
  }
}

resource "aws_ecr_lifecycle_policy" "image" {
  repository = aws_ecr_repository.image.name
  policy = jsonencode({ rules = [
    {
      rulePriority = 1
      description  = "Layers that no tag holds any more"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
      action       = { type = "expire" }
    },
    {
      rulePriority = 2
      description  = "The newest builds, to go back to"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 50 }
      action       = { type = "expire" }
    },
  ] })
}

locals {
  # What every task needs to be told.
  platform = {
    name                = var.name
    region              = var.region
    account             = local.account
    arns                = local.arns
    key                 = local.key
    image               = "${aws_ecr_repository.image.repository_url}:${var.image_tag}"
    build               = var.image_tag
    collector_image     = var.collector_image
    cpu_architecture    = var.cpu_architecture
    log_retention_days  = var.log_retention_days
    subnet_ids          = module.network.private_subnet_ids
    cluster_name        = var.name
    cluster_id          = aws_ecs_cluster.media.id
    repository_arn      = "${local.arns}:ecr:${var.region}:${local.account}:repository/${var.name}"
    database_secret_arn = module.database.secret_arn
    prometheus          = var.prometheus
  }
  environment = {
    AWS_REGION                = var.region
    AWS_EC2_METADATA_DISABLED = "true"
    DATABASE_URL              = module.database.url
    LOG_LEVEL                 = var.log_level
    MEDIA_BUCKET              = local.bucket
    MEDIA_BUILD               = var.image_tag
    MEDIA_MODELS              = local.models
    MEDIA_QUEUE_PREFIX        = var.name
    MEDIA_SCENES              = var.scenes
    MEDIA_TENANT              = var.tenant
  }
}

resource "aws_ecs_cluster" "media" {
  name = var.name

  # RunningTaskCount, by which the stages scale, comes from it.
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "media" {
  cluster_name       = aws_ecs_cluster.media.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

module "functions" {
  source = "./modules/functions"

  platform              = local.platform
  environment           = local.environment
  stages                = local.stages
  scaling               = local.topology.scaling
  variants              = local.variants
  min_tasks             = var.min_tasks
  max_tasks             = var.max_tasks
  spot                  = var.spot
  queue_names           = local.queue_names
  queue_arns            = module.queues.ready
  bucket_arn            = local.bucket_arn
  security_groups       = module.network.security_groups
  vpc_id                = module.network.vpc_id
  model_server          = var.model_server
  model_server_port     = local.model_server_port
  search_url            = local.search_url
  postgres_client_image = var.postgres_client_image
  database              = module.database.access
  written_secret_arn    = module.database.written_secret_arn

  depends_on = [aws_ecs_cluster_capacity_providers.media]
}

module "search" {
  source = "./modules/search"

  platform                  = local.platform
  environment               = local.environment
  settings                  = var.search
  port                      = local.search_port
  bucket_arn                = local.bucket_arn
  vpc_id                    = module.network.vpc_id
  public_subnet_ids         = module.network.public_subnet_ids
  security_groups           = module.network.security_groups
  certificate_arn           = var.search_certificate_arn
  sign_in                   = var.search_sign_in
  sign_in_secret            = var.search_sign_in_secret
  namespace_id              = module.functions.namespace_id
  requests_per_five_minutes = var.search_requests_per_five_minutes
  protect_data              = var.protect_data

  depends_on = [aws_ecs_cluster_capacity_providers.media]
}

module "observability" {
  source = "./modules/observability"

  name                   = var.name
  region                 = var.region
  key                    = local.key
  account                = local.account
  arns                   = local.arns
  variants               = local.variants
  queue_names            = local.queue_names
  oldest_message_seconds = var.oldest_message_seconds
  database               = { id = module.database.id, allocated_gb = var.database.allocated_gb, max_connections = var.database.max_connections }
  search                 = module.search.metrics
  emails                 = var.alarm_emails
  monthly_budget_usd     = var.monthly_budget_usd
}
