variable "prefix" { type = string }
variable "project" { type = string }
variable "region" { type = string }
variable "settings" { type = any }
variable "image" { type = string }
variable "account" { type = any }
variable "runtime" { type = any }
variable "network" { type = any }

locals {
  public = var.settings.domain != ""
  count  = local.public ? 1 : 0
}

resource "google_cloud_run_v2_service" "this" {
  name                = "${var.prefix}-search"
  location            = var.region
  ingress             = local.public ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : "INGRESS_TRAFFIC_INTERNAL_ONLY"
  deletion_protection = false

  template {
    service_account                  = var.account.email
    timeout                          = "30s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = var.settings.min
      max_instance_count = var.settings.max
    }

    vpc_access {
      egress = "ALL_TRAFFIC"

      network_interfaces {
        network    = var.network.network
        subnetwork = var.network.subnetwork
      }
    }

    containers {
      name    = "search"
      image   = var.image
      command = ["/usr/local/bin/media-search"]

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = "1", memory = "512Mi" }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      # Neither asks the database: a slow or empty one is mended by no restart, and the first revision is there before the
      # tables are. /health says whether it answers.
      startup_probe {
        period_seconds    = 2
        timeout_seconds   = 2
        failure_threshold = 15

        http_get {
          path = "/live"
          port = 8080
        }
      }

      liveness_probe {
        period_seconds    = 10
        timeout_seconds   = 5
        failure_threshold = 3

        http_get {
          path = "/live"
          port = 8080
        }
      }

      dynamic "env" {
        for_each = merge(var.runtime.variables, { MEDIA_SEARCH_ADDRESS = "0.0.0.0:8080" })
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.runtime.secrets
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
        for_each = var.runtime.files
        content {
          name       = volume_mounts.key
          mount_path = volume_mounts.value.folder
        }
      }
    }

    dynamic "containers" {
      for_each = var.runtime.collector
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
      for_each = var.runtime.files
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
      for_each = var.runtime.collector
      content {
        name = "collector"
        secret {
          secret       = volumes.value.secret
          default_mode = 292
          items {
            path    = "config.yaml"
            version = "latest"
          }
        }
      }
    }
  }
}

# With a domain the load balancer lets everybody in; without, these members alone, from within the VPC.
resource "google_cloud_run_v2_service_iam_member" "invokers" {
  for_each = toset(local.public ? ["allUsers"] : var.settings.invokers)

  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value
}

resource "google_compute_security_policy" "this" {
  count = local.count

  name = "${var.prefix}-search"
  type = "CLOUD_ARMOR"

  rule {
    description = "known attacks"
    action      = "deny(403)"
    priority    = 1000
    match {
      expr {
        expression = "evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 1}) || evaluatePreconfiguredWaf('xss-v33-stable', {'sensitivity': 1})"
      }
    }
    # Search words look like SQL sooner than an attack looks like search words: seen in the logs first.
    preview = true
  }

  rule {
    description = "requests a minute and address"
    action      = "throttle"
    priority    = 2000
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = var.settings.requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    description = "default"
    action      = "allow"
    priority    = 2147483647
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_region_network_endpoint_group" "this" {
  count = local.count

  name                  = "${var.prefix}-search"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.this.name
  }
}

resource "google_compute_backend_service" "this" {
  count = local.count

  name                  = "${var.prefix}-search"
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.this[0].id

  backend {
    group = google_compute_region_network_endpoint_group.this[0].id
  }

  log_config {
    enable      = true
    sample_rate = 0.1
  }
}

resource "google_compute_url_map" "this" {
  count = local.count

  name            = "${var.prefix}-search"
  default_service = google_compute_backend_service.this[0].id
}

resource "google_compute_managed_ssl_certificate" "this" {
  count = local.count

  name = "${var.prefix}-search"

  managed {
    domains = [var.settings.domain]
  }
}

resource "google_compute_ssl_policy" "this" {
  count = local.count

  name            = "${var.prefix}-search"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "this" {
  count = local.count

  name             = "${var.prefix}-search"
  url_map          = google_compute_url_map.this[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.this[0].id]
  ssl_policy       = google_compute_ssl_policy.this[0].id
}

resource "google_compute_global_address" "this" {
  count = local.count

  name = "${var.prefix}-search"
}

resource "google_compute_global_forwarding_rule" "this" {
  count = local.count

  name                  = "${var.prefix}-search"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.this[0].id
  port_range            = "443"
  target                = google_compute_target_https_proxy.this[0].id
}

output "address" {
  value = local.public ? "https://${var.settings.domain}" : google_cloud_run_v2_service.this.uri
}

output "load_balancer_address" {
  value = one(google_compute_global_address.this[*].address)
}
