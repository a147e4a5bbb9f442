variable "prefix" { type = string }
variable "project" { type = string }
variable "region" { type = string }
variable "image" { type = string }
variable "base_image" { type = string }
variable "scaling" { type = any }
variable "stages" { type = any }
variable "max_tasks" { type = map(number) }
variable "workers" { type = map(string) }
variable "accounts" { type = any }

# Worker pools do not scale by themselves. Cloud Run External Metrics Autoscaling does what KEDA does on a cluster: it
# asks Cloud Monitoring how many messages wait and sets the pools' instance counts.

locals {
  rule = "pubsub"

  # A message at work counts as one of backlogPerTask: a busy worker can be one too many by that, and Cloud Run ends it
  # within 10 s. Where runs take hours, workers stay for the longest window that the Kubernetes autoscaler's rules, which
  # these are, allow: most runs end meanwhile.
  longest_in_seconds = 3600
  in_seconds = { for name, stage in var.stages : name =>
    stage.timeoutSeconds > local.longest_in_seconds ? local.longest_in_seconds : var.scaling.inCooldownSeconds
  }

  config = {
    apiVersion = "crema/v1"
    kind       = "CremaConfig"
    spec = {
      pollingInterval = var.scaling.metricSeconds
      triggerAuthentications = [{
        metadata = { name = local.rule }
        spec     = { podIdentity = { provider = "gcp" } }
      }]
      scaledObjects = [
        for name, worker in var.workers : { spec = {
          scaleTargetRef  = { name = "projects/${var.project}/locations/${var.region}/workerpools/${worker}" }
          minReplicaCount = var.stages[name].minTasks
          maxReplicaCount = var.max_tasks[name]
          # The larger of what the two lanes want.
          triggers = [
            for lane in ["", "-bulk"] : {
              type = "gcp-pubsub"
              name = "${name}${lane}"
              metadata = {
                subscriptionName = "projects/${var.project}/subscriptions/${var.prefix}-${name}${lane}"
                mode             = "SubscriptionSize"
                value            = tostring(var.stages[name].backlogPerTask)
                activationValue  = "0"
              }
              authenticationRef = { name = local.rule }
            }
          ]
          advanced = { horizontalPodAutoscalerConfig = { behavior = {
            scaleUp = {
              stabilizationWindowSeconds = 0
              policies = [
                { type = "Percent", value = 100, periodSeconds = var.scaling.outCooldownSeconds },
                { type = "Pods", value = 10, periodSeconds = var.scaling.outCooldownSeconds },
              ]
            }
            scaleDown = {
              stabilizationWindowSeconds = local.in_seconds[name]
              policies                   = [{ type = "Percent", value = 50, periodSeconds = var.scaling.outCooldownSeconds }]
            }
          } } }
        } }
      ]
    }
  }
}

resource "google_parameter_manager_parameter" "this" {
  parameter_id = "${var.prefix}-scaling"
  format       = "YAML"
}

resource "google_parameter_manager_parameter_version" "this" {
  parameter            = google_parameter_manager_parameter.this.id
  parameter_version_id = "v${substr(sha256(yamlencode(local.config)), 0, 12)}"
  parameter_data       = yamlencode(local.config)

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_service_account" "scaler" {
  account_id   = "${var.prefix}-scaler"
  display_name = "${var.prefix} scaler"
}

# Reads metrics and its own configuration; sets the instance counts of these pools and of no others.
resource "google_project_iam_member" "scaler" {
  for_each = toset(["roles/monitoring.viewer", "roles/parametermanager.parameterViewer"])

  project = var.project
  role    = each.value
  member  = google_service_account.scaler.member
}

resource "google_cloud_run_v2_worker_pool_iam_member" "scaler" {
  for_each = var.workers

  name     = each.value
  location = var.region
  role     = "roles/run.developer"
  member   = google_service_account.scaler.member
}

resource "google_service_account_iam_member" "scaler" {
  for_each = var.workers

  service_account_id = var.accounts[each.key].name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.scaler.member
}

resource "google_cloud_run_v2_service" "scaler" {
  name                = "${var.prefix}-scaler"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  deletion_protection = false

  # Two would work against each other.
  template {
    service_account = google_service_account.scaler.email

    scaling {
      min_instance_count = 1
      max_instance_count = 1
    }

    containers {
      name           = "scaler"
      image          = var.image
      base_image_uri = var.base_image

      resources {
        limits   = { cpu = "1", memory = "1Gi" }
        cpu_idle = false
      }

      env {
        name  = "CREMA_CONFIG"
        value = google_parameter_manager_parameter_version.this.name
      }

      env {
        name  = "OUTPUT_SCALER_METRICS"
        value = "False"
      }

      env {
        name  = "ENABLE_CLOUD_LOGGING"
        value = "False"
      }
    }
  }

  depends_on = [
    google_project_iam_member.scaler,
    google_cloud_run_v2_worker_pool_iam_member.scaler,
    google_service_account_iam_member.scaler,
  ]
}
