terraform {
  required_version = ">= 1.9"

  required_providers {
    # 6.38 is the first with google_cloud_run_v2_worker_pool.
    google = {
      source  = "hashicorp/google"
      version = "6.50.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "3.7.2"
    }
  }

  # The state holds the database's password and the HMAC keys: `terraform init -backend-config=bucket=...` names a bucket
  # that only those who may see them can read.
  backend "gcs" {
    prefix = "media"
  }
}

provider "google" {
  project               = var.project
  region                = var.region
  default_labels        = { app = var.prefix }
  user_project_override = true
  billing_project       = var.project
}
