# Who may do what: one service account per function, and for each only what the topology says it needs.

locals {
  # The bucket's prefixes, by what a function may do below them. Large events lie below payloads/: all stages read and
  # write those.
  reads = merge(
    { for name, stage in var.stages : name => distinct(concat(stage.reads, stage.writes, ["payloads/"])) },
    { search = ["derived/"], operator = ["derived/", "payloads/"] },
  )
  writes = merge(
    { for name, stage in var.stages : name => distinct(concat(stage.writes, ["payloads/"])) },
    { operator = ["uploads/", "bulk/", "payloads/"] },
  )

  store_users = toset(keys(local.reads))
  data_users  = toset(concat(keys(var.stages), ["search", "migrate", "operator"]))
  functions   = toset(concat(keys(var.stages), ["search", "modelserver", "migrate", "operator"]))

  # "stage queue" => both, for each.
  receives = merge([
    for name, stage in var.stages : { for lane in var.lanes : "${name} ${name}${lane}" => {
      account = name, queue = "${name}${lane}"
    } }
  ]...)
  sends = merge([
    for name, receivers in var.receivers : {
      for queue in concat(flatten([for receiver in receivers : [for lane in var.lanes : "${receiver}${lane}"]]), ["${name}-dlq"]) :
      "${name} ${queue}" => { account = name, queue = queue }
    }
  ]...)

  within = {
    for name, prefixes in local.reads : name => join(" || ", [
      for prefix in prefixes : "resource.name.startsWith(\"projects/_/buckets/${var.bucket}/objects/${prefix}\")"
    ])
  }
  writable = {
    for name, prefixes in local.writes : name => join(" || ", [
      for prefix in prefixes : "resource.name.startsWith(\"projects/_/buckets/${var.bucket}/objects/${prefix}\")"
    ])
  }
}

resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = "${var.prefix}-${each.value}"
  display_name = "${var.prefix} ${each.value}"
}

# The runtime asks of every queue that it uses, once, what kind it is.
resource "google_pubsub_subscription_iam_member" "describe" {
  for_each = merge(local.receives, local.sends)

  subscription = var.queues.subscriptions[each.value.queue]
  role         = "roles/pubsub.viewer"
  member       = google_service_account.function[each.value.account].member
}

resource "google_pubsub_subscription_iam_member" "receive" {
  for_each = local.receives

  subscription = var.queues.subscriptions[each.value.queue]
  role         = "roles/pubsub.subscriber"
  member       = google_service_account.function[each.value.account].member
}

resource "google_pubsub_topic_iam_member" "send" {
  for_each = local.sends

  topic  = var.queues.topics[each.value.queue]
  role   = "roles/pubsub.publisher"
  member = google_service_account.function[each.value.account].member
}

# The operator looks at every queue, sends to all (replay, redrive), and takes from the dead letters only.
resource "google_pubsub_subscription_iam_member" "operator_describe" {
  for_each = var.queues.subscriptions

  subscription = each.value
  role         = "roles/pubsub.viewer"
  member       = google_service_account.function["operator"].member
}

resource "google_pubsub_subscription_iam_member" "operator_receive" {
  for_each = { for name, subscription in var.queues.subscriptions : name => subscription if endswith(name, "-dlq") }

  subscription = each.value
  role         = "roles/pubsub.subscriber"
  member       = google_service_account.function["operator"].member
}

resource "google_pubsub_topic_iam_member" "operator_send" {
  for_each = var.queues.topics

  topic  = each.value
  role   = "roles/pubsub.publisher"
  member = google_service_account.function["operator"].member
}

# Names of objects, without what is in them: a process lists one at its start to see that the bucket is there.
resource "google_project_iam_custom_role" "list_objects" {
  role_id     = replace("${var.prefix}_list_objects", "-", "_")
  title       = "${var.prefix}: list objects"
  permissions = ["storage.objects.list"]
}

resource "google_storage_bucket_iam_member" "list" {
  for_each = local.store_users

  bucket = var.bucket
  role   = google_project_iam_custom_role.list_objects.name
  member = google_service_account.function[each.value].member
}

resource "google_storage_bucket_iam_member" "read" {
  for_each = local.reads

  bucket = var.bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.function[each.key].member

  condition {
    title      = "reads ${join(" ", each.value)}"
    expression = local.within[each.key]
  }
}

resource "google_storage_bucket_iam_member" "write" {
  for_each = local.writes

  bucket = var.bucket
  role   = "roles/storage.objectUser"
  member = google_service_account.function[each.key].member

  condition {
    title      = "writes ${join(" ", each.value)}"
    expression = local.writable[each.key]
  }
}

# Cloud Storage's S3-compatible interface is signed with a key of the function's own account.
resource "google_storage_hmac_key" "function" {
  for_each = local.store_users

  service_account_email = google_service_account.function[each.value].email
}

resource "google_secret_manager_secret" "store_key" {
  for_each = local.store_users

  secret_id = "${var.prefix}-${each.value}-store-key"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_version" "store_key" {
  for_each = local.store_users

  secret      = google_secret_manager_secret.store_key[each.value].id
  secret_data = google_storage_hmac_key.function[each.value].secret
}

resource "google_secret_manager_secret_iam_member" "store_key" {
  for_each = local.store_users

  secret_id = google_secret_manager_secret.store_key[each.value].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value].member
}

resource "google_secret_manager_secret_iam_member" "database" {
  for_each = merge([
    for name in local.data_users : {
      "${name} password"  = { account = name, secret = var.database.password.secret }
      "${name} authority" = { account = name, secret = var.database.authority.secret }
    }
  ]...)

  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.account].member
}

resource "google_secret_manager_secret_iam_member" "models" {
  for_each = var.image == "" ? toset([]) : local.data_users

  secret_id = google_secret_manager_secret.models.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value].member
}

resource "google_secret_manager_secret_iam_member" "collector" {
  for_each = var.collector_image == "" ? toset([]) : local.collected

  secret_id = google_secret_manager_secret.collector[0].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value].member
}

# The collector runs as the function beside it.
resource "google_project_iam_member" "collector" {
  for_each = var.collector_image == "" ? {} : merge([
    for name in local.collected : {
      for role in ["roles/monitoring.metricWriter", "roles/cloudtrace.agent", "roles/logging.logWriter"] : "${name} ${role}" => { account = name, role = role }
    }
  ]...)

  project = var.project
  role    = each.value.role
  member  = google_service_account.function[each.value.account].member
}

# Accounts of a GKE cluster's namespace that act as these: infra/kubernetes/overlays/gcp.
resource "google_service_account_iam_member" "kubernetes" {
  for_each = var.kubernetes_namespace == "" ? toset([]) : setsubtract(local.functions, ["modelserver", "operator"])

  service_account_id = google_service_account.function[each.value].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project}.svc.id.goog[${var.kubernetes_namespace}/${var.prefix}-${each.value}]"
}

resource "google_service_account_iam_member" "operators" {
  for_each = toset(var.operators)

  service_account_id = google_service_account.function["operator"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = each.value
}

resource "google_secret_manager_secret_iam_member" "operators" {
  for_each = merge([
    for operator in var.operators : {
      "${operator} store"     = { member = operator, secret = google_secret_manager_secret.store_key["operator"].id }
      "${operator} password"  = { member = operator, secret = var.database.password.secret }
      "${operator} authority" = { member = operator, secret = var.database.authority.secret }
    }
  ]...)

  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.member
}
