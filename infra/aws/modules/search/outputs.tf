output "address" { value = aws_lb.search.dns_name }

output "metrics" {
  value = {
    balancer     = aws_lb.search.arn_suffix
    target_group = aws_lb_target_group.search.arn_suffix
  }
}
