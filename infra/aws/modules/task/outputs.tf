output "arn" { value = aws_ecs_task_definition.this.arn }
output "family" { value = aws_ecs_task_definition.this.family }
output "role_name" { value = aws_iam_role.run.name }
