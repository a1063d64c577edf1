// cloud-init/queries.sql as it stands, on a synthetic fleet whose answers are known or can be computed.
// Environment as for duckdb.test.mjs; see run.sh.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

const require = createRequire(path.join(path.resolve(process.env.ASSAY_DUCKDB_DRIVER), 'x.js'));
const { DuckDBInstance } = require('@duckdb/node-api');
const folder = mkdtempSync(path.join(tmpdir(), 'assay-queries-'));
const instances = 6;
const source = (name) => readFileSync(new URL(`../../cloud-init/${name}`, import.meta.url), 'utf8');
const questions = source('queries.sql').split(/^(?=-- \d+\. )/m);
const tables = questions.shift();
let connection;
let rows;
let types;

before(async () => {
  execFileSync(process.env.ASSAY_MAKE_FLEET, [path.join(folder, 'fleet'), String(instances)]);
  execFileSync(process.env.ASSAY, ['report', 'fleet', '-o', 'rows.ndjson'], { cwd: folder });
  // As launch.py writes it; the synthetic mark is taken off, since the queries leave such rows out.
  const text = readFileSync(path.join(folder, 'rows.ndjson'), 'utf8').replaceAll('synthetic', 'test');
  rows = text.trim().split('\n').map((line) => JSON.parse(line));
  // One instance that is slow, and one zone.
  for (const row of rows) {
    if (row.run.includes('i4i.xlarge/00003') && row.metric === 'iops') row.value *= 0.5;
  }
  writeFileSync(path.join(folder, 'rows.ndjson'), rows.map((row) => JSON.stringify(row)).join('\n'));
  const names = [...new Set(rows.map((row) => row.instance_type))];
  const script = 'import sys, json; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True\n'
    + 'from fleet import plan; catalog = plan.Catalog(sys.argv[2], {}, "us-east-1")\n'
    + '[print(json.dumps(catalog.flat_row(name))) for name in sys.argv[3:]]';
  const made = execFileSync('/usr/bin/python3', ['-c', script,
    path.dirname(new URL('../../cloud-init/x', import.meta.url).pathname), process.env.ASSAY,
    ...names], { encoding: 'utf8' });
  writeFileSync(path.join(folder, 'types.ndjson'), made);
  types = Object.fromEntries(made.trim().split('\n').map((line) => JSON.parse(line))
    .map((type) => [type.type, type]));
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(tables.replaceAll('rows.ndjson', path.join(folder, 'rows.ndjson'))
    .replaceAll('types.ndjson', path.join(folder, 'types.ndjson')));
});

after(() => rmSync(folder, { recursive: true, force: true }));

async function ask(number) {
  const answer = await connection.runAndReadAll(questions[number - 1]);
  return answer.getRowObjectsJson().map((row) => Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name,
      typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value])));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// One value of each instance of a type: its best among the rows that `choose` takes.
function best(type, choose) {
  const found = {};
  for (const row of rows.filter((one) => one.instance_type === type && choose(one))) {
    found[row.instance_id] = Math.max(found[row.instance_id] ?? 0, row.value);
  }
  return Object.values(found);
}

const store_read = (row) => row.device_class === 'instance-store' && row.metric === 'iops'
  && row.case_id.includes('/random-read/4k/');
const close = (a, b) => assert.ok(Math.abs(a / b - 1) < 1e-9, `${a} is not ${b}`);

test('there are ten questions, and Athena has the same', () => {
  assert.equal(questions.length, 10);
  const athena = source('queries.athena.sql').split(/^(?=-- \d+\. )/m).slice(1).join('');
  assert.equal(questions.join('').replace(/\bmedian\(([^()]*)\)/g, 'approx_percentile($1, 0.5)'),
    athena);
});

test('1: dollars for a GB/s, the best type of each family', async () => {
  const all = await ask(1);
  assert.deepEqual(all.map((row) => row.family).sort(), ['g5', 'i4i', 'i7ie', 'm6id', 'p4d']);
  for (const row of all) {
    const rate = median(best(row.instance_type, (one) => one.workload === 'sequential-read'
      && one.metric === 'bandwidth' && one.device_class === 'instance-store')) / 1e9;
    close(row.usd_h_per_gb_per_s, types[row.instance_type].usd_per_hour / rate);
    assert.equal(row.instances, instances);
  }
});

test('2: dollars for 1,000 IOPS, and 4: who missed what is advertised', async () => {
  for (const row of await ask(2)) {
    close(row.iops, median(best(row.instance_type, store_read)));
    close(row.usd_h_per_kiops, 1000 * types[row.instance_type].usd_per_hour / row.iops);
  }
  const missed = await ask(4);
  const slow = rows.find((row) => row.run.includes('i4i.xlarge/00003')).instance_id;
  assert.ok(missed.some((row) => row.instance_id === slow && row.percent_of_advertised < 60));
  let expected = 0;
  for (const type of Object.values(types)) {
    if (type.store_read_iops === null) continue;
    expected += best(type.type, store_read).filter((value) => value < 0.95 * type.store_read_iops
      || value > 1.15 * type.store_read_iops).length;
  }
  assert.equal(missed.length, expected);
});

test('3: zones', async () => {
  const all = await ask(3);
  assert.ok(all.length > 10);
  for (const row of all) {
    const random_read = (one) => one.device_class === row.device_class && one.metric === 'iops'
      && one.case_id.includes('/random-read/4k/');
    const zones = [...new Set(rows.map((one) => one.availability_zone))].map((zone) => median(
      best(row.instance_type, (one) => random_read(one) && one.availability_zone === zone)));
    assert.equal(row.zones, zones.length);
    close(row.lowest_percent_of_highest, 100 * Math.min(...zones) / Math.max(...zones));
  }
});

test('5: EBS, one line an instance', async () => {
  const all = await ask(5);
  assert.equal(all.length, instances * Object.keys(types).length);
  for (const row of all) {
    close(row.percent_of_maximum, 100 * row.iops / types[row.instance_type].ebs_max_iops);
    assert.equal(row.iops, Math.max(...rows.filter((one) => one.instance_id === row.instance_id
      && one.device_class === 'ebs' && one.workload === 'random-read' && one.metric === 'iops')
      .map((one) => one.value)));
  }
});

test('6: tails', async () => {
  const all = await ask(6);
  assert.ok(all.length > 10);
  for (const row of all) assert.ok(row.p99_us >= row.p50_us && row.p99_over_p50 >= 1);
});

test('7 and 9: the instance that is slow stands out', async () => {
  const [first] = await ask(7);
  assert.equal(first.instance_type, 'i4i.xlarge');
  assert.ok(first.deviation_percent > 15);
  const slow = rows.find((row) => row.run.includes('i4i.xlarge/00003')).instance_id;
  const outliers = await ask(9);
  assert.ok(outliers.length > 0);
  assert.equal(outliers[0].instance_id, slow);
  for (const row of outliers) assert.ok(row.percent_of_median < 90);
});

test('8: limits, and 10: coverage', async () => {
  const found = new Set((await ask(8)).map((row) => row.bound_by));
  assert.deepEqual([...found].sort(),
    [...new Set(rows.map((row) => row.limit).filter((limit) => limit !== null))].sort());
  for (const row of await ask(10)) {
    assert.deepEqual([row.instances, row.enough_for], [instances, 'verdict']);
  }
});
