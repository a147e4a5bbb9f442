-- A probe.
SELECT 1;
