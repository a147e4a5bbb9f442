output "migrate_task" { value = module.migrate.family }
output "administrator_task" { value = module.administrator.family }
output "always_running" { value = [for name, stage in local.containers : name if local.limits[name].min > 0] }
output "namespace_id" { value = aws_service_discovery_private_dns_namespace.internal.id }
output "operator_task" { value = module.operator.family }
