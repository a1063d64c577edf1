-- Ten questions to a fleet's rows, in Athena's dialect (engine 3): those of queries.sql with
-- approx_percentile instead of median, which between two values takes one of them.
-- Set BUCKET/PREFIX/NAME; the Results themselves are below family=.../type=.../run=.../.

CREATE EXTERNAL TABLE fleet_all (
  run string, instance_type string, instance_id string, availability_zone string,
  started_utc string, suite string, comparable boolean, run_flags string, case_id string,
  workload string, device_class string, case_flags string, `limit` string, metric string,
  value double, unit string, direction string, `min` double, `median` double, `max` double,
  samples bigint, measured_by string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://BUCKET/PREFIX/NAME/rows/';
CREATE EXTERNAL TABLE fleet_types (
  type string, family string, vcpus bigint, memory_bytes bigint, gpus bigint, usd_per_hour double,
  price_source string, store_read_iops double, store_write_iops double, ebs_base_iops double,
  ebs_max_iops double, ebs_base_bytes_per_s double, ebs_max_bytes_per_s double)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://BUCKET/PREFIX/NAME/types/';
CREATE VIEW fleet_rows AS SELECT * FROM fleet_all
WHERE run_flags NOT LIKE '%synthetic%' AND run_flags NOT LIKE '%partial%'
  AND measured_by = 'assay';

-- 1. Which type of each family gives a GB/s of sequential reads from instance store for least?
WITH one AS (
  SELECT instance_type, instance_id, max(value) / 1e9 AS gb_per_s FROM fleet_rows
  WHERE workload = 'sequential-read' AND metric = 'bandwidth' AND device_class = 'instance-store'
  GROUP BY instance_type, instance_id),
each_type AS (
  SELECT instance_type, count(*) AS instances, approx_percentile(gb_per_s, 0.5) AS gb_per_s FROM one
  GROUP BY instance_type),
priced AS (
  SELECT family, instance_type, instances, gb_per_s, usd_per_hour / gb_per_s AS usd_h_per_gb_per_s
  FROM each_type JOIN fleet_types ON type = instance_type),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY family ORDER BY usd_h_per_gb_per_s) AS place FROM priced)
SELECT family, instance_type, instances, gb_per_s, usd_h_per_gb_per_s FROM placed
WHERE place = 1 ORDER BY usd_h_per_gb_per_s;

-- 2. What do 1,000 random reads a second of 4 KiB cost an hour, from instance store?
WITH one AS (
  SELECT instance_type, instance_id, max(value) AS iops FROM fleet_rows
  WHERE case_id LIKE '%/random-read/4k/%' AND metric = 'iops' AND device_class = 'instance-store'
  GROUP BY instance_type, instance_id),
each_type AS (
  SELECT instance_type, count(*) AS instances, approx_percentile(iops, 0.5) AS iops FROM one
  GROUP BY instance_type)
SELECT instance_type, instances, iops, 1000 * usd_per_hour / iops AS usd_h_per_kiops
FROM each_type JOIN fleet_types ON type = instance_type ORDER BY usd_h_per_kiops;

-- 3. Do zones differ? The lowest zone's median in percent of the highest's, by type and device.
WITH one AS (
  SELECT instance_type, device_class, availability_zone, instance_id, max(value) AS iops
  FROM fleet_rows
  WHERE case_id LIKE '%/random-read/4k/%' AND metric = 'iops' AND device_class IS NOT NULL
  GROUP BY instance_type, device_class, availability_zone, instance_id),
each_zone AS (
  SELECT instance_type, device_class, availability_zone, count(*) AS instances,
    approx_percentile(iops, 0.5) AS iops FROM one GROUP BY instance_type, device_class, availability_zone)
SELECT instance_type, device_class, count(*) AS zones, min(instances) AS instances_least,
  100 * min(iops) / max(iops) AS lowest_percent_of_highest
FROM each_zone GROUP BY instance_type, device_class HAVING count(*) > 1
ORDER BY lowest_percent_of_highest;

-- 4. Who missed the advertised IOPS of its instance store (below 95 %), or exceeded them (115 %)?
WITH one AS (
  SELECT instance_type, instance_id, max(value) AS iops FROM fleet_rows
  WHERE case_id LIKE '%/random-read/4k/%' AND metric = 'iops' AND device_class = 'instance-store'
  GROUP BY instance_type, instance_id)
SELECT instance_type, instance_id, iops, store_read_iops,
  100 * iops / store_read_iops AS percent_of_advertised
FROM one JOIN fleet_types ON type = instance_type
WHERE iops < 0.95 * store_read_iops OR iops > 1.15 * store_read_iops
ORDER BY percent_of_advertised;

-- 5. How much of what an instance takes from EBS was reached, and what bound its best case?
WITH ranked AS (
  SELECT instance_type, instance_id, case_id, "limit" AS bound_by, case_flags, value AS iops,
    row_number() OVER (PARTITION BY instance_type, instance_id ORDER BY value DESC) AS place
  FROM fleet_rows WHERE device_class = 'ebs' AND workload = 'random-read' AND metric = 'iops')
SELECT instance_type, instance_id, case_id, iops, 100 * iops / ebs_max_iops AS percent_of_maximum,
  100 * iops / ebs_base_iops AS percent_of_baseline, bound_by, case_flags
FROM ranked JOIN fleet_types ON type = instance_type
WHERE place = 1 ORDER BY instance_type, instance_id;

-- 6. Whose tail is long? p99 over p50 of single random reads, by type and device.
WITH one AS (
  SELECT instance_type, device_class, instance_id, case_id,
    max(CASE WHEN metric = 'latency/p50' THEN value END) AS p50_ns,
    max(CASE WHEN metric = 'latency/p99' THEN value END) AS p99_ns
  FROM fleet_rows WHERE case_id LIKE '%/random-read/4k/qd1'
  GROUP BY instance_type, device_class, instance_id, case_id)
SELECT instance_type, device_class, count(DISTINCT instance_id) AS instances,
  approx_percentile(p50_ns, 0.5) / 1000 AS p50_us, approx_percentile(p99_ns, 0.5) / 1000 AS p99_us,
  approx_percentile(p99_ns / p50_ns, 0.5) AS p99_over_p50
FROM one WHERE p50_ns > 0 AND p99_ns > 0
GROUP BY instance_type, device_class ORDER BY p99_over_p50 DESC;

-- 7. How much do instances of one type differ? Standard deviation in percent of the mean.
WITH one AS (
  SELECT instance_type, case_id, metric, instance_id, avg(value) AS value FROM fleet_rows
  WHERE metric IN ('iops', 'bandwidth') GROUP BY instance_type, case_id, metric, instance_id)
SELECT instance_type, case_id, metric, count(*) AS instances,
  100 * stddev_samp(value) / avg(value) AS deviation_percent,
  100 * (max(value) - min(value)) / avg(value) AS range_percent
FROM one GROUP BY instance_type, case_id, metric HAVING count(*) > 1
ORDER BY deviation_percent DESC;

-- 8. What bound the cases of each type?
SELECT instance_type, device_class, "limit" AS bound_by,
  count(DISTINCT case_id) AS cases, count(DISTINCT instance_id) AS instances
FROM fleet_rows WHERE "limit" IS NOT NULL
GROUP BY instance_type, device_class, "limit"
ORDER BY instance_type, device_class, cases DESC;

-- 9. Which instances are more than 10 % slower than the median of their type, and where?
WITH one AS (
  SELECT instance_type, case_id, metric, instance_id, availability_zone, avg(value) AS value
  FROM fleet_rows WHERE metric IN ('iops', 'bandwidth')
  GROUP BY instance_type, case_id, metric, instance_id, availability_zone),
each_type AS (
  SELECT instance_type, case_id, metric, count(*) AS instances, approx_percentile(value, 0.5) AS middle FROM one
  GROUP BY instance_type, case_id, metric)
SELECT one.instance_type, instance_id, availability_zone, one.case_id, one.metric,
  100 * value / middle AS percent_of_median, instances
FROM one JOIN each_type ON one.instance_type = each_type.instance_type
  AND one.case_id = each_type.case_id AND one.metric = each_type.metric
WHERE value < 0.9 * middle AND instances > 2 ORDER BY percent_of_median;

-- 10. Are there enough instances of each type for a verdict (6) or an indication (3)?
SELECT instance_type, suite, count(DISTINCT instance_id) AS instances,
  count(DISTINCT availability_zone) AS zones,
  CASE WHEN count(DISTINCT instance_id) >= 6 THEN 'verdict'
    WHEN count(DISTINCT instance_id) >= 3 THEN 'indication' ELSE 'no claim' END AS enough_for
FROM fleet_rows GROUP BY instance_type, suite ORDER BY instances, instance_type;
