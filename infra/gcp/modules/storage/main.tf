variable "name" { type = string }
variable "region" { type = string }
variable "kms_key" { type = string }
variable "upload_origins" { type = list(string) }
variable "noncurrent_days" { type = number }
variable "topics" { type = map(string) }

locals {
  claim_check_days = 35 # longer than a message can wait on its subscription, on its dead letters, and be sent back
}

resource "google_storage_bucket" "this" {
  name                        = var.name
  location                    = var.region
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  versioning {
    enabled = true
  }

  # Versions do this; both would be paid for.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  dynamic "encryption" {
    for_each = var.kms_key == "" ? [] : [var.kms_key]
    content {
      default_kms_key_name = encryption.value
    }
  }

  dynamic "cors" {
    for_each = length(var.upload_origins) == 0 ? [] : [var.upload_origins]
    content {
      origin          = cors.value
      method          = ["GET", "HEAD", "PUT", "POST"]
      response_header = ["Content-Type", "ETag", "x-goog-resumable"]
      max_age_seconds = 3600
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = local.claim_check_days
      matches_prefix = ["payloads/"]
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = var.noncurrent_days
      with_state                 = "ARCHIVED"
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

# A deleted object of a bucket with versions is archived first: both are told.
resource "google_storage_notification" "uploads" {
  for_each = var.topics

  bucket             = google_storage_bucket.this.name
  topic              = each.value
  payload_format     = "JSON_API_V1"
  object_name_prefix = each.key
  event_types        = ["OBJECT_FINALIZE", "OBJECT_DELETE", "OBJECT_ARCHIVE"]
}

output "bucket" {
  value = google_storage_bucket.this.name
}
