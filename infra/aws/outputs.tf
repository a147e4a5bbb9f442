output "bucket" {
  description = "Uploads go under uploads/, or under bulk/ where nobody waits for them."
  value       = module.storage.bucket
}

output "repository_url" {
  description = "Where the image is pushed to."
  value       = aws_ecr_repository.image.repository_url
}

output "search_address" {
  description = "What Search's name must be a CNAME or alias of."
  value       = module.search.address
}

output "queues" {
  description = "Queues by stage and lane."
  value       = module.queues.urls
}

output "database" {
  description = "Address of the database, and the secrets of its administrator and of the role that owns it."
  value = {
    address          = module.database.address
    admin_secret_arn = module.database.access.admin_secret_arn
    secret_arn       = module.database.secret_arn
  }
}

output "at_most" {
  description = "Tasks, their vCPUs on Fargate and their database connections, where everything stands at its most tasks and a new build comes: Search and the model server are there twice then."
  value = {
    tasks       = sum(values(local.max_tasks)) + 2 * var.search.max_tasks + 2 * var.model_server.max_tasks
    vcpus       = sum([for name, stage in local.stages : local.max_tasks[name] * stage.cpus]) + 2 * var.search.max_tasks * var.search.cpus + 2 * var.model_server.max_tasks * var.model_server.cpus
    connections = local.connections
  }
}

output "variants" {
  description = "How each stage runs."
  value       = local.variants
}

output "run_task" {
  description = "What `aws ecs run-task` needs: cluster, task definitions, network; the whole command of the migration; and the services that have tasks all the time and use the database."
  value = {
    cluster           = aws_ecs_cluster.media.name
    migrate           = module.functions.migrate_task
    operator          = module.functions.operator_task
    administrator     = module.functions.administrator_task
    migrate_log       = "/${var.name}/migrate"
    operator_log      = "/${var.name}/operator"
    administrator_log = "/${var.name}/administrator"
    always_running    = concat(["search"], module.functions.always_running)
    network           = local.task_network
    migrate_command   = "aws ecs run-task --output json --region ${var.region} --cluster ${aws_ecs_cluster.media.name} --launch-type FARGATE --task-definition ${module.functions.migrate_task} --network-configuration '${local.task_network}'"
  }
}

locals {
  task_network = "awsvpcConfiguration={subnets=[${join(",", module.network.private_subnet_ids)}],securityGroups=[${module.network.security_groups.workers}],assignPublicIp=DISABLED}"
}
