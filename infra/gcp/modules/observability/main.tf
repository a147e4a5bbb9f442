variable "prefix" { type = string }
variable "project" { type = string }
variable "stages" { type = any }
variable "database" { type = string }
variable "connections" { type = number }
variable "log_days" { type = number }
variable "alert_emails" { type = list(string) }
variable "runbooks" { type = string }
variable "budget" { type = object({ account = string, amount = number }) }

# What Google's own metrics show of the platform, without a collector. The product's metrics have their dashboards in
# infra/dashboards and their rules in infra/alerts.

locals {
  subscriptions = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=monitoring.regex.full_match(\"${var.prefix}-(${join("|", keys(var.stages))})"
  lanes = {
    bulk   = "${local.subscriptions}-bulk\")"
    either = "${local.subscriptions}(-bulk)?\")"
    dead   = "${local.subscriptions}-dlq\")"
  }
  search   = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.prefix}-search\""
  database = "resource.type=\"cloudsql_database\" AND resource.labels.database_id=\"${var.project}:${var.database}\""

  # Messages count as not acknowledged, and grow old, while they are worked on: as long as a run may take, and this longer.
  wait_seconds = 1800
  ages = { for name, stage in var.stages : "backlog-age-${name}" => {
    name     = "Uploads wait for ${name}", severity = "WARNING", runbook = "oldest-message.md"
    filter   = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${var.prefix}-${name}\""
    aligner  = "ALIGN_MAX", reducer = "REDUCE_MAX", by = ["resource.label.subscription_id"]
    above    = stage.timeoutSeconds + local.wait_seconds, seconds = 600
    text     = "The oldest message of the stage's first lane is older than a run may take (${stage.timeoutSeconds} s) and 30 minutes: too few workers, or one that is tried again and again."
    fraction = null
  } }

  # filter, how it is made one number, what is too much of it, for how long, and what that means.
  alerts = merge(local.ages, {
    dead-letters = {
      name     = "Messages lie in dead letters", severity = "ERROR", runbook = "dead-letters.md"
      filter   = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND ${local.lanes.dead}"
      aligner  = "ALIGN_MAX", reducer = "REDUCE_MAX", by = ["resource.label.subscription_id"]
      above    = 0, seconds = 300
      text     = "A run has failed for good. `media dlq` says which, and why."
      fraction = null
    }
    bulk-age = {
      name     = "Bulk uploads wait", severity = "WARNING", runbook = "oldest-message.md"
      filter   = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND ${local.lanes.bulk}"
      aligner  = "ALIGN_MAX", reducer = "REDUCE_MAX", by = ["resource.label.subscription_id"]
      above    = 86400, seconds = 3600
      text     = "The oldest message of a stage's bulk lane is older than a day."
      fraction = null
    }
    lost-leases = {
      name     = "Leases are lost", severity = "WARNING", runbook = "leases-lost.md"
      filter   = "metric.type=\"pubsub.googleapis.com/subscription/expired_ack_deadlines_count\" AND ${local.lanes.either}"
      aligner  = "ALIGN_RATE", reducer = "REDUCE_SUM", by = ["resource.label.subscription_id"]
      above    = 0.1, seconds = 900
      text     = "Workers let messages' deadlines pass: they are starved of CPU, killed, or can't reach Pub/Sub."
      fraction = null
    }
    search-errors = {
      name     = "Search answers with errors", severity = "CRITICAL", runbook = "search-errors.md"
      filter   = "metric.type=\"run.googleapis.com/request_count\" AND ${local.search} AND metric.labels.response_code_class=\"5xx\""
      fraction = "metric.type=\"run.googleapis.com/request_count\" AND ${local.search}"
      aligner  = "ALIGN_RATE", reducer = "REDUCE_SUM", by = []
      above    = 0.02, seconds = 300
      text     = "More than 2 % of Search's answers are 5xx."
    }
    search-latency = {
      name     = "Search is slow", severity = "WARNING", runbook = "search-latency.md"
      filter   = "metric.type=\"run.googleapis.com/request_latencies\" AND ${local.search}"
      aligner  = "ALIGN_PERCENTILE_95", reducer = "REDUCE_MAX", by = []
      above    = 2000, seconds = 600
      text     = "One answer in 20 takes longer than 2 s."
      fraction = null
    }
    database-cpu = {
      name     = "The database is out of CPU", severity = "WARNING", runbook = "database-limits.md"
      filter   = "metric.type=\"cloudsql.googleapis.com/database/cpu/utilization\" AND ${local.database}"
      aligner  = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = []
      above    = 0.9, seconds = 900
      text     = "The database has used more than 90 % of its CPU for 15 minutes."
      fraction = null
    }
    database-disk = {
      name     = "The database's disk fills", severity = "ERROR", runbook = "database-limits.md"
      filter   = "metric.type=\"cloudsql.googleapis.com/database/disk/utilization\" AND ${local.database}"
      aligner  = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = []
      above    = 0.85, seconds = 900
      text     = "The disk is 85 % full and has not grown by itself: its limit is reached."
      fraction = null
    }
    database-connections = {
      name     = "The database's connections run out", severity = "ERROR", runbook = "database-limits.md"
      filter   = "metric.type=\"cloudsql.googleapis.com/database/postgresql/num_backends\" AND ${local.database}"
      aligner  = "ALIGN_MEAN", reducer = "REDUCE_SUM", by = []
      above    = floor(var.connections * 0.9), seconds = 300
      text     = "Workers hold nearly all connections that max_connections allows; lower max_tasks or put a pooler before the database."
      fraction = null
    }
  })

  # What is taken is acknowledged or has its deadline extended, every 10 minutes at least: neither, though messages wait.
  first_lanes = "{monitored_resource=\"pubsub_subscription\",subscription_id=~\"${var.prefix}-(${join("|", keys(var.stages))})\"}"
  standstill = join(" ", [
    "max by (subscription_id) (pubsub_googleapis_com:subscription_num_undelivered_messages${local.first_lanes}) > 0",
    "unless on (subscription_id) (",
    "sum by (subscription_id) (increase(pubsub_googleapis_com:subscription_ack_message_count${local.first_lanes}[15m])) > 0",
    "or sum by (subscription_id) (increase(pubsub_googleapis_com:subscription_mod_ack_deadline_message_count${local.first_lanes}[15m])) > 0)",
  ])

  charts = {
    "Messages that wait"              = { filter = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND ${local.lanes.either}", aligner = "ALIGN_MEAN", reducer = "REDUCE_SUM", by = "resource.label.subscription_id" }
    "Age of the oldest message, s"    = { filter = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND ${local.lanes.either}", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", by = "resource.label.subscription_id" }
    "Dead letters"                    = { filter = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND ${local.lanes.dead}", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", by = "resource.label.subscription_id" }
    "Messages acknowledged per s"     = { filter = "metric.type=\"pubsub.googleapis.com/subscription/ack_message_count\" AND ${local.lanes.either}", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = "resource.label.subscription_id" }
    "Deadlines that passed per s"     = { filter = "metric.type=\"pubsub.googleapis.com/subscription/expired_ack_deadlines_count\" AND ${local.lanes.either}", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = "resource.label.subscription_id" }
    "Search: requests per s by class" = { filter = "metric.type=\"run.googleapis.com/request_count\" AND ${local.search}", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = "metric.label.response_code_class" }
    "Search: 95th percentile, ms"     = { filter = "metric.type=\"run.googleapis.com/request_latencies\" AND ${local.search}", aligner = "ALIGN_PERCENTILE_95", reducer = "REDUCE_MAX", by = "resource.label.service_name" }
    "Database: CPU"                   = { filter = "metric.type=\"cloudsql.googleapis.com/database/cpu/utilization\" AND ${local.database}", aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = "resource.label.database_id" }
    "Database: disk"                  = { filter = "metric.type=\"cloudsql.googleapis.com/database/disk/utilization\" AND ${local.database}", aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = "resource.label.database_id" }
    "Database: connections"           = { filter = "metric.type=\"cloudsql.googleapis.com/database/postgresql/num_backends\" AND ${local.database}", aligner = "ALIGN_MEAN", reducer = "REDUCE_SUM", by = "resource.label.database_id" }
  }
  columns = 2
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  display_name = "${var.prefix} ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  display_name          = "${var.prefix}: ${each.value.name}"
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = each.value.name

    condition_threshold {
      filter             = each.value.filter
      denominator_filter = each.value.fraction
      comparison         = "COMPARISON_GT"
      threshold_value    = each.value.above
      duration           = "${each.value.seconds}s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.reducer
        group_by_fields      = each.value.by
      }

      dynamic "denominator_aggregations" {
        for_each = each.value.fraction == null ? [] : [each.value.by]
        content {
          alignment_period     = "300s"
          per_series_aligner   = each.value.aligner
          cross_series_reducer = each.value.reducer
          group_by_fields      = denominator_aggregations.value
        }
      }

      trigger {
        count = 1
      }
    }
  }

  documentation {
    content   = "${each.value.text}\n\nRunbook: ${var.runbooks}${each.value.runbook}"
    mime_type = "text/markdown"
  }

  alert_strategy {
    auto_close = "86400s"
  }
}

resource "google_monitoring_alert_policy" "standstill" {
  display_name          = "${var.prefix}: Nobody takes messages"
  severity              = "ERROR"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "Nobody takes messages"

    condition_prometheus_query_language {
      query                     = local.standstill
      duration                  = "900s"
      evaluation_interval       = "60s"
      disable_metric_validation = true # there are none before the first message
    }
  }

  documentation {
    content   = "Messages of a stage's first lane wait, and for 15 minutes no worker has acknowledged one or extended its deadline: the scaler stands still, workers can't start, or can't reach Pub/Sub.\n\nRunbook: ${var.runbooks}workers-not-reporting.md"
    mime_type = "text/markdown"
  }

  alert_strategy {
    auto_close = "86400s"
  }
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = jsonencode({
    displayName = "${var.prefix}: pipeline"
    mosaicLayout = {
      columns = 48
      tiles = [
        for place, title in keys(local.charts) : {
          xPos   = (place % local.columns) * 24
          yPos   = floor(place / local.columns) * 16
          width  = 24
          height = 16
          widget = {
            title = title
            xyChart = {
              dataSets = [{
                plotType   = "LINE"
                targetAxis = "Y1"
                timeSeriesQuery = {
                  timeSeriesFilter = {
                    filter = local.charts[title].filter
                    aggregation = {
                      alignmentPeriod    = "60s"
                      perSeriesAligner   = local.charts[title].aligner
                      crossSeriesReducer = local.charts[title].reducer
                      groupByFields      = [local.charts[title].by]
                    }
                  }
                }
              }]
            }
          }
        }
      ]
    }
  })
}

resource "google_logging_project_bucket_config" "default" {
  project        = var.project
  location       = "global"
  bucket_id      = "_Default"
  retention_days = var.log_days
}

resource "google_billing_budget" "this" {
  count = var.budget.account == "" ? 0 : 1

  billing_account = var.budget.account
  display_name    = "${var.prefix} a month"

  budget_filter {
    projects        = ["projects/${var.project}"]
    calendar_period = "MONTH"
  }

  amount {
    specified_amount {
      units = tostring(var.budget.amount)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }

  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  all_updates_rule {
    monitoring_notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]
    disable_default_iam_recipients   = length(var.alert_emails) > 0
  }
}
