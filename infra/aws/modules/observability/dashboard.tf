locals {
  graphs = [
    {
      title = "Waiting, people's uploads"
      lines = [for stage, names in var.queue_names : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", names.interactive, { label = stage }]]
    },
    {
      title = "Waiting, bulk"
      lines = [for stage, names in var.queue_names : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", names.bulk, { label = stage }]]
    },
    {
      title = "Oldest message, seconds"
      lines = [for stage, names in var.queue_names : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", names.interactive, { label = stage }]]
    },
    {
      title = "Dead letters"
      lines = [for stage, names in var.queue_names : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", names.dead, { label = stage }]]
    },
    {
      title = "Tasks"
      lines = [for stage in concat([for name, variant in var.variants : name if variant == "containers"], ["modelserver", "search"]) :
      ["ECS/ContainerInsights", "RunningTaskCount", "ClusterName", var.name, "ServiceName", stage, { label = stage }]]
    },
    {
      title = "Memory, % of the task"
      lines = [for stage in concat([for name, variant in var.variants : name if variant == "containers"], ["modelserver", "search"]) :
      ["AWS/ECS", "MemoryUtilization", "ClusterName", var.name, "ServiceName", stage, { label = stage }]]
    },
    {
      title = "Search: requests and errors"
      lines = [
        ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", var.search.balancer, { stat = "Sum" }],
        ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", var.search.balancer, { stat = "Sum" }],
        ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", var.search.balancer, { stat = "Sum" }],
      ]
    },
    {
      title = "Search: seconds to answer"
      lines = [for stat in ["p50", "p95", "p99"] :
      ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", var.search.balancer, { stat = stat, label = stat }]]
    },
    {
      title = "Database: CPU"
      lines = [["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", var.database.id]]
    },
    {
      title = "Database: connections"
      lines = [["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", var.database.id]]
    },
    {
      title = "Database: free storage"
      lines = [["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", var.database.id]]
    },
    {
      title = "Lambda: errors and throttles"
      lines = flatten([for name, variant in var.variants : [for metric in ["Errors", "Throttles"] :
      [["AWS/Lambda", metric, "FunctionName", "${var.name}-${name}", { stat = "Sum" }]]] if variant == "lambda"])
    },
  ]
}

resource "aws_cloudwatch_dashboard" "media" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = [for index, graph in local.graphs : {
    type   = "metric"
    x      = index % 3 * 8
    y      = floor(index / 3) * 6
    width  = 8
    height = 6
    properties = {
      title   = graph.title
      metrics = graph.lines
      region  = var.region
      view    = "timeSeries"
      stat    = "Maximum"
      period  = 60
    }
  } if length(graph.lines) > 0] })
}
