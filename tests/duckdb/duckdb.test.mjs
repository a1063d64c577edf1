// A fleet's .ndjson and .csv as DuckDB reads them, without being told of any column.
// Environment: ASSAY, ASSAY_MAKE_FLEET (programs), ASSAY_DUCKDB_DRIVER; see run.sh.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

const require = createRequire(path.join(path.resolve(process.env.ASSAY_DUCKDB_DRIVER), 'x.js'));
const { DuckDBInstance } = require('@duckdb/node-api');
const folder = mkdtempSync(path.join(tmpdir(), 'assay-duckdb-'));
const file = (name) => path.join(folder, name);
const instances = 3;
let connection;

before(async () => {
  execFileSync(process.env.ASSAY_MAKE_FLEET, [file('fleet'), String(instances)]);
  for (const rows of ['rows.ndjson', 'rows.csv']) {
    execFileSync(process.env.ASSAY, ['report', file('fleet'), '-o', file(rows)]);
  }
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE VIEW rows AS FROM read_json_auto('${file('rows.ndjson')}')`);
  await connection.run(`CREATE VIEW cells AS FROM read_csv_auto('${file('rows.csv')}')`);
});

after(() => rmSync(folder, { recursive: true, force: true }));

async function query(sql) {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

test('columns have the types that are documented', async () => {
  const found = Object.fromEntries((await query('DESCRIBE rows'))
    .map((column) => [column.column_name, column.column_type]));
  const documented = [...readFileSync(new URL(
    '../../reports/fleet/COLUMNS.md', import.meta.url), 'utf8').matchAll(/^\| (`.*?) \| (\w+) \|/gm)]
    .flatMap(([, names, type]) => names.replaceAll('`', '').split(', ').map((name) => [name, type]));
  assert.deepEqual(Object.keys(found), documented.map(([name]) => name));
  const types = { text: ['VARCHAR', 'TIMESTAMP'], double: ['DOUBLE'], integer: ['BIGINT'],
    boolean: ['BOOLEAN'] };
  for (const [name, type] of documented) {
    assert.ok(types[type].includes(found[name]), `${name}: ${found[name]} is no ${type}`);
  }
});

test('the query of COLUMNS.md gives a median for each type', async () => {
  const all = await query(`SELECT instance_type, median(value) AS iops,
      count(DISTINCT instance_id) AS instances FROM rows
    WHERE case_id LIKE 'storage/instance-store%/random-read/4k/%128' AND metric = 'iops'
    GROUP BY instance_type ORDER BY iops DESC`);
  assert.ok(all.length > 5);
  for (const one of all) assert.equal(Number(one.instances), instances);
  assert.ok(all.every((one, i) => i === 0 || one.iops <= all[i - 1].iops));
});

test('csv and ndjson hold the same values', async () => {
  const [json] = await query('SELECT count(*) AS n, sum(value) AS total FROM rows');
  const [csv] = await query('SELECT count(*) AS n, sum(value) AS total FROM cells');
  assert.equal(csv.n, json.n);
  assert.ok(Math.abs(csv.total / json.total - 1) < 1e-9);
  const [different] = await query(`SELECT count(*) AS n FROM rows JOIN cells
      USING (run, case_id, metric) WHERE rows.value <> cells.value`);
  assert.equal(Number(different.n), 0);
});

test('synthetic runs and bursts can be left out', async () => {
  const [all] = await query("SELECT count(*) AS n FROM rows WHERE run_flags NOT LIKE '%synthetic%'");
  assert.equal(Number(all.n), 0);
  const bursts = await query(`SELECT DISTINCT instance_type FROM rows
    WHERE case_flags LIKE '%burst%' ORDER BY 1`);
  const names = bursts.map((one) => one.instance_type);
  assert.ok(names.includes('i4i.large'));
  assert.ok(!names.includes('i4i.16xlarge'));
});
