output "migrate_task" { value = module.migrate.family }
output "operator_task" { value = module.operator.family }
