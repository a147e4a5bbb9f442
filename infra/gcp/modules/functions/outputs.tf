output "accounts" {
  value = {
    for name, account in google_service_account.function : name => {
      email = account.email, member = account.member, name = account.name
    }
  }
}

output "runtime" {
  value = local.runtime

  # Search's container reads these as it starts.
  depends_on = [
    google_secret_manager_secret_iam_member.store_key,
    google_secret_manager_secret_iam_member.database,
    google_secret_manager_secret_iam_member.models,
    google_secret_manager_secret_iam_member.collector,
    google_storage_bucket_iam_member.list,
    google_storage_bucket_iam_member.read,
  ]
}

output "workers" {
  value = { for name, pool in google_cloud_run_v2_worker_pool.stage : name => pool.name }
}

output "operator" {
  value = {
    service_account   = google_service_account.function["operator"].email
    settings          = { for name, value in local.settings : name => value if !startswith(name, "OTEL_") && !contains(["MEDIA_MODELS", "DATABASE_URL"], name) }
    access_key_id     = google_storage_hmac_key.function["operator"].access_id
    secret_key        = google_secret_manager_secret.store_key["operator"].secret_id
    database_password = var.database.password.secret
  }
}
