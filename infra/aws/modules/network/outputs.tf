output "vpc_id" { value = aws_vpc.this.id }
output "public_subnet_ids" { value = [for zone in var.zones : aws_subnet.public[zone].id] }
output "private_subnet_ids" { value = [for zone in var.zones : aws_subnet.private[zone].id] }
output "database_subnet_ids" { value = [for zone in var.zones : aws_subnet.database[zone].id] }

output "security_groups" {
  value = {
    balancer    = aws_security_group.balancer.id
    search      = aws_security_group.search.id
    workers     = aws_security_group.workers.id
    modelserver = aws_security_group.modelserver.id
    database    = aws_security_group.database.id
  }
}
