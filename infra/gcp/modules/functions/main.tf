locals {
  enabled       = var.image == "" ? 0 : 1
  authority     = "/etc/media/database"
  models_folder = "/etc/media/models"
  collected     = toset(concat(keys(var.stages), ["search"]))
  collector     = var.collector_image == "" ? [] : [var.collector_image]
  otlp          = var.otlp_endpoint != "" ? var.otlp_endpoint : (var.collector_image != "" ? "http://127.0.0.1:4318" : "")

  # What is done beside the database: whose account does it, with what, and how where no other arguments are given.
  jobs = {
    prepare = {
      account = "migrate", image = var.psql_image, command = ["psql"]
      args    = [local.database_url, "--command=CREATE EXTENSION IF NOT EXISTS vector"]
    }
    migrate  = { account = "migrate", image = var.image, command = ["/usr/local/bin/media"], args = ["migrate"] }
    operator = { account = "operator", image = var.image, command = ["/usr/local/bin/media"], args = ["doctor"] }
  }

  database_url = join("", [
    "postgresql://${var.database.user}@${var.database.host}:5432/${var.database.name}",
    "?sslmode=verify-ca&sslrootcert=${local.authority}/ca.pem",
  ])

  settings = merge(
    {
      MEDIA_QUEUE               = "pubsub"
      MEDIA_QUEUE_PREFIX        = var.prefix
      MEDIA_BUCKET              = var.bucket
      MEDIA_TENANT              = var.tenant
      MEDIA_SCENES              = var.scenes
      MEDIA_MODELS              = "${local.models_folder}/models.json"
      GOOGLE_CLOUD_PROJECT      = var.project
      AWS_REGION                = "auto"
      AWS_ENDPOINT_URL_S3       = "https://storage.googleapis.com"
      AWS_EC2_METADATA_DISABLED = "true"
      DATABASE_URL              = local.database_url
      LOG_LEVEL                 = var.log_level
    },
    local.otlp == "" ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT = local.otlp },
  )

  # What a container of the product is told: variables, variables out of secrets, and files out of secrets.
  runtime = {
    for name in local.data_users : name => {
      variables = merge(
        local.settings,
        contains(local.store_users, name) ? { AWS_ACCESS_KEY_ID = google_storage_hmac_key.function[name].access_id } : {},
        # A crashed run is tried again within these limits, beside the worker, in the same container.
        contains(keys(var.stages), name) ? {
          MEDIA_QUARANTINE_MEMORY_MB = tostring(floor(var.stages[name].memoryMB * 0.75))
          # A container is ended 10 s after it was told to stop.
          MEDIA_STOP_SECONDS = "8"
        } : {},
      )
      secrets = merge(
        { PGPASSWORD = var.database.password },
        contains(local.store_users, name) ? { AWS_SECRET_ACCESS_KEY = {
          secret  = google_secret_manager_secret.store_key[name].secret_id
          version = google_secret_manager_secret_version.store_key[name].version
        } } : {},
      )
      files = {
        database = {
          folder = local.authority, name = "ca.pem"
          secret = var.database.authority.secret, version = var.database.authority.version
        }
        models = {
          folder  = local.models_folder, name = "models.json"
          secret  = google_secret_manager_secret.models.secret_id
          version = one(google_secret_manager_secret_version.models[*].version)
        }
      }
      collector = [for image in local.collector : {
        image  = image
        secret = google_secret_manager_secret.collector[0].secret_id
      }]
    }
  }

  models = {
    models = {
      sentences = { protocol = "openai", url = one(google_cloud_run_v2_service.models[*].uri), name = "all-MiniLM-L6-v2", revision = "1" }
      speech    = { protocol = "openai", url = one(google_cloud_run_v2_service.models[*].uri), name = "pocketsphinx-en-us", revision = "1", timeoutSeconds = 600 }
      text      = { protocol = "kserve", url = one(google_cloud_run_v2_service.models[*].uri), name = "ocr", revision = "1" }
    }
    routes = { embed = ["sentences"], transcribe = ["speech"], readText = ["text"] }
  }
}

# The model server takes requests from the VPC alone. Its callers bring no identity token, so it asks for none.
resource "google_cloud_run_v2_service" "models" {
  count = local.enabled

  name                 = "${var.prefix}-modelserver"
  location             = var.region
  ingress              = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  invoker_iam_disabled = true
  deletion_protection  = false

  template {
    service_account                  = google_service_account.function["modelserver"].email
    timeout                          = "600s"
    max_instance_request_concurrency = 4

    scaling {
      min_instance_count = var.model_instances.min
      max_instance_count = var.model_instances.max
    }

    containers {
      name    = "modelserver"
      image   = var.image
      command = ["/usr/local/bin/media-modelserver"]
      args    = ["--host", "0.0.0.0", "--port", "8081"]

      ports {
        container_port = 8081
      }

      resources {
        limits            = { cpu = "2", memory = "2Gi" }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 4
        failure_threshold = 24

        http_get {
          path = "/v2/health/ready"
          port = 8081
        }
      }
    }
  }
}

resource "google_secret_manager_secret" "models" {
  secret_id = "${var.prefix}-models"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_version" "models" {
  count = local.enabled

  secret      = google_secret_manager_secret.models.id
  secret_data = var.models_json == "" ? jsonencode(local.models) : var.models_json
}

resource "google_secret_manager_secret" "collector" {
  count = var.collector_image == "" ? 0 : 1

  secret_id = "${var.prefix}-collector"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_version" "collector" {
  count = var.collector_image == "" ? 0 : 1

  secret = google_secret_manager_secret.collector[0].id
  secret_data = yamlencode({
    receivers  = { otlp = { protocols = { http = { endpoint = "127.0.0.1:4318" } } } }
    processors = { batch = {}, resourcedetection = { detectors = ["env", "gcp"] } }
    exporters  = { googlemanagedprometheus = {}, googlecloud = {} }
    service = { pipelines = {
      metrics = { receivers = ["otlp"], processors = ["resourcedetection", "batch"], exporters = ["googlemanagedprometheus"] }
      traces  = { receivers = ["otlp"], processors = ["resourcedetection", "batch"], exporters = ["googlecloud"] }
      logs    = { receivers = ["otlp"], processors = ["resourcedetection", "batch"], exporters = ["googlecloud"] }
    } }
  })
}

# The number of workers is the scaler's: Terraform sets the first only.
resource "google_cloud_run_v2_worker_pool" "stage" {
  for_each = local.enabled == 1 ? var.stages : {}

  name                = "${var.prefix}-${each.key}"
  location            = var.region
  launch_stage        = "BETA"
  deletion_protection = false

  scaling {
    manual_instance_count = lookup(var.instances, each.key, max(1, each.value.minTasks))
  }

  template {
    service_account = google_service_account.function[each.key].email

    vpc_access {
      egress = "ALL_TRAFFIC"

      network_interfaces {
        network    = var.network.network
        subnetwork = var.network.subnetwork
      }
    }

    containers {
      name    = each.key
      image   = var.image
      command = ["/usr/local/bin/media-${each.key}"]

      # Worker pools take whole CPUs only. Files that a container writes are in its memory.
      resources {
        limits = { cpu = tostring(max(1, ceil(each.value.cpus))), memory = "${max(512, each.value.memoryMB)}Mi" }
      }

      dynamic "env" {
        for_each = local.runtime[each.key].variables
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = local.runtime[each.key].secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value.secret
              version = env.value.version
            }
          }
        }
      }

      dynamic "volume_mounts" {
        for_each = local.runtime[each.key].files
        content {
          name       = volume_mounts.key
          mount_path = volume_mounts.value.folder
        }
      }
    }

    dynamic "containers" {
      for_each = local.runtime[each.key].collector
      content {
        name  = "collector"
        image = containers.value.image
        args  = ["--config=/etc/collector/config.yaml"]

        resources {
          limits = { cpu = "1", memory = "512Mi" }
        }

        volume_mounts {
          name       = "collector"
          mount_path = "/etc/collector"
        }
      }
    }

    dynamic "volumes" {
      for_each = local.runtime[each.key].files
      content {
        name = volumes.key
        secret {
          secret       = volumes.value.secret
          default_mode = 292 # 0444
          items {
            path    = volumes.value.name
            version = volumes.value.version
          }
        }
      }
    }

    dynamic "volumes" {
      for_each = local.runtime[each.key].collector
      content {
        name = "collector"
        secret {
          secret       = volumes.value.secret
          default_mode = 292
          items {
            path    = "config.yaml"
            version = google_secret_manager_secret_version.collector[0].version
          }
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [launch_stage, scaling[0].manual_instance_count]
  }

  # A revision does not start without what it may read.
  depends_on = [
    google_secret_manager_secret_iam_member.store_key,
    google_secret_manager_secret_iam_member.database,
    google_secret_manager_secret_iam_member.models,
    google_secret_manager_secret_iam_member.collector,
    google_pubsub_subscription_iam_member.receive,
    google_pubsub_subscription_iam_member.describe,
    google_pubsub_topic_iam_member.send,
    google_storage_bucket_iam_member.list,
    google_storage_bucket_iam_member.read,
    google_storage_bucket_iam_member.write,
  ]
}

# The database has no address outside the VPC: what the `media` command does with it, it does from in here.
# `gcloud run jobs execute <prefix>-operator --args=dlq,list` runs those that need neither files of yours nor Search.
resource "google_cloud_run_v2_job" "media" {
  for_each = local.enabled == 1 ? local.jobs : {}

  name                = "${var.prefix}-${each.key}"
  location            = var.region
  deletion_protection = false

  template {
    task_count  = 1
    parallelism = 1

    template {
      service_account = google_service_account.function[each.value.account].email
      max_retries     = 0
      timeout         = "3600s"

      vpc_access {
        egress = "ALL_TRAFFIC"

        network_interfaces {
          network    = var.network.network
          subnetwork = var.network.subnetwork
        }
      }

      containers {
        name    = each.key
        image   = each.value.image
        command = each.value.command
        args    = each.value.args

        resources {
          limits = { cpu = "1", memory = "512Mi" }
        }

        dynamic "env" {
          for_each = local.runtime[each.value.account].variables
          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = local.runtime[each.value.account].secrets
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value.secret
                version = env.value.version
              }
            }
          }
        }

        dynamic "volume_mounts" {
          for_each = local.runtime[each.value.account].files
          content {
            name       = volume_mounts.key
            mount_path = volume_mounts.value.folder
          }
        }
      }

      dynamic "volumes" {
        for_each = local.runtime[each.value.account].files
        content {
          name = volumes.key
          secret {
            secret       = volumes.value.secret
            default_mode = 292
            items {
              path    = volumes.value.name
              version = volumes.value.version
            }
          }
        }
      }
    }
  }

  depends_on = [
    google_secret_manager_secret_iam_member.store_key,
    google_secret_manager_secret_iam_member.database,
    google_secret_manager_secret_iam_member.models,
  ]
}
