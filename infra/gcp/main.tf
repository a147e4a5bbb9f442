locals {
  topology = jsondecode(file("${path.module}/../topology.json"))
  stages   = { for stage in local.topology.stages : stage.name => stage }
  lanes    = ["", "-bulk"]
  bucket   = var.bucket == "" ? "${var.project}-${var.prefix}" : var.bucket

  # The lanes that a stage sends to: its own (hand-over), those of its next stages, and publish's.
  receivers = {
    for name, stage in local.stages : name => sort(distinct(concat([name, "publish"], stage.sends)))
  }

  # Agents of Google's services, which act on what they are granted here.
  agents = {
    pubsub   = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    sql      = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-cloud-sql.iam.gserviceaccount.com"
    registry = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    storage  = "serviceAccount:${data.google_storage_project_service_account.this.email_address}"
  }

  services = [
    "artifactregistry", "billingbudgets", "cloudkms", "cloudtrace", "compute", "containerscanning", "dns", "iam",
    "iamcredentials", "logging", "monitoring", "parametermanager", "pubsub", "run", "secretmanager", "servicenetworking",
    "sqladmin", "storage",
  ]

  # Fewer workers than the topology allows, in its proportions: with them the database's default connections are enough.
  fewer_tasks = { ingest = 6, probe = 6, scenes = 48, transcribe = 40, readtext = 12, embed = 6, match = 4, publish = 4 }
  max_tasks = { for name, stage in local.stages : name =>
    var.scaler == "crema" ? lookup(merge(local.fewer_tasks, var.max_tasks), name, stage.maxTasks) : lookup(var.instances, name, max(1, stage.minTasks))
  }

  # A worker has a connection for each slot and one for its sweeper, and at most 4; Search has 4. A new revision's
  # instances stand beside the old one's for a while. 20 are for jobs, for people and for Cloud SQL itself.
  connections = 20 + 2 * (4 * var.search.max + sum([
    for name, stage in local.stages : local.max_tasks[name] * min(stage.concurrency + 1, 4)
  ]))
}

data "google_project" "this" {}

data "google_storage_project_service_account" "this" {}

resource "google_project_service" "this" {
  for_each = toset(local.services)

  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
}

resource "google_artifact_registry_repository" "images" {
  repository_id = var.prefix
  location      = var.region
  format        = "DOCKER"
  kms_key_name  = var.kms_key == "" ? null : var.kms_key

  docker_config {
    immutable_tags = true
  }

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"

    most_recent_versions {
      keep_count = 20
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"

    condition {
      older_than = "7776000s"
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agents]
}

resource "google_kms_crypto_key_iam_member" "agents" {
  for_each = var.kms_key == "" ? {} : local.agents

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value

  depends_on = [google_project_service.this]
}

module "network" {
  source = "./modules/network"

  prefix      = var.prefix
  region      = var.region
  subnet_cidr = var.subnet_cidr
  internet    = var.internet

  depends_on = [google_project_service.this]
}

module "queues" {
  source = "./modules/queues"

  prefix        = var.prefix
  region        = var.region
  project       = var.project
  stages        = local.stages
  kms_key       = var.kms_key
  pubsub_agent  = local.agents.pubsub
  storage_agent = local.agents.storage

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agents]
}

module "storage" {
  source = "./modules/storage"

  name            = local.bucket
  region          = var.region
  kms_key         = var.kms_key
  upload_origins  = var.upload_origins
  noncurrent_days = var.noncurrent_days
  topics = {
    "uploads/" = module.queues.topics["ingest"]
    "bulk/"    = module.queues.topics["ingest-bulk"]
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agents]
}

module "database" {
  source = "./modules/database"

  prefix  = var.prefix
  region  = var.region
  network = module.network.private_services
  kms_key = var.kms_key
  size    = var.database

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agents]
}

module "functions" {
  source = "./modules/functions"

  prefix          = var.prefix
  project         = var.project
  region          = var.region
  image           = var.image
  stages          = local.stages
  receivers       = local.receivers
  lanes           = local.lanes
  instances       = var.instances
  bucket          = module.storage.bucket
  queues          = module.queues
  database        = module.database
  network         = module.network
  tenant          = var.tenant
  scenes          = var.scenes
  log_level       = var.log_level
  model_instances = var.model_instances
  models_json     = var.models_json
  otlp_endpoint   = var.otlp_endpoint
  collector_image = var.collector_image
  operators       = var.operators

  kubernetes_namespace = var.kubernetes_namespace
  psql_image           = var.psql_image

  depends_on = [google_project_service.this]
}

module "scaling" {
  source = "./modules/scaling"
  count  = var.scaler == "crema" && var.image != "" ? 1 : 0

  prefix     = var.prefix
  project    = var.project
  region     = var.region
  image      = var.scaler_image
  base_image = var.scaler_base_image
  scaling    = local.topology.scaling
  stages     = local.stages
  max_tasks  = local.max_tasks
  workers    = module.functions.workers
  accounts   = module.functions.accounts

  depends_on = [google_project_service.this]
}

module "search" {
  source = "./modules/search"
  count  = var.image == "" ? 0 : 1

  prefix   = var.prefix
  project  = var.project
  region   = var.region
  settings = var.search
  image    = var.image
  account  = module.functions.accounts["search"]
  runtime  = module.functions.runtime["search"]
  network  = module.network

  depends_on = [google_project_service.this]
}

module "observability" {
  source = "./modules/observability"

  prefix       = var.prefix
  project      = var.project
  stages       = local.stages
  database     = module.database.instance
  connections  = var.database.connections
  log_days     = var.log_days
  alert_emails = var.alert_emails
  runbooks     = var.runbooks
  budget       = var.budget

  depends_on = [google_project_service.this]
}
