variable "prefix" { type = string }
variable "region" { type = string }
variable "project" { type = string }
variable "stages" { type = any }
variable "kms_key" { type = string }
variable "pubsub_agent" { type = string }
variable "storage_agent" { type = string }

locals {
  # A topic and a subscription of one name: <stage>, <stage>-bulk; and <stage>-dlq for both.
  lanes = merge([
    for name, stage in var.stages : {
      for lane in ["", "-bulk"] : "${name}${lane}" => { stage = name, lease = stage.leaseSeconds }
    }
  ]...)

  names            = toset(concat(keys(local.lanes), [for name, _ in var.stages : "${name}-dlq"]))
  retention        = "1209600s" # 14 days
  dead_retention   = "2678400s" # 31 days: the most there is
  delivery_max     = 100        # the most there is: the ledger counts attempts, this ends what no worker can even claim
  backoff_shortest = "1s"       # the runtime spaces retries itself
  backoff_longest  = "60s"
}

resource "google_pubsub_topic" "this" {
  for_each = local.names

  name         = "${var.prefix}-${each.value}"
  kms_key_name = var.kms_key == "" ? null : var.kms_key

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

resource "google_pubsub_subscription" "lane" {
  for_each = local.lanes

  name                       = "${var.prefix}-${each.key}"
  topic                      = google_pubsub_topic.this[each.key].id
  ack_deadline_seconds       = each.value.lease
  message_retention_duration = local.retention

  # Never: a stage that is idle for a month keeps its subscription.
  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = local.backoff_shortest
    maximum_backoff = local.backoff_longest
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.this["${each.value.stage}-dlq"].id
    max_delivery_attempts = local.delivery_max
  }
}

resource "google_pubsub_subscription" "dead_letters" {
  for_each = var.stages

  name                       = "${var.prefix}-${each.key}-dlq"
  topic                      = google_pubsub_topic.this["${each.key}-dlq"].id
  ack_deadline_seconds       = 60
  message_retention_duration = local.dead_retention

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub moves a message to its dead letters itself: it publishes there and acknowledges here.
resource "google_pubsub_topic_iam_member" "dead_letters" {
  for_each = var.stages

  topic  = google_pubsub_topic.this["${each.key}-dlq"].id
  role   = "roles/pubsub.publisher"
  member = var.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = local.lanes

  subscription = google_pubsub_subscription.lane[each.key].id
  role         = "roles/pubsub.subscriber"
  member       = var.pubsub_agent
}

# Cloud Storage tells of uploads.
resource "google_pubsub_topic_iam_member" "uploads" {
  for_each = toset(["ingest", "ingest-bulk"])

  topic  = google_pubsub_topic.this[each.value].id
  role   = "roles/pubsub.publisher"
  member = var.storage_agent
}

# Each is "projects/P/topics/T" or "projects/P/subscriptions/S", by name without the prefix.
output "topics" {
  value      = { for name, topic in google_pubsub_topic.this : name => topic.id }
  depends_on = [google_pubsub_topic_iam_member.uploads]
}

output "subscriptions" {
  value = merge(
    { for name, subscription in google_pubsub_subscription.lane : name => subscription.id },
    { for name, subscription in google_pubsub_subscription.dead_letters : "${name}-dlq" => subscription.id },
  )
}
