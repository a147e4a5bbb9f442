output "images" {
  description = "Where infra/image/build --push puts the image."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}/media"
}

output "bucket" {
  description = "MEDIA_BUCKET: uploads go below uploads/ and bulk/."
  value       = module.storage.bucket
}

output "search" {
  description = "Address of Search."
  value       = one(module.search[*].address)
}

output "load_balancer_address" {
  description = "Address that the domain's A record must name."
  value       = one(module.search[*].load_balancer_address)
}

output "preparation" {
  description = "Command that makes the extension vector; run it once."
  value       = "gcloud run jobs execute ${var.prefix}-prepare --project ${var.project} --region ${var.region} --wait"
}

output "migration" {
  description = "Command that brings the database's tables up to date; run it before each new image's workers."
  value       = "gcloud run jobs execute ${var.prefix}-migrate --project ${var.project} --region ${var.region} --wait"
}

output "doctor" {
  description = "Command that checks the platform from within; with --args=COMMAND,... it runs `media` with status, show, dlq, duplicates or reconcile. Not with search: see README.md."
  value       = "gcloud run jobs execute ${var.prefix}-operator --project ${var.project} --region ${var.region} --wait"
}

output "connections" {
  description = "Connections to the database that stages and Search open at their most, while a rollout has each instance twice."
  value       = local.connections

  precondition {
    condition     = var.image == "" || local.connections <= var.database.connections
    error_message = "At their most, and twice during a rollout, stages and Search open ${local.connections} connections, and the database takes ${var.database.connections}: lower max_tasks or search.max (with scaler none: instances), or take a larger database.tier and raise database.connections (about 50 for each GB)."
  }
}

output "database" {
  description = "Connection name of the Cloud SQL instance."
  value       = module.database.connection_name
}

output "operator" {
  description = "What the `media` command needs besides DATABASE_URL and PGPASSWORD to work on this platform."
  value       = module.functions.operator
}

output "service_accounts" {
  description = "The service account of each function, which infra/kubernetes/overlays/gcp names too."
  value       = { for name, account in module.functions.accounts : name => account.email }
}
