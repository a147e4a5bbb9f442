variable "prefix" { type = string }
variable "region" { type = string }
variable "network" { type = string }
variable "kms_key" { type = string }
variable "size" { type = any }

resource "random_id" "instance" {
  byte_length = 3 # a name of Cloud SQL can't be used again for a week
}

resource "random_password" "media" {
  length  = 40
  special = false
}

resource "google_sql_database_instance" "this" {
  name                = "${var.prefix}-${random_id.instance.hex}"
  region              = var.region
  database_version    = "POSTGRES_17"
  encryption_key_name = var.kms_key == "" ? null : var.kms_key
  deletion_protection = var.size.deletion_guard

  settings {
    tier                        = var.size.tier
    edition                     = "ENTERPRISE"
    availability_type           = var.size.standby ? "REGIONAL" : "ZONAL"
    disk_type                   = "PD_SSD"
    disk_size                   = var.size.disk_gb
    disk_autoresize             = true
    disk_autoresize_limit       = var.size.disk_limit_gb
    deletion_protection_enabled = var.size.deletion_guard
    retain_backups_on_delete    = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      start_time                     = "02:00"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = var.size.log_days

      backup_retention_settings {
        retained_backups = var.size.backups
        retention_unit   = "COUNT"
      }
    }

    maintenance_window {
      day          = 7
      hour         = 3
      update_track = "stable"
    }

    insights_config {
      query_insights_enabled  = true
      query_string_length     = 1024
      record_application_tags = false
      record_client_address   = false
    }

    # Values are Cloud SQL's units: milliseconds, and kB for memory.
    dynamic "database_flags" {
      for_each = {
        max_connections                     = tostring(var.size.connections)
        idle_in_transaction_session_timeout = "60000"
        log_min_duration_statement          = "1000"
        log_lock_waits                      = "on"
        log_temp_files                      = "10240"
        random_page_cost                    = "1.1"
        maintenance_work_mem                = "1048576"
      }
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_sql_database" "media" {
  name     = "media"
  instance = google_sql_database_instance.this.name

  deletion_policy = "ABANDON"
}

# Owns the tables. Users that Cloud SQL's API makes are no superusers and bypass no row-level security; they may create
# the extensions that Cloud SQL has, as the job `prepare` does.
resource "google_sql_user" "media" {
  name     = "media"
  instance = google_sql_database_instance.this.name
  password = random_password.media.result

  deletion_policy = "ABANDON"
}

resource "google_secret_manager_secret" "password" {
  secret_id = "${var.prefix}-database-password"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_version" "password" {
  secret      = google_secret_manager_secret.password.id
  secret_data = random_password.media.result
}

# The instance's own authority, by which clients know it. It is no secret: that is how a file gets into a container.
resource "google_secret_manager_secret" "authority" {
  secret_id = "${var.prefix}-database-authority"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_version" "authority" {
  secret      = google_secret_manager_secret.authority.id
  secret_data = google_sql_database_instance.this.server_ca_cert[0].cert
}

output "instance" {
  value = google_sql_database_instance.this.name
}

output "connection_name" {
  value = google_sql_database_instance.this.connection_name
}

output "host" {
  value = google_sql_database_instance.this.private_ip_address
}

output "name" {
  value = google_sql_database.media.name
}

output "user" {
  value = google_sql_user.media.name
}

# Ids of secrets and the versions to use.
output "password" {
  value = {
    secret  = google_secret_manager_secret.password.secret_id
    version = google_secret_manager_secret_version.password.version
  }
}

output "authority" {
  value = {
    secret  = google_secret_manager_secret.authority.secret_id
    version = google_secret_manager_secret_version.authority.version
  }
}
