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
  description = "Address of the database, the secrets of its administrator and of the role that owns it, and how many tasks may come at once: each holds up to 4 connections."
  value = {
    address          = module.database.address
    admin_secret_arn = module.database.access.admin_secret_arn
    secret_arn       = module.database.secret_arn
    tasks_at_most    = sum([for name, stage in local.stages : lookup(var.max_tasks, name, stage.maxTasks)]) + var.search.max_tasks
  }
}

output "variants" {
  description = "How each stage runs."
  value       = local.variants
}

output "run_task" {
  description = "What `aws ecs run-task` needs: cluster, task definitions, network; and the whole command of the migration."
  value = {
    cluster         = aws_ecs_cluster.media.name
    migrate         = module.functions.migrate_task
    operator        = module.functions.operator_task
    network         = local.task_network
    migrate_command = "aws ecs run-task --region ${var.region} --cluster ${aws_ecs_cluster.media.name} --launch-type FARGATE --task-definition ${module.functions.migrate_task} --network-configuration '${local.task_network}'"
  }
}

locals {
  task_network = "awsvpcConfiguration={subnets=[${join(",", module.network.private_subnet_ids)}],securityGroups=[${module.network.security_groups.workers}],assignPublicIp=DISABLED}"
}
